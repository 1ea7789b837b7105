// Compiles tests, and all that they may read, into .test-build/, file by file and each at its own place; types are not looked at.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { BUNDLING, root } from "./bundling.mjs";

const FOLDERS = ["src", "test", "examples", "bench", "scripts"];

const filesOf = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file));

/** What one file imports of another stays an import, of what that one is compiled to. */
const filesStay = {
  name: "files-stay",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, kind, importer }) => {
      if (kind === "entry-point" || importer.includes("/node_modules/")) return null;
      return { path: path.replace(/\.ts$/, ".js"), external: true };
    });
  },
};

await build({
  ...BUNDLING,
  entryPoints: FOLDERS.flatMap(filesOf),
  outbase: ".",
  outdir: ".test-build",
  chunkNames: "shared/[name]-[hash]",
  plugins: [...BUNDLING.plugins, filesStay],
});
