// Builds the server of src/ into dist/: a file for each entry, and what entries share in files beside them. Types are not looked at. What is there
// already as it should be is not written, so that a server that runs meanwhile finds its files.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { BUNDLING, root } from "./bundling.mjs";

const target = join(root, "dist");

/** Programs, child processes and threads: each is started by its name, beside the file that starts it. And the server, as tests load it. */
const ENTRIES = [
  "src/main.ts",
  "src/server.ts",
  "src/host/child.ts",
  "src/store/embedded-maker.ts",
  "src/store/embedded-worker.ts",
  "src/encoders/image/graph-thread.ts",
  "src/encoders/text/sentence-thread.ts",
];

const { outputFiles } = await build({
  ...BUNDLING,
  entryPoints: ENTRIES,
  entryNames: "[name]",
  outdir: target,
  write: false,
});

mkdirSync(target, { recursive: true });
const built = new Map(outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
for (const entry of readdirSync(target, { withFileTypes: true })) {
  const isOfBefore = entry.name !== "dashboard" && !built.has(entry.name);
  if (isOfBefore) rmSync(join(target, entry.name), { recursive: true });
  else if (entry.isFile() && readFileSync(join(target, entry.name)).equals(built.get(entry.name)))
    built.delete(entry.name);
}
for (const [name, contents] of built) writeFileSync(join(target, name), contents);
