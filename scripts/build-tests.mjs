// Compiles tests, and all that they may read, into .test-build/, file by file and each at its own place; types are not looked at. The server that
// tests start in their own process is the built one of dist/: a few files instead of hundreds, in it and in its compute processes.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { BUNDLING, root } from "./bundling.mjs";

const FOLDERS = ["src", "test", "examples", "bench", "scripts"];

const filesOf = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file));

const SERVER_STARTER = join(root, "test/support/server.ts");
const SERVER = "../../src/server.ts";

/** What one file imports of another stays an import, of what that one is compiled to. */
const filesStay = {
  name: "files-stay",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, kind, importer }) => {
      if (kind === "entry-point" || importer.includes("/node_modules/")) return null;
      if (importer === SERVER_STARTER && path === SERVER) return { path: "../../dist/server.js", external: true };
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
