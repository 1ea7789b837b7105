// How esbuild makes what Node runs of TypeScript. Packages stay in node_modules, but for typebox, which is joined: it has 700 files of one and a half megabytes,
// and reading them takes a third of the time in which a server starts.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const packagesStay = {
  name: "packages-stay",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      const isJoined = kind === "entry-point" || /^typebox($|\/)/.test(path) || importer.includes("/node_modules/");
      return isJoined ? null : { path, external: true };
    });
  },
};

export const BUNDLING = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  sourcesContent: false,
  plugins: [packagesStay],
  logLevel: "warning",
};
