// Ten digits, class by class, as a triarchic brain meets them: first all zeros, then all ones, … It must know the zeros at the end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inBatches, PIXELS, type Sample, samplesOf } from "../../../examples/digits/digits.ts";
import { selectBackend } from "../../../src/backend/select.ts";
import type { Brain } from "../../../src/brain/brain.ts";
import { TRIARCHIC_DEFAULTS, type TriarchicConfig } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { learned, matrixOf } from "./support.ts";

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const TAUGHT_PER_DIGIT = 150;
const HELD_OUT_PER_DIGIT = 40;
const HELD_OUT_FROM = 700;
const BATCH = 10;

const backend = await selectBackend("cpu", { threads: 2 });

async function accuracyOf(brain: Brain, samples: readonly Sample[]): Promise<number> {
  const predictions = await brain.predict(matrixOf(samples.map(({ input }) => input)), 1);
  return predictions.filter(({ label }, index) => label === samples[index]!.label).length / samples.length;
}

/** @returns accuracy on held-out digits of all ten classes after the stream, and after consolidating */
async function streamed(config: Partial<TriarchicConfig>): Promise<{ after: number; consolidated: number }> {
  const whole = { ...TRIARCHIC_DEFAULTS, inputDim: PIXELS, hiddenDim: 4096, seed: 1, ...config };
  const brain = await createBrain({ kind: "triarchic", config: whole }, backend);
  let seq = 0;
  for (const digit of DIGITS) {
    for (const [index, batch] of inBatches(samplesOf([digit], 0, TAUGHT_PER_DIGIT), BATCH).entries()) {
      const inputs = matrixOf(batch.map(({ input }) => input));
      const newLabels = index === 0 ? [String(digit)] : [];
      await brain.apply(learned(inputs, new Array(batch.length).fill(digit), { newLabels }), ++seq);
    }
  }
  const heldOut = samplesOf(DIGITS, HELD_OUT_FROM, HELD_OUT_PER_DIGIT);
  const after = await accuracyOf(brain, heldOut);
  await brain.apply({ type: "consolidated" }, ++seq);
  return { after, consolidated: await accuracyOf(brain, heldOut) };
}

test("after ten digits, one class after the other, the stable rules know them all", async (context) => {
  const { after, consolidated } = await streamed({});
  context.diagnostic(`held-out accuracy ${after}, after consolidating ${consolidated}`);
  assert.ok(after >= 0.7, `${after}`);
  assert.ok(consolidated >= 0.7, `${consolidated}`);
});
