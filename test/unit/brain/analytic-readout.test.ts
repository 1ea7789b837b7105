// What a readout of sums promises: order-free to the bit, exact when it forgets, right at once, calm in a storm.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { LearningMode, PlasticConfig } from "../../../src/brain/config.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import type { Learned } from "../../../src/brain/events.ts";
import type { PlasticBrain } from "../../../src/brain/plastic-brain.ts";
import { Random } from "../../../src/brain/random.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import { decodeHeader, encodeHeader } from "../../../src/brain/state.ts";
import { gatheredRows, type Matrix } from "../../../src/tensor/matrix.ts";
import type { Tensors } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, copyOf, gaussianMatrix, learned, plastic, SMALL, titleOf } from "./support.ts";

/** Without a gate a thought is the input, so that nothing of what the layers learn shows in it. */
const CONFIG: PlasticConfig = { ...SMALL, readout: "blend", directions: 48, gate: 0, memorySize: 200 };
const LABELS = ["a", "b", "c"];

/** Samples about a direction of each class's own. */
function samplesOf(seed: number, rows: number, spread = 0.6): { inputs: Matrix; classes: number[] } {
  const random = Random.seeded(seed);
  const centres = gaussianMatrix(Random.seeded(99), LABELS.length, CONFIG.inputDim);
  const inputs = gaussianMatrix(random, rows, CONFIG.inputDim);
  const classes = Array.from({ length: rows }, () => random.below(LABELS.length));
  inputs.data.forEach((noise, i) => {
    const classId = classes[Math.floor(i / CONFIG.inputDim)]!;
    inputs.data[i] = centres.data[classId * CONFIG.inputDim + (i % CONFIG.inputDim)]! + spread * noise;
  });
  return { inputs, classes };
}

const part = (
  { inputs, classes }: ReturnType<typeof samplesOf>,
  rows: readonly number[],
  more: Partial<Learned> = {},
) =>
  learned(
    gatheredRows(inputs, rows),
    rows.map((row) => classes[row]!),
    more,
  );

class Taught {
  readonly brain: PlasticBrain;
  #seq = 0;

  private constructor(brain: PlasticBrain) {
    this.brain = brain;
  }

  static async begin(config = CONFIG, backend = BACKENDS[1]!): Promise<Taught> {
    const taught = new Taught(await createPlasticBrain(config, backend));
    // All classes in one order, so that brains can be compared.
    await taught.apply(learned(gaussianMatrix(Random.seeded(1), 0, config.inputDim), [], { newLabels: LABELS }));
    return taught;
  }

  apply(event: Parameters<PlasticBrain["apply"]>[0]) {
    return this.brain.apply(event, ++this.#seq);
  }

  async sums(): Promise<Tensors> {
    const { tensors } = copyOf(await this.brain.state());
    return Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith("readout.")));
  }

  /** How far scores and memory count. */
  async trust(): Promise<readonly number[]> {
    const { temperature, trust } = plastic((await this.brain.state()).header).readout!;
    return [temperature, trust];
  }

  async refuted(): Promise<readonly number[]> {
    return plastic((await this.brain.state()).header).readout!.refuted;
  }

  /** Samples by column. */
  async counts(): Promise<readonly number[]> {
    const { "readout.counts": counts } = await this.sums();
    return Array.from(counts!.data).filter((_, i) => i % 2 === 0);
  }

  async accuracy({ inputs, classes }: ReturnType<typeof samplesOf>): Promise<number> {
    const answers = await this.brain.predict(inputs, 1);
    return answers.filter(({ label }, row) => label === LABELS[classes[row]!]).length / inputs.rows;
  }

  async rest(): Promise<void> {
    while (this.brain.isSettling) await this.brain.settle();
    while (this.brain.isBehind) await this.brain.catchUp();
  }
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

