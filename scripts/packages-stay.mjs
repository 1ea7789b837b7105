// A plugin of esbuild's: packages stay in node_modules, but for typebox, which is joined. It has 700 files of one and a half megabytes, and reading
// them takes a third of the time in which a server starts.

export const packagesStay = {
  name: "packages-stay",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      const isJoined = kind === "entry-point" || /^typebox($|\/)/.test(path) || importer.includes("/node_modules/");
      return isJoined ? null : { path, external: true };
    });
  },
};
