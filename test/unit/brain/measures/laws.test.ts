// What holds for the measures of every brain, whatever its life.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Brain } from "../../../../src/brain/brain.ts";
import type { Blueprint } from "../../../../src/brain/config.ts";
import type { BrainEvent, Learned } from "../../../../src/brain/events.ts";
import type { Answers } from "../../../../src/brain/measures/answers.ts";
import { DRIFT_DETECTORS, MODE_POLICIES } from "../../../../src/brain/watching.ts";
import { decodeSafetensors } from "../../../../src/tensor/safetensors.ts";
import { lifeOf, SMALL, SMALL_TRIARCHIC } from "../support.ts";
import { applyWhole, fileOf, fromFile, impliedNames, live, newMeasured } from "./support.ts";

const watching = fc.record({
  holdout: fc.integer({ min: 0, max: 4 }),
  driftDetector: fc.constantFrom(...DRIFT_DETECTORS),
  modePolicy: fc.constantFrom(...MODE_POLICIES),
});

const blueprints: fc.Arbitrary<Blueprint> = watching.chain((settings) =>
  fc.constantFrom<Blueprint>(
    { kind: "plastic", config: { ...SMALL, hiddenDim: 16, ...settings } },
    { kind: "plastic", config: { ...SMALL, hiddenDim: 16, ...settings, rejectBelow: 0.5 } },
    { kind: "plastic", config: { ...SMALL, hiddenDim: 16, readout: "blend", ...settings } },
    { kind: "triarchic", config: { ...SMALL_TRIARCHIC, ...settings } },
  ),
);

/** A life with tasks, and with another hold-out now and then. */
function watchedLifeOf({ kind, config }: Blueprint, events: number, seed: number): BrainEvent[] {
  const life = lifeOf(config, events, seed).filter(({ type }) => kind === "plastic" || type !== "forgot");
  return life.flatMap((event, index): BrainEvent[] => {
    const chance = (seed + 7 * index) % 9;
    if (chance === 0) return [event, { type: "taskStarted", name: index % 2 === 0 ? null : `task ${index}` }];
    if (chance === 1 && index > 0) return [event, { type: "tuned", tuning: { holdout: (seed + index) % 5 } }];
    return [event];
  });
}

const law = (check: (blueprint: Blueprint, life: BrainEvent[]) => Promise<void>, most = 60): Promise<void> =>
  fc.assert(
    fc.asyncProperty(blueprints, fc.integer({ min: 1, max: most }), fc.nat(), (blueprint, events, seed) =>
      check(blueprint, watchedLifeOf(blueprint, events, seed)),
    ),
    { numRuns: 60 },
  );

test("the same events give the same measures, from the beginning and from any saved state", () =>
  law(async (blueprint, life) => {
    const once = await live(await newMeasured(blueprint), life);
    const half = Math.floor(life.length / 2);
    const begun = await live(await newMeasured(blueprint), life.slice(0, half));
    const restored = await live(await fromFile(await fileOf(begun), half), life.slice(half));
    assert.deepEqual(restored.report(), once.report());
    assert.deepEqual(await fileOf(restored), await fileOf(once));
  }));

test("a state has the tensors that its header implies, in their order, and is read back as it is", () =>
  law(async (blueprint, life) => {
    const file = await fileOf(await live(await newMeasured(blueprint), life));
    assert.deepEqual(Object.keys(decodeSafetensors(file).tensors), impliedNames(file));
    assert.deepEqual(await fileOf(await fromFile(file, life.length)), file);
  }));

/** Counts again, slowly, from every answer that the brain gave. */
class Oracle {
  readonly rows: { readonly truth: number; readonly answer: number; readonly confidence: number }[] = [];

  add(truths: Int32Array, { classes, confidence }: Answers): void {
    truths.forEach((truth, row) => {
      this.rows.push({ truth, answer: classes[row]!, confidence: confidence[row]! });
    });
  }

  /** The calibration error, with the answers of each bin gathered by its bounds. */
  calibrationError(): number | null {
    const answered = this.rows.filter(({ answer }) => answer !== -1);
    if (answered.length === 0) return null;
    const weighed = answered.map((row, i) => ({ ...row, weight: 0.999 ** (answered.length - 1 - i) }));
    const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
    return Array.from({ length: 15 }, (_, bin) => {
      const own = weighed.filter(({ confidence: c }) => (c > bin / 15 || bin === 0) && c <= (bin + 1) / 15);
      const gap = own.reduce((sum, row) => sum + row.weight * (Number(row.answer === row.truth) - row.confidence), 0);
      return Math.abs(gap) / total;
    }).reduce((a, b) => a + b, 0);
  }

  accuracy(rows = this.rows): number | null {
    return rows.length === 0 ? null : rows.filter(({ truth, answer }) => truth === answer).length / rows.length;
  }
}