for (const backend of BACKENDS) {
  describe(`a readout of sums (${titleOf(backend)})`, () => {
    test("is the same to the bit whatever the order of the samples and the size of the calls", () =>
      fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 30 }), fc.boolean(), async (seed, call, isStormy) => {
          const [samples, storm] = [samplesOf(seed, 60), samplesOf(seed + 1, isStormy ? 30 : 0)];
          const together = await Taught.begin(CONFIG, backend);
          await together.apply(part(samples, range(60)));
          await together.apply(part(storm, range(storm.classes.length), { mode: "panic" }));
          const apart = await Taught.begin(CONFIG, backend);
          const inCalls = async (taught: typeof samples, mode: LearningMode) => {
            const order = range(taught.classes.length).sort((a, b) => taught.classes[a]! - taught.classes[b]! || b - a);
            for (let from = 0; from < order.length; from += call) {
              await apart.apply(part(taught, order.slice(from, from + call), { mode }));
            }
          };
          await inCalls(storm, "panic");
          await inCalls(samples, "plastic");
          for (const each of [together, apart]) await each.apply({ type: "consolidated" });
          assert.deepEqual(await apart.sums(), await together.sums());
          const [one, other] = [await apart.trust(), await together.trust()];
          for (const [i, number] of one.entries())
            assert.ok(Math.abs(number - other[i]!) < 1e-6, `${one} and ${other}`);
        }),
        { numRuns: 8 },
      ));

    test("forgets a class, and a sample, as if it had never been taught them", async () => {
      const samples = samplesOf(5, 50);
      const kept = range(50).filter((row) => samples.classes[row] !== 1);
      const never = await Taught.begin(CONFIG, backend);
      await never.apply(part(samples, kept));
      const forgot = await Taught.begin(CONFIG, backend);
      await forgot.apply(part(samples, range(50)));
      await forgot.apply({ type: "forgot", samples: { of: "class", classId: 1 } });
      for (const each of [never, forgot]) await each.apply({ type: "consolidated" });
      assert.deepEqual(await forgot.sums(), await never.sums());
      assert.ok(
        (await forgot.brain.predict(samples.inputs, 3)).every(
          ({ scores }) => !scores.some(({ label }) => label === "b"),
        ),
      );
      await forgot.apply(part(samples, [0], { mode: "panic" }));
      const { entries } = await forgot.brain.memory.page({ limit: 1, before: null, label: null, withKeys: false });
      await forgot.apply({ type: "forgot", samples: { of: "entry", id: entries[0]!.id } });
      await forgot.apply({ type: "consolidated" });
      assert.deepEqual(await forgot.sums(), await never.sums());
      await forgot.apply({ type: "forgot", samples: { of: "all" } });
      const { "readout.sums": sums, "readout.classSums": classSums } = await forgot.sums();
      assert.ok([...sums!.data, ...classSums!.data].every((value) => value === 0));
    });
  });
}

test("its answers are those of the last solving until it has rested, and then those of all that it was taught", async () => {
  const samples = samplesOf(7, 100);
  const brain = await Taught.begin({ ...CONFIG, readout: "analytic" });
  await brain.apply(part(samples, range(40)));
  const { inputs } = samplesOf(8, 20);
  const ofBefore = await brain.brain.predict(inputs, 3);
  assert.equal(brain.brain.isSettling, true);
  while (brain.brain.isSettling) await brain.brain.settle();
  const ofForty = await brain.brain.predict(inputs, 3);
  assert.notDeepEqual(ofForty, ofBefore);
  assert.equal(brain.brain.isBehind, false);
  // Too few to be solved by themselves.
  await brain.apply(part(samples, range(50).slice(40)));
  assert.deepEqual([brain.brain.isSettling, brain.brain.isBehind], [false, true]);
  const heard = await brain.brain.answer(inputs, "plastic");
  await brain.rest();
  const rested = await brain.brain.predict(inputs, 3);
  assert.notDeepEqual(rested, ofForty);
  // What is measured never depends on whether there was time.
  assert.deepEqual(await brain.brain.answer(inputs, "plastic"), heard);
});

