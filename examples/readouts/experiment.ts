// Who answers best, the memory, the sums or both: on pixels of pictures, from few samples and many, class by class and shuffled. Over HTTP alone.
// `npm run experiment:readouts`, see `USAGE` and docs/experiments.md.

import { onServer, understood } from "../cifar10/session.ts";
import { asText, type Table } from "../cifar10/tables.ts";
import { uploadAll } from "../cifar10/upload-all.ts";
import { withReadout } from "../cifar10/variants.ts";
import { writeReport } from "../cifar10/write-report.ts";
import { say } from "../console.ts";
import { teachFew, teachOrders } from "../streams/courses.ts";
import { comparedTable, fewTable } from "../streams/report.ts";
import { teachOn } from "../streams/teach.ts";
import { optionsOf, USAGE } from "./options.ts";
import { poolOf, uploadsOf } from "./pool.ts";
import { digitWorld, idxWorld } from "./worlds.ts";

const options = understood(() => optionsOf(process.argv.slice(2), process.env), USAGE);
const { url, key, folder, orders: count, seed: brainSeed, few: sizes } = options;
await onServer({ url, key, encoder: null }, async (client, signal) => {
  const world = folder === null ? digitWorld() : await idxWorld(folder, options.isHeldOut);
  say(`${world.description}.\n`);
  const counts = await uploadAll(client, uploadsOf(world));
  const teach = teachOn(client, signal);
  const learners = options.readouts.map(withReadout);
  const tables: Table[] = [];
  const tell = (table: Table): void => {
    tables.push(table);
    say(`\n${asText(table)}`);
  };
  const wish = { sizes, draws: count, brainSeed };
  const few = await teachFew(teach, poolOf(world, counts, 1), learners, wish, client.upload.bind(client));
  tell(fewTable(`${count} draws`, few));
  for (const perClass of options.many) {
    const pool = poolOf(world, counts, perClass);
    const compared = await teachOrders(teach, pool, learners, { count, brainSeed });
    tell(comparedTable(`${perClass} a class at most, ${count} orders of each kind`, "class by class", compared, pool));
  }
  if (options.report === null) return;
  const about = { description: world.description, seeds: [brainSeed], isHeldOut: options.isHeldOut };
  await writeReport(options.report, `readouts-${world.name}`, about, tables);
});
