// What a triarchic brain does, rule by rule, on every backend.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TriarchicHeader } from "../../../src/brain/brain.ts";
import type { TriarchicConfig } from "../../../src/brain/config.ts";
import type { Learned, LearnOutcome } from "../../../src/brain/events.ts";
import { StateError } from "../../../src/brain/header-fields.ts";
import { Random } from "../../../src/brain/random.ts";
import { decodeHeader, encodeHeader } from "../../../src/brain/state.ts";
import type { TriarchicBrain } from "../../../src/brain/triarchic-brain.ts";
import { createTriarchicBrain, restoreTriarchicBrain } from "../../../src/brain/triarchic-create.ts";
import { rowsOf } from "../../../src/tensor/matrix.ts";
import { f32, type Tensors } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, digestOf, gaussianMatrix, learned, lifeOf, matrixOf, SMALL_TRIARCHIC, titleOf } from "./support.ts";

async function learn(brain: TriarchicBrain, event: Learned): Promise<LearnOutcome> {
  const outcome = await brain.apply(event);
  assert.ok(outcome.type === "learned");
  return outcome;
}

const floats = async (brain: TriarchicBrain, name: string): Promise<Float32Array> =>
  (await brain.state()).tensors[name]!.data as Float32Array;

for (const backend of BACKENDS) {
  const create = (config: Partial<TriarchicConfig> = {}) =>
    createTriarchicBrain({ ...SMALL_TRIARCHIC, ...config }, backend);
  const inputs = (rows: number, seed = rows) => gaussianMatrix(Random.seeded(seed), rows, SMALL_TRIARCHIC.inputDim);

  describe(`triarchic brain (${titleOf(backend)})`, () => {
    test("an empty brain says that it does not know", async () => {
      const [prediction] = await (await create()).predict(inputs(1), 3);
      assert.equal(prediction!.label, null);
      assert.equal(prediction!.confidence, 0);
      assert.deepEqual(prediction!.scores, []);
      assert.ok(prediction!.novelty > 0);
    });

    test("what was learned once is known, and no longer novel", async () => {
      const brain = await create();
      const x = inputs(4);
      const outcome = await learn(brain, learned(x, [0, 1, 2, 3], { newLabels: ["a", "b", "c", "d"] }));
      assert.deepEqual(outcome, {
        type: "learned",
        samples: 4,
        heldOut: 0,
        accuracy: 0,
        reward: 1,
        recycled: 4,
        memory: { stored: 0, capacity: 0 },
      });
      const predictions = await brain.predict(x, 2);
      assert.deepEqual(
        predictions.map(({ label }) => label),
        ["a", "b", "c", "d"],
      );
      for (const { confidence, scores, novelty } of predictions) {
        assert.ok(confidence > 0.5 && scores[0]!.score === confidence && scores.length === 2);
        assert.ok(novelty < 1e-6);
      }
      const again = await learn(brain, learned(x, [0, 1, 2, 3]));
      assert.equal(again.accuracy, 1);
      assert.equal(again.recycled, 0);
    });

    test("a sample that nothing speaks for was not known, even where its class is the only one", async () => {
      const brain = await create();
      const zero = { ...inputs(1), data: inputs(1).data.fill(0) };
      await learn(brain, learned(inputs(1), [0], { newLabels: ["a"] }));
      const [prediction] = await brain.predict(zero, 1);
      const { accuracy } = await learn(brain, learned(zero, [0]));
      assert.deepEqual([prediction!.label, accuracy], [null, 0]);
    });

    test("an explanation says what core and overlay say of the classes in the scores; it changes no answer", async () => {
      const brain = await create();
      await learn(brain, learned(inputs(4), [0, 1, 2, 3], { newLabels: ["a", "b", "c", "d"] }));
      const plain = await brain.predict(inputs(4), 2);
      const explained = await brain.predict(inputs(4), 2, true);
      assert.deepEqual(
        explained.map(({ explanation: _, ...prediction }) => prediction),
        plain,
      );
      for (const { scores, explanation } of explained) {
        const { combined, core, overlay } = explanation!.contributions!;
        for (const part of [combined, core, overlay]) {
          assert.deepEqual(
            part.map(({ label }) => label),
            scores.map(({ label }) => label),
          );
        }
        for (const [i, { score }] of combined.entries()) {
          assert.equal(score, Math.fround(core[i]!.score + overlay[i]!.score));
        }
      }
    });

    test("a class on its own is learned, before there is another to tell it from", async () => {
      const brain = await create();
      await learn(brain, learned(inputs(3), [0, 0, 0], { newLabels: ["only"] }));
      assert.ok((await floats(brain, "core")).some((weight) => weight > 0));
      assert.equal((await brain.predict(rowsOf(inputs(3), 0, 1), 1))[0]!.label, "only");
    });

    test("an input's length does not matter under the stable rules", async () => {
      const [short, long] = [await create(), await create()];
      const x = inputs(5);
      const longer = { ...x, data: x.data.map((value) => value * 1024) };
      for (const [brain, batch] of [
        [short, x],
        [long, longer],
      ] as const) {
        await learn(brain, learned(batch, [0, 1, 0, 1, 2], { newLabels: ["a", "b", "c"] }));
      }
      assert.equal(await digestOf(long), await digestOf(short));
    });

    test("the neuron of least use makes room, and takes what was read off it along", async () => {
      const brain = await create({ hiddenDim: 8, winners: 3 });
      for (let seed = 1; seed <= 6; seed++) {
        await learn(brain, learned(inputs(4, seed), [0, 1, 0, 1], { newLabels: seed === 1 ? ["a", "b"] : [] }));
      }
      const { header } = await brain.state();
      assert.ok(header.recycled > 8);
      for (const name of ["utility", "core", "overlay", "importance"]) {
        assert.ok((await floats(brain, name)).every(Number.isFinite), name);
      }
    });

    test("consolidating moves the overlay into the core: the order of the answers stays, and now it lasts", async () => {
      const brain = await create();
      const x = inputs(4);
      await learn(brain, learned(x, [0, 1, 2, 3], { newLabels: ["a", "b", "c", "d"] }));
      const before = await brain.predict(x, 4);
      const outcome = await brain.apply({ type: "consolidated" });
      assert.ok(outcome.type === "consolidated" && outcome.mature >= outcome.matured);
      assert.ok((await floats(brain, "overlay")).every((weight) => weight === 0));
      assert.ok((await floats(brain, "importance")).some((value) => value > 0));
      const labels = (list: typeof before) => list.map(({ label }) => label);
      assert.deepEqual(labels(await brain.predict(x, 4)), labels(before));
    });

    test("consolidating again and again changes nothing more", async () => {
      const brain = await create();
      await learn(brain, learned(inputs(4), [0, 1, 2, 3], { newLabels: ["a", "b", "c", "d"] }));
      for (let round = 0; round < 500; round++) await brain.apply({ type: "consolidated" });
      const core = await floats(brain, "core");
      assert.ok(core.every((weight) => Math.abs(weight) <= 1));
    });

    test("panic releases the brake on important weights", async () => {
      const drift = async (mode: "plastic" | "panic") => {
        const brain = await create();
        const x = inputs(4);
        await learn(brain, learned(x, [0, 1, 2, 3], { newLabels: ["a", "b", "c", "d"] }));
        for (let step = 0; step < 10; step++) await learn(brain, learned(x, [0, 1, 2, 3]));
        const before = (await floats(brain, "core")).slice();
        await learn(brain, learned(x, [3, 2, 1, 0], { mode }));
        const after = await floats(brain, "core");
        return before.reduce((sum, weight, i) => sum + Math.abs(weight - after[i]!), 0);
      };
      assert.ok((await drift("panic")) > (await drift("plastic")));
    });

    test("hundreds of classes are added one by one, and a saved state holds their rows alone", async () => {
      const brain = await create();
      for (let classId = 0; classId < 300; classId++) {
        await learn(brain, learned(inputs(1, classId + 1), [classId], { newLabels: [`class ${classId}`] }));
      }
      const { tensors, header } = await brain.state();
      assert.equal(header.labels.length, 300);
      assert.deepEqual(tensors.core!.shape, [300, SMALL_TRIARCHIC.hiddenDim]);
      assert.equal((await brain.predict(inputs(1, 300), 1))[0]!.label, "class 299");
    });

    for (const rules of ["stable", "seed"] as const) {
      test(`the largest finite inputs leave a finite state (${rules})`, async () => {
        const brain = await create({ rules });
        const huge = matrixOf([0, 1, 2].map((row) => Array.from({ length: 12 }, (_, d) => 3.4e38 * Math.sin(row + d))));
        const tiny = matrixOf([new Array(12).fill(1e-45), new Array(12).fill(0)]);
        for (let step = 0; step < 3; step++) {
          await learn(brain, learned(huge, [0, 1, 2], { newLabels: step === 0 ? ["a", "b", "c"] : [] }));
          await learn(brain, learned(tiny, [0, 1]));
        }
        const { tensors } = await brain.state();
        for (const [name, { data }] of Object.entries(tensors)) {
          assert.ok((data as Float32Array).every(Number.isFinite), name);
        }
        for (const { novelty } of await brain.predict(huge, 3)) assert.ok(Number.isFinite(novelty));
      });
    }
  });
}