test("a brain that was brought back answers as the one that went on, once both have rested", async () => {
  const [samples, later, storm] = [samplesOf(91, 300, 1.2), samplesOf(92, 10, 1.2), samplesOf(94, 40, 2)];
  const { inputs } = samplesOf(93, 20, 1.2);
  const brain = await Taught.begin({ ...CONFIG, directions: 0, memorySize: 400 });
  await brain.apply(part(samples, range(300)));
  const events: Parameters<PlasticBrain["apply"]>[0][] = [
    // Leaves out more samples than a solving that nobody waits for.
    { type: "consolidated" },
    part(later, range(10)),
    part(storm, range(40), { mode: "panic" }),
    part(later, range(10)),
    { type: "tuned", tuning: { neighbors: 12 } },
  ];
  for (const event of events) {
    await brain.apply(event);
    await brain.rest();
    const { header, tensors } = copyOf(await brain.brain.state());
    const restored = await restoreBrain({ header: decodeHeader(encodeHeader(header)), tensors }, BACKENDS[1]!);
    while (restored.isBehind) await restored.catchUp();
    assert.deepEqual(await restored.predict(inputs, 3), await brain.brain.predict(inputs, 3), event.type);
  }
});

test("a class is known after one example, by the sums and with the memory, and before they are solved again", async () => {
  const samples = samplesOf(11, 100, 0.2);
  const old = range(100).filter((row) => samples.classes[row] !== 2);
  const first = range(100).find((row) => samples.classes[row] === 2)!;
  for (const readout of ["analytic", "blend"] as const) {
    const brain = await Taught.begin({ ...CONFIG, readout });
    await brain.apply(part(samples, old));
    await brain.rest();
    await brain.apply(part(samples, [first]));
    const others = range(100).filter((row) => samples.classes[row] === 2);
    const named = async () =>
      (await brain.brain.predict(gatheredRows(samples.inputs, others), 1)).map(({ label }) => label);
    assert.equal((await named())[0], "c", readout);
    await brain.rest();
    assert.deepEqual(new Set(await named()), new Set(["c"]), readout);
  }
});

test("confidence is a probability: of answers that are sure to 80 % about so many are right, more than the memory alone can say", async () => {
  const judged = samplesOf(21, 1500, 1.6);
  const errors: Record<string, number> = {};
  for (const readout of ["memory", "analytic", "blend"] as const) {
    const brain = await Taught.begin({ ...CONFIG, readout });
    await brain.apply(part(samplesOf(20, 150, 1.6), range(150)));
    await brain.apply({ type: "consolidated" });
    await brain.rest();
    const answers = await brain.brain.predict(judged.inputs, 1);
    const bins = range(10).map(() => ({ sure: 0, right: 0 }));
    answers.forEach(({ label, confidence }, row) => {
      const bin = bins[Math.min(9, Math.floor(10 * confidence))]!;
      bin.sure += confidence;
      bin.right += label === LABELS[judged.classes[row]!] ? 1 : 0;
    });
    errors[readout] = bins.reduce((sum, { sure, right }) => sum + Math.abs(sure - right), 0) / 1500;
  }
  assert.ok(errors.analytic! < 0.08 && errors.blend! < 0.08, JSON.stringify(errors));
  assert.ok(errors.memory! > errors.blend!, JSON.stringify(errors));
});

