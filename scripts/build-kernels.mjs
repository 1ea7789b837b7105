// Compiles assembly/ to WebAssembly, when a file of it is newer than what is there, into a module that holds the bytes: a file of its own would
// have to be found at run time, from sources and from dist/ alike.

import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = "assembly/kernels.ts";
const target = join(root, "src/backend/cpu/generated/kernels.ts");
const modifiedMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const sources = readdirSync(join(root, "assembly")).map((name) => join(root, "assembly", name));

if (Math.max(...sources.map(modifiedMs)) >= modifiedMs(target)) {
  const { default: asc } = await import("assemblyscript/asc");
  let wasm = null;
  const options = ["--baseDir", root, "--outFile", "kernels.wasm", "-O3", "--noAssert", "--enable", "simd"];
  const runtime = ["--runtime", "stub", "--importMemory", "--initialMemory", "1", "--noExportMemory"];
  const { error, stderr } = await asc.main([source, ...options, ...runtime], {
    writeFile(_name, contents) {
      if (contents instanceof Uint8Array) wasm = contents;
    },
  });
  if (error !== null || wasm === null) {
    process.stderr.write(`${stderr.toString()}\n${error?.message ?? "no WebAssembly was written"}\n`);
    process.exit(1);
  }
  mkdirSync(dirname(target), { recursive: true });
  const text = Buffer.from(wasm).toString("base64");
  writeFileSync(target, `// Generated from ${source}; do not edit.\nexport const KERNELS = "${text}";\n`);
}
