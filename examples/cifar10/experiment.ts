// The seed's experiment: a brain learns vehicles, then animals, and then vehicles come inverted, as in a storm. What does it still know, and how fast does
// it follow? Over HTTP alone: datasets and curricula. `npm run experiment:cifar10`, see `USAGE` and docs/experiments.md.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "./client.ts";
import { type Run, runCourse } from "./course-run.ts";
import { type Sizes, sizesOf } from "./figures.ts";
import { runFloor } from "./floor-run.ts";
import { FLOORS } from "./floors.ts";
import { type Options, optionsOf, USAGE } from "./options.ts";
import { type Line, mainTable, momentsTable, roundsTable } from "./report.ts";
import { encoderName, ownServer } from "./server.ts";
import type { Source } from "./source.ts";
import { sourceOf } from "./source-of.ts";
import { asMarkdown, asText, percent, type Table } from "./tables.ts";
import { ABLATIONS, MAIN, ROUNDS, type Variant } from "./variants.ts";

/** Steps between two looks, where they are printed step by step. */
const EVALUATE_EVERY = 50;

const say = (text = ""): void => void process.stdout.write(`${text}\n`);

/** One line that changes, where there is a terminal to change it on. */
const show = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

const options = readOptions();
const { data } = options;
if (data === null) {
  say(
    `There is no CIFAR-10 at hand, and npm has none to bring. Name a folder of it, or try the way alone:\n\n${USAGE}`,
  );
  process.exitCode = 1;
} else {
  const stop = new AbortController();
  for (const ending of ["SIGINT", "SIGTERM"]) process.once(ending, () => stop.abort());
  const needsEncoder = data.from !== "features";
  const own = options.url === null ? await ownServer(needsEncoder ? options.encoder : null) : null;
  try {
    const source = await sourceOf(data, options, await encoderName(options.encoder));
    const client = new Client(own?.url ?? options.url ?? "", options.key);
    await experiment(client, source, options, stop.signal);
  } catch (error) {
    say(stop.signal.aborted ? "\nCancelled." : `\nIt failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    await own?.close();
  }
}

function readOptions(): Options {
  try {
    return optionsOf(process.argv.slice(2), process.env);
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function experiment(client: Client, source: Source, asked: Options, signal: AbortSignal): Promise<void> {
  say(`CIFAR-10: ${source.description}.\n`);
  const counts = new Map<string, ReadonlyMap<string, number>>();
  for (const upload of source.uploads) {
    const began = performance.now();
    const dataset = await client.upload(upload);
    counts.set(dataset.id, new Map(dataset.classes.map(({ label, samples }) => [label, samples])));
    const megabytes = (upload.body.length / 1e6).toFixed(1);
    say(
      `${dataset.id}: ${dataset.rows} samples, ${megabytes} MB in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
  }
  say();
  const sizes = sizesOf(source, counts);
  const teach = (variants: readonly Variant[], isWatched: boolean) =>
    runAll(client, source, variants, {
      seeds: asked.seeds,
      isKept: isWatched && asked.url !== null,
      isWatched,
      sizes,
      signal,
    });
  const isOfSeed = source.rows !== null && !asked.isQuick && asked.fold === null;
  const wanted = (variants: readonly Variant[]) => variants.filter(({ kind }) => asked.kinds.includes(kind));

  const tables: Table[] = [];
  const tell = (table: Table): void => {
    tables.push(table);
    say(`\n${asText(table)}`);
  };
  const main = await teach(wanted(MAIN), true);
  for (const run of main.filter(({ seed }) => seed === asked.seeds[0])) tell(momentsTable(run, sizes));
  tell(mainTable("Vehicles, animals, storm", [...linesOf(main), ...(await floors(source, sizes))], isOfSeed));
  const rounds = await teach(wanted(ROUNDS), false);
  if (rounds.length > 0) tell(roundsTable(rounds, sizes, isOfSeed));
  for (const { title, variants } of asked.hasAblations ? ABLATIONS : []) {
    const runs = await teach(wanted(variants), false);
    if (runs.length > 0) tell(mainTable(title, linesOf(runs), false));
  }
  if (asked.report !== null) await write(asked.report, source, tables, asked);
}

type RunsOptions = {
  readonly seeds: readonly number[];
  /** Whether the brains stay on the server, to be looked at. */
  readonly isKept: boolean;
  /** Whether those of the first seed are judged within the phases, too. */
  readonly isWatched: boolean;
  readonly sizes: Sizes;
  readonly signal: AbortSignal;
};

async function runAll(
  client: Client,
  source: Source,
  variants: readonly Variant[],
  { seeds, isKept, isWatched, sizes, signal }: RunsOptions,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (const variant of variants) {
    for (const seed of seeds) {
      const brain = `cifar10-${variant.kind}-${Date.now().toString(36)}`;
      const evaluateEvery = isWatched && seed === seeds[0] ? EVALUATE_EVERY : null;
      const heed = (progress: string) => show(`${variant.name}, seed ${seed}: ${progress}`);
      const run = await runCourse(client, source, { variant, seed, brain }, { evaluateEvery, sizes, signal, heed });
      show("");
      say(`${variant.name}, seed ${seed}: ${outlined(run)}${isKept ? `; brain ${brain}` : ""}`);
      runs.push(run);
      if (!isKept) await client.remove(brain);
    }
  }
  return runs;
}

/** In a line, for whoever waits. */
function outlined({ figures, last, seconds }: Run): string {
  const shares = figures ?? last;
  const told = Object.entries(shares).filter(([name]) => name !== "recovered");
  return `${seconds.toFixed(1)} s; ${told.map(([name, share]) => `${name} ${percent(share ?? 0)}`).join(", ")}`;
}

/** A line for each variant, with the figures of all its seeds. */
function linesOf(runs: readonly Run[]): Line[] {
  return [...new Set(runs.map(({ variant }) => variant))].map((variant) => {
    const own = runs.filter((run) => run.variant === variant);
    return {
      name: variant.name,
      figures: own.flatMap(({ figures }) => figures ?? []),
      seconds: own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length,
    };
  });
}

async function floors({ rows }: Source, sizes: Sizes): Promise<Line[]> {
  if (rows === null) return [];
  const lines: Line[] = [];
  for (const name of FLOORS) {
    show(name);
    lines.push({ name, figures: [await runFloor(name, rows.taught, rows.judged, sizes)], seconds: null });
  }
  show("");
  return lines;
}

async function write(folder: string, { description }: Source, tables: readonly Table[], asked: Options): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { seeds, isQuick, fold } = asked;
  await writeFile(
    join(folder, "cifar10.md"),
    `${description}; seeds ${seeds.join(", ")}\n\n${tables.map(asMarkdown).join("\n")}`,
  );
  await writeFile(
    join(folder, "cifar10.json"),
    `${JSON.stringify({ description, seeds, isQuick, fold, tables }, null, 2)}\n`,
  );
  say(`Written: ${join(folder, "cifar10.md")} and cifar10.json`);
}
