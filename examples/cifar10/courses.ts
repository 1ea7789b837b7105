// The experiment's courses by their names, each from the samples on the server to its tables.

import { teachFew, teachGroups, teachOrders } from "../streams/courses.ts";
import { comparedTable, fewTable } from "../streams/report.ts";
import type { Learner } from "../streams/stream.ts";
import { teachOn } from "../streams/teach.ts";
import { floorLines, linesOf, runAll } from "./all-runs.ts";
import { WORLDS } from "./classes.ts";
import type { Client } from "./client.ts";
import { sizesOf } from "./figures.ts";
import type { CourseName, Options } from "./options.ts";
import { leastTaught, poolOf } from "./pool.ts";
import { calibrationTable, mainTable, momentsTable, roundsTable } from "./report.ts";
import type { Source } from "./source.ts";
import type { Table } from "./tables.ts";
import type { Counts } from "./upload-all.ts";
import { ABLATIONS, mainVariants, ROUNDS, type Variant, withReadout } from "./variants.ts";

export type Experiment = {
  readonly client: Client;
  readonly source: Source;
  readonly counts: Counts;
  readonly options: Options;
  readonly signal: AbortSignal;
};

export const COURSE_TABLES = {
  storm: async (experiment) => {
    const { source, counts, options } = experiment;
    const sizes = sizesOf(source, counts);
    const main = await taught(experiment, mainVariants(options.readouts), true);
    const lines = [...linesOf(main), ...(await floorLines(source, sizes))];
    const moments = main.filter(({ seed }) => seed === options.seeds[0]).map((run) => momentsTable(run, sizes));
    const tables = [
      ...moments,
      mainTable("Vehicles, animals, storm", lines, isOfSeed(experiment)),
      calibrationTable(main),
    ];
    for (const { title, variants } of options.hasAblations ? ABLATIONS : []) {
      const runs = await taught(experiment, variants, false);
      if (runs.length > 0) tables.push(mainTable(title, linesOf(runs), false));
    }
    return tables;
  },
  rounds: async (experiment) => {
    const runs = await taught(experiment, ROUNDS, false);
    const sizes = sizesOf(experiment.source, experiment.counts);
    return runs.length === 0 ? [] : [roundsTable(runs, sizes, isOfSeed(experiment))];
  },
  joint: async ({ client, source, counts, options, signal }) => {
    const pool = poolOf(source, counts);
    const wish = { groups: [WORLDS.vehicles, WORLDS.animals], seeds: options.seeds };
    const compared = await teachGroups(teachOn(client, signal), pool, learnersOf(options), wish);
    return [comparedTable("Vehicles, then animals, and both at once", "in turn", compared, pool)];
  },
  orders: async ({ client, source, counts, options, signal }) => {
    const pool = poolOf(source, counts);
    const wish = { count: options.isQuick ? 2 : ORDERS, brainSeed: options.seeds[0] ?? 1 };
    const compared = await teachOrders(teachOn(client, signal), pool, learnersOf(options), wish);
    return [
      comparedTable(`${wish.count} orders of the classes, ${wish.count} shuffles`, "class by class", compared, pool),
    ];
  },
  few: async ({ client, source, counts, options, signal }) => {
    const pool = poolOf(source, counts);
    const sizes = FEW.filter((perClass) => perClass <= leastTaught(pool, counts));
    const wish = { sizes, draws: options.isQuick ? 2 : DRAWS, brainSeed: options.seeds[0] ?? 1 };
    const upload = client.upload.bind(client);
    const few = await teachFew(teachOn(client, signal), pool, learnersOf(options), wish, upload);
    return [fewTable(`Few examples a class, ${wish.draws} draws`, few)];
  },
} satisfies Record<CourseName, (experiment: Experiment) => Promise<Table[]>>;

const ORDERS = 5;
const DRAWS = 5;
const FEW = [5, 10, 50];

/** Whether the seed's figures are of the same rows. */
const isOfSeed = ({ source, options }: Experiment): boolean =>
  source.rows !== null && !options.isQuick && options.fold === null;

const learnersOf = ({ readouts }: Options): Learner[] => readouts.map(withReadout);

function taught(
  { client, source, counts, options, signal }: Experiment,
  variants: readonly Variant[],
  isWatched: boolean,
) {
  const wanted = variants.filter(({ kind }) => options.kinds.includes(kind));
  const isKept = isWatched && options.url !== null;
  const sizes = sizesOf(source, counts);
  return runAll(client, source, wanted, { seeds: options.seeds, isKept, isWatched, sizes, signal });
}