test("a storm has columns of its own, so that what was known in calm weather stays known", async () => {
  const calm = samplesOf(31, 150, 0.4);
  const turned = (samples: ReturnType<typeof samplesOf>) => ({
    // The next class's look: pooled, the two would contradict each other.
    inputs: { ...samples.inputs, data: samples.inputs.data.map((value) => -value) },
    classes: samples.classes,
  });
  const brain = await Taught.begin({ ...CONFIG, readout: "analytic" });
  await brain.apply(part(calm, range(150)));
  await brain.rest();
  const [clean, storm] = [samplesOf(32, 300, 0.4), turned(samplesOf(33, 300, 0.4))];
  const before = { clean: await brain.accuracy(clean), storm: await brain.accuracy(storm) };
  await brain.apply(part(turned(samplesOf(34, 150, 0.4)), range(150), { mode: "panic" }));
  await brain.rest();
  const after = { clean: await brain.accuracy(clean), storm: await brain.accuracy(storm) };
  assert.ok(before.clean > 0.9 && before.storm < 0.5, JSON.stringify(before));
  assert.ok(after.clean > before.clean - 0.05 && after.storm > 0.9, JSON.stringify(after));
  assert.deepEqual(await brain.refuted(), []);
});

test("a sample that was just taught is answered with its label, however many others of other classes came before", async () => {
  const samples = samplesOf(41, 400, 0.8);
  const old = range(400).filter((row) => samples.classes[row] !== 2);
  const late = range(400)
    .filter((row) => samples.classes[row] === 2)
    .slice(0, 5);
  for (const isRested of [false, true]) {
    const brain = await Taught.begin({ ...CONFIG, directions: 0, memorySize: 500 });
    await brain.apply(part(samples, old));
    await brain.rest();
    for (const row of late) {
      await brain.apply(part(samples, [row]));
      if (isRested) await brain.rest();
      const [answer] = await brain.brain.predict(gatheredRows(samples.inputs, [row]), 1);
      assert.equal(answer?.label, "c");
    }
  }
});

test("where the same inputs are called otherwise in panic, the old names fade as the new ones come", async () => {
  const samples = samplesOf(51, 300, 0.4);
  const renamed = { inputs: samples.inputs, classes: samples.classes.map((classId) => (classId + 1) % 3) };
  const judged = samplesOf(52, 200, 0.4);
  const known = { inputs: judged.inputs, classes: judged.classes.map((classId) => (classId + 1) % 3) };
  // What the core says alone: nothing of the panic is remembered.
  const brain = await Taught.begin({ ...CONFIG, readout: "analytic" });
  await brain.apply(part(samples, range(100)));
  const accuracies: number[] = [];
  for (const rows of [range(50), range(250).slice(50)]) {
    await brain.apply(part(renamed, rows, { mode: "panic", memorize: false }));
    await brain.rest();
    accuracies.push(await brain.accuracy(known));
  }
  assert.ok(accuracies[0]! < 0.4 && accuracies[1]! > 0.9, JSON.stringify(accuracies));
});

test("what panic refutes is not heard, then and afterwards, and what it does not speak of stays known", async () => {
  const calm = samplesOf(71, 240, 0.4);
  const judged = samplesOf(72, 300, 0.4);
  /** The first two classes change names. */
  const swapped = (samples: ReturnType<typeof samplesOf>) => ({
    inputs: samples.inputs,
    classes: samples.classes.map((classId) => [1, 0, 2][classId]!),
  });
  const news = swapped(samplesOf(73, 120, 0.4));
  const taught = range(120).filter((row) => news.classes[row] !== 2);
  const accuracies: Record<string, number> = {};
  for (const readout of ["blend", "analytic"] as const) {
    const brain = await Taught.begin({ ...CONFIG, readout, directions: 0, memorySize: 500 });
    await brain.apply(part(calm, range(240)));
    await brain.apply({ type: "consolidated" });
    assert.deepEqual(await brain.refuted(), []);
    for (let from = 0; from < 40; from += 8) {
      await brain.apply(part(news, taught.slice(from, from + 8), { mode: "panic" }));
    }
    assert.deepEqual(await brain.refuted(), [0, 1]);
    // A calm lesson of a class whose calm column is not heard goes to the one that is.
    const before = (await brain.counts()).slice(0, 6);
    await brain.apply(part(news, [...taught.slice(40, 60), ...range(120).filter((row) => news.classes[row] === 2)]));
    const grown = (await brain.counts()).map((count, column) => count > before[column]!);
    assert.deepEqual(grown, [false, true, false, true, true, false]);
    await brain.apply({ type: "consolidated" });
    assert.deepEqual(await brain.refuted(), [0, 1]);
    accuracies[readout] = await brain.accuracy(swapped(judged));
    const { header, tensors } = copyOf(await brain.brain.state());
    const restored = await restoreBrain({ header: decodeHeader(encodeHeader(header)), tensors }, BACKENDS[1]!);
    const inputs = gatheredRows(judged.inputs, range(20));
    assert.deepEqual(await restored.predict(inputs, 3), await brain.brain.predict(inputs, 3));
  }
  assert.ok(accuracies.blend! > 0.95 && accuracies.analytic! > 0.95, JSON.stringify(accuracies));
});

