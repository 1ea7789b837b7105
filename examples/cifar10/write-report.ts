// An experiment's tables as files: Markdown for people, JSON for programs.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { say } from "../console.ts";
import { asMarkdown, type Table } from "./tables.ts";

/** What the figures are of, and how they came. */
export type About = {
  readonly description: string;
  readonly seeds: readonly number[];
  readonly [more: string]: unknown;
};

/** @param folder is made where it is missing @param name of the files, without their endings */
export async function writeReport(folder: string, name: string, about: About, tables: readonly Table[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { description, seeds } = about;
  await writeFile(
    join(folder, `${name}.md`),
    `${description}; seeds ${seeds.join(", ")}\n\n${tables.map(asMarkdown).join("\n")}`,
  );
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify({ ...about, tables }, null, 2)}\n`);
  say(`Written: ${join(folder, `${name}.md`)} and ${name}.json`);
}
