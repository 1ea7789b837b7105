// The seed's experiment: a brain learns vehicles, then animals, and then vehicles come inverted, as in a storm. What does it still know, and how fast does
// it follow? And: does the order matter to it, and how few examples will do? Over HTTP alone: datasets and curricula. `npm run experiment:cifar10`, see
// `USAGE` and docs/experiments.md.

import { say } from "../console.ts";
import { COURSE_TABLES } from "./courses.ts";
import { optionsOf, USAGE } from "./options.ts";
import { encoderName } from "./server.ts";
import { onServer, understood } from "./session.ts";
import { sourceOf } from "./source-of.ts";
import { asText, type Table } from "./tables.ts";
import { uploadAll } from "./upload-all.ts";
import { writeReport } from "./write-report.ts";

const options = understood(() => optionsOf(process.argv.slice(2), process.env), USAGE);
const { data, url, key, encoder } = options;
if (data === null) {
  say(
    `There is no CIFAR-10 at hand, and npm has none to bring. Name a folder of it, or try the way alone:\n\n${USAGE}`,
  );
  process.exitCode = 1;
} else {
  await onServer({ url, key, encoder: data.from === "features" ? null : encoder }, async (client, signal) => {
    const source = await sourceOf(data, options, await encoderName(encoder));
    say(`CIFAR-10: ${source.description}.\n`);
    const counts = await uploadAll(client, source.uploads);
    const tables: Table[] = [];
    for (const course of options.courses) {
      for (const table of await COURSE_TABLES[course]({ client, source, counts, options, signal })) {
        say(`\n${asText(table)}`);
        tables.push(table);
      }
    }
    const { seeds, isQuick, fold, report } = options;
    if (report !== null) {
      await writeReport(report, "cifar10", { description: source.description, seeds, isQuick, fold }, tables);
    }
  });
}
