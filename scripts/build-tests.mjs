// Compiles tests, and all that they may read, into .test-build/, file by file and each at its own place; types are not looked at.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { packagesStay } from "./packages-stay.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
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
  absWorkingDir: root,
  entryPoints: FOLDERS.flatMap(filesOf),
  outbase: ".",
  outdir: ".test-build",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: true,
  sourcesContent: false,
  plugins: [packagesStay, filesStay],
  logLevel: "warning",
});
