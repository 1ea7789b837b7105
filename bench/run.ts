// `npm run bench [-- --quick] [-- --threads=2]`: all benchmarks, one after the other. They print; they never fail.

import { parseArgs } from "node:util";
import { benchBrain } from "./brain.ts";
import { benchLog } from "./log.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, threads: { type: "string", default: "1" } },
});

await benchBrain({ isQuick: values.quick, threads: Number(values.threads) });
await benchLog({ isQuick: values.quick });