describe("restoring a triarchic brain", () => {
  const [backend] = BACKENDS;
  async function someState() {
    const brain = await createTriarchicBrain(SMALL_TRIARCHIC, backend!);
    for (const event of lifeOf(SMALL_TRIARCHIC, 8, 3)) await brain.apply(event);
    return brain.state();
  }
  const filled = (length: number, value: number, ...shape: number[]) =>
    f32(new Float32Array(length).fill(value), ...shape);
  const wrong: Record<string, (tensors: Tensors) => Tensors> = {
    "the base is missing": ({ projection: _gone, ...rest }) => rest,
    "a tensor is unknown": (tensors) => ({ ...tensors, more: filled(1, 0, 1) }),
    "a class has no row": (tensors) => ({ ...tensors, core: filled(120, 0, 3, 40) }),
    "an importance is above 1": (tensors) => ({ ...tensors, importance: filled(160, 1.5, 4, 40) }),
    "a utility is negative": (tensors) => ({ ...tensors, utility: filled(40, -1, 40) }),
    "a number is not finite": (tensors) => ({ ...tensors, overlay: filled(160, Number.NaN, 4, 40) }),
  };
  for (const [mistake, change] of Object.entries(wrong)) {
    test(`is refused where ${mistake}`, async () => {
      const { header, tensors } = await someState();
      await assert.rejects(restoreTriarchicBrain({ header, tensors: change(tensors) }, backend!), StateError);
    });
  }

  const wrongHeaders: Record<string, (header: TriarchicHeader) => object> = {
    "one neuron wins": ({ config }) => ({ config: { ...config, winners: 1 } }),
    "the rules are unknown": ({ config }) => ({ config: { ...config, rules: "wild" } }),
    "a rate is no number": ({ config }) => ({ config: { ...config, contextDecay: null } }),
    "the counter is negative": () => ({ recycled: -1 }),
  };
  for (const [mistake, change] of Object.entries(wrongHeaders)) {
    test(`is refused where ${mistake}`, async () => {
      const { header } = await someState();
      assert.throws(() => decodeHeader({ brain: JSON.stringify({ ...header, ...change(header) }) }), StateError);
    });
  }

  test("a header decoded from its text is the header", async () => {
    const { header } = await someState();
    assert.deepEqual(decodeHeader(encodeHeader(header)), header);
  });
});
