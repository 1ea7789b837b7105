// `prisma generate`, offline and only when needed. Prisma's command line looks for its schema engine on the network at every command;
// `generate` never runs that engine, so any executable in its place keeps it from asking.

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const prisma = dirname(createRequire(import.meta.url).resolve("prisma/package.json"));

const sources = ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"].map((file) => join(root, file));
const modifiedMs = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const generatedMs = modifiedMs(join(root, "src/store/generated/prisma/client.ts"));
if (sources.some((file) => modifiedMs(file) >= generatedMs)) {
  const { status } = spawnSync(process.execPath, [join(prisma, "build/index.js"), "generate", "--no-hints"], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  process.exitCode = status ?? 1;
}