test("a refutation lasts as long as what speaks for it: when the panic is forgotten, all is heard again", async () => {
  const calm = samplesOf(81, 150, 0.4);
  const judged = samplesOf(82, 200, 0.4);
  const renamed = { inputs: calm.inputs, classes: calm.classes.map((classId) => (classId + 1) % 3) };
  const brain = await Taught.begin({ ...CONFIG, directions: 0, memorySize: 500 });
  await brain.apply(part(calm, range(150)));
  await brain.apply(part(renamed, range(40), { mode: "panic" }));
  assert.deepEqual(await brain.refuted(), [0, 1, 2]);
  assert.ok((await brain.accuracy(judged)) < 0.1);
  const { entries } = await brain.brain.memory.page({ limit: 40, before: null, label: null, withKeys: false });
  for (const { id } of entries) await brain.apply({ type: "forgot", samples: { of: "entry", id } });
  assert.deepEqual(await brain.refuted(), []);
  assert.ok((await brain.accuracy(judged)) > 0.95);
});

test("of many classes only likely ones are corrected, and an answer is the same alone and beside others", async () => {
  const random = Random.seeded(61);
  const classes = 45;
  const labels = range(classes).map((classId) => `class ${classId}`);
  const centres = gaussianMatrix(random, classes, CONFIG.inputDim);
  const rows = range(3 * classes).map((i) => i % classes);
  const noise = gaussianMatrix(random, rows.length, CONFIG.inputDim);
  const inputs = { ...noise, data: noise.data.map((value, i) => 0.2 * value + gatheredRows(centres, rows).data[i]!) };
  const brain = await createPlasticBrain({ ...CONFIG, directions: 0 }, BACKENDS[1]!);
  await brain.apply(learned(inputs, rows, { newLabels: labels }), 1);
  await brain.apply({ type: "consolidated" }, 2);
  while (brain.isSettling) await brain.settle();
  const together = await brain.predict(centres, classes);
  const right = together.filter(({ label }, classId) => label === labels[classId]).length;
  assert.ok(right > 0.9 * classes, `${right} of ${classes}`);
  for (const row of [0, 20, 44]) {
    assert.deepEqual(await brain.predict(gatheredRows(centres, [row]), classes), [together[row]]);
  }
});

test("a state says how many directions there are, but where it is as many as there were before it was said", async () => {
  const headerOf = async (config: Partial<PlasticConfig>) => {
    const { header } = await (await createPlasticBrain({ ...CONFIG, ...config }, BACKENDS[1]!)).state();
    return encodeHeader(header);
  };
  const shown = async (config: Partial<PlasticConfig>) => {
    const written = await headerOf(config);
    const { header } = { header: decodeHeader(written) };
    return [Object.values(written).some((text) => text.includes('"directions"')), plastic(header).config.directions];
  };
  assert.deepEqual(await shown({ directions: 0 }), [true, 0]);
  assert.deepEqual(await shown({ directions: 256 }), [false, 256]);
  assert.deepEqual(await shown({ readout: "memory", directions: 0 }), [false, 0]);
});
