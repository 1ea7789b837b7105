// Builds the page of src/dashboard into dist/dashboard, when a file of it is newer than what is there, and packs each file for browsers that take
// it so: the server sends what lies there.

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src/dashboard");
const target = join(root, "dist/dashboard");
const modifiedMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const sources = [...filesOf(source), join(root, "package-lock.json"), fileURLToPath(import.meta.url)];

if (Math.max(...sources.map(modifiedMs)) >= modifiedMs(join(target, "index.html"))) {
  const { build } = await import("vite");
  await build({ configFile: join(source, "vite.config.ts"), logLevel: "warn" });
  for (const file of filesOf(target)) {
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  }
}