test("counts are what a slow recount of all answers gives, whatever the batches", () =>
  law(async ({ kind, config }, life) => {
    // Without a hold-out all answers can be heard as the brain gives them.
    const blueprint = { kind, config: { ...config, holdout: 0 } } as Blueprint;
    const lessons = life.filter((event) => event.type !== "tuned");
    let heard: Answers | null = null;
    const measured = await newMeasured(blueprint, (brain) => hearing(brain, (answers) => (heard = answers)));
    const oracle = new Oracle();
    for (const event of lessons) {
      heard = null;
      const { outcome, findings } = await applyWhole(measured, event);
      if (event.type !== "learned") continue;
      oracle.add(event.classes, heard as unknown as Answers);
      const latest = oracle.rows.slice(-event.classes.length);
      assert.equal(findings.numbers.accuracyBatch, oracle.accuracy(latest));
      assert.ok(outcome.type === "learned" && outcome.accuracy === oracle.accuracy(latest));
      assert.equal(findings.numbers.samples, oracle.rows.length);
      assert.equal(findings.numbers.accuracy, oracle.accuracy());
      assert.equal(findings.numbers.accuracyWindow, oracle.accuracy(oracle.rows.slice(-1000)));
      const faded = oracle.rows.map(({ truth, answer }, i) => [
        truth === answer ? 1 : 0,
        0.999 ** (oracle.rows.length - 1 - i),
      ]);
      const mean =
        faded.reduce((sum, [right, weight]) => sum + right! * weight!, 0) / faded.reduce((sum, [, w]) => sum + w!, 0);
      assert.ok(Math.abs(findings.numbers.accuracyFaded! - mean) < 1e-9);
      const error = oracle.calibrationError();
      if (error === null) assert.equal(findings.numbers.calibrationError, null);
      else assert.ok(Math.abs(findings.numbers.calibrationError! - error) < 1e-9);
    }
    const { classes, confusion } = measured.report();
    classes.forEach(({ label, samples, accuracy }, classId) => {
      const own = oracle.rows.filter(({ truth }) => truth === classId);
      assert.deepEqual([samples, accuracy], [own.length, oracle.accuracy(own)], label);
      classes.forEach((_, answer) => {
        assert.equal(confusion?.counts[classId]?.[answer], own.filter((row) => row.answer === answer).length);
      });
      assert.equal(confusion?.unanswered[classId], own.filter((row) => row.answer === -1).length);
    });
  }, 30));

test("a brain is as sure of what is measured as of a prediction, whatever answers", async () => {
  const kinds: readonly Blueprint[] = [
    { kind: "plastic", config: { ...SMALL, hiddenDim: 16 } },
    { kind: "plastic", config: { ...SMALL, hiddenDim: 16, rejectBelow: 0.5 } },
    { kind: "plastic", config: { ...SMALL, hiddenDim: 16, readout: "analytic" } },
    { kind: "plastic", config: { ...SMALL, hiddenDim: 16, readout: "blend" } },
    { kind: "triarchic", config: SMALL_TRIARCHIC },
  ];
  for (const blueprint of kinds) {
    const life = watchedLifeOf(blueprint, 40, 3);
    const { brain } = await live(await newMeasured(blueprint), life);
    while (brain.isSettling) await brain.settle();
    const lesson = life.findLast((event): event is Learned => event.type === "learned") ?? assert.fail();
    const { classes, confidence } = await brain.answer(lesson.inputs, brain.mode);
    const predictions = await brain.predict(lesson.inputs, 1);
    assert.ok(predictions.some(({ label }) => label !== null));
    assert.deepEqual(
      [...confidence],
      predictions.map((prediction) => prediction.confidence),
      JSON.stringify(blueprint),
    );
    assert.deepEqual(
      [...classes].map((classId) => classId === -1),
      predictions.map(({ label }) => label === null),
    );
  }
});

/** The brain, with what it answers in lessons heard. */
function hearing(brain: Brain, hear: (answers: Answers) => void): Brain {
  return new Proxy(brain, {
    get(target, key) {
      if (key === "apply")
        return (event: BrainEvent, seq: number, observe?: (answers: Answers) => void) =>
          target.apply(event, seq, (answers) => {
            hear(answers);
            observe?.(answers);
          });
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("a sample that is held out changes nothing of the brain: it is as if taught the others alone", () =>
  law(async ({ kind, config }, life) => {
    const blueprint = { kind, config: { ...config, holdout: 3 } } as Blueprint;
    const taught: BrainEvent[] = [];
    const measured = await newMeasured(blueprint, (brain) => recording(brain, taught));
    await live(measured, life);
    const plain = await newMeasured(blueprint);
    for (const [index, event] of taught.entries()) await plain.brain.apply(event, index + 1);
    assert.deepEqual(await bare(measured), await bare(plain));
    const rows = (events: readonly BrainEvent[]) =>
      events.reduce((sum, event) => sum + (event.type === "learned" ? event.inputs.rows : 0), 0);
    const { heldOut } = measured.report().holdout;
    assert.ok(rows(life) - rows(taught) >= heldOut);
  }));

/** The brain, with the events that reach it written down. */
function recording(brain: Brain, events: BrainEvent[]): Brain {
  return new Proxy(brain, {
    get(target, key) {
      if (key === "apply")
        return (event: BrainEvent, seq: number, observe?: (answers: Answers) => void) => {
          events.push(event.type === "learned" ? copyOf(event) : event);
          return target.apply(event, seq, observe);
        };
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const copyOf = (event: Learned): Learned => ({
  ...event,
  inputs: { ...event.inputs, data: event.inputs.data.slice() },
  classes: event.classes.slice(),
});

async function bare({ brain }: { readonly brain: Brain }) {
  const { header, tensors } = await brain.state();
  return { header, tensors };
}

test("an evaluation changes nothing of the brain", () =>
  law(async (blueprint, life) => {
    const measured = await newMeasured(blueprint);
    for (const event of life) {
      await measured.apply(event, measured.seq + 1);
      if (!measured.isEvaluating) continue;
      const before = structuredClone(await bare(measured));
      while (measured.isEvaluating) await measured.evaluatePiece();
      assert.deepEqual(await bare(measured), before);
    }
  }));
