// `npm run bench [-- --quick] [-- --threads=2] [-- --only=brain|readout|index|log|checkpoint|http|binary|frames|load|beside|history|streams|measures|dashboard|inspect|encoders]`: all benchmarks, one after the other. They print;
// they never fail. `--threads`: of the rows of `brain` that have several.

import { parseArgs } from "node:util";
import { benchBeside } from "./beside.ts";
import { benchBinary } from "./binary.ts";
import { benchBrain } from "./brain.ts";
import { benchCheckpoint } from "./checkpoint.ts";
import { benchDashboard } from "./dashboard.ts";
import { benchEncoders } from "./encoders.ts";
import { benchFrames } from "./frames.ts";
import { benchHistory } from "./history.ts";
import { benchHttp } from "./http.ts";
import { benchIndex } from "./index.ts";
import { benchInspect } from "./inspect.ts";
import { benchLoad } from "./load.ts";
import { benchLog } from "./log.ts";
import { benchMeasuring } from "./measuring.ts";
import { benchReadout } from "./readout.ts";
import { benchStreams } from "./streams.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    threads: { type: "string", default: "2" },
    only: { type: "string" },
  },
});

const options = { isQuick: values.quick, threads: Number(values.threads) };
const benches = {
  brain: benchBrain,
  readout: benchReadout,
  index: benchIndex,
  log: benchLog,
  checkpoint: benchCheckpoint,
  http: benchHttp,
  binary: benchBinary,
  frames: benchFrames,
  load: benchLoad,
  beside: benchBeside,
  history: benchHistory,
  streams: benchStreams,
  measures: benchMeasuring,
  dashboard: benchDashboard,
  inspect: benchInspect,
  encoders: benchEncoders,
};
for (const [name, bench] of Object.entries(benches)) {
  if (values.only === undefined || values.only === name) await bench(options);
}
