// A brain's behaviour at its edges, on every backend.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Brain } from "../../../src/brain/brain.ts";
import type { PlasticConfig } from "../../../src/brain/config.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import type { Learned, LearnOutcome } from "../../../src/brain/events.ts";
import { Random } from "../../../src/brain/random.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import { rowsOf } from "../../../src/tensor/matrix.ts";
import { BACKENDS, digestOf, gaussianMatrix, learned, matrixOf, SMALL, titleOf } from "./support.ts";

async function learn(brain: Brain, event: Learned): Promise<LearnOutcome> {
  const outcome = await brain.apply(event, brain.step + 1);
  assert.ok(outcome.type === "learned");
  return outcome;
}

for (const backend of BACKENDS) {
  const create = (config: Partial<PlasticConfig> = {}) => createPlasticBrain({ ...SMALL, ...config }, backend);
  const inputs = (rows: number, cols = SMALL.inputDim) => gaussianMatrix(Random.seeded(rows), rows, cols);

  describe(`plastic brain (${titleOf(backend)})`, () => {
    test("an empty brain says that it does not know", async () => {
      const [prediction] = await (await create()).predict(inputs(1), 3);
      assert.deepEqual(prediction, { label: null, confidence: 0, scores: [], novelty: 1 });
    });

    test("what was learned once is known, and new classes join the labels", async () => {
      const brain = await create();
      const outcome = await learn(brain, learned(inputs(2), [0, 1], { newLabels: ["cat", "dog"] }));
      assert.deepEqual(outcome, {
        type: "learned",
        samples: 2,
        heldOut: 0,
        accuracy: 0,
        reward: 1,
        recycled: 0,
        memory: { stored: 2, capacity: 50 },
      });
      const [cat, dog] = await brain.predict(inputs(2), 2);
      assert.equal(cat?.label, "cat");
      assert.equal(dog?.label, "dog");
      assert.ok(cat!.novelty < 0.01);
      await learn(brain, learned(inputs(1), [2], { newLabels: ["cow"] }));
      assert.deepEqual((await brain.state()).header.labels, ["cat", "dog", "cow"]);
      assert.equal(brain.step, 2);
    });

    test("a batch larger than the memory is stored as if one by one", async () => {
      const many = inputs(23);
      const classes = Array.from({ length: 23 }, (_, row) => row % 3);
      const newLabels = ["a", "b", "c"];
      // With a rate of 0 the synapses rest, so that only the memory can differ.
      const config = { memorySize: 7, learningRate: 0, neurogenesis: false };
      const atOnce = await create(config);
      await learn(atOnce, learned(many, classes, { newLabels }));
      const oneByOne = await create(config);
      for (let row = 0; row < many.rows; row++) {
        await learn(
          oneByOne,
          learned(rowsOf(many, row, row + 1), [row % 3], { newLabels: row === 0 ? newLabels : [] }),
        );
      }
      const [left, right] = [await atOnce.state(), await oneByOne.state()];
      assert.equal(left.header.seen, 23);
      assert.equal(right.header.seen, 23);
      assert.deepEqual(left.tensors["memory.classes"], right.tensors["memory.classes"]);
      assert.equal(left.tensors["memory.classes"]!.data[(23 - 1) % 7], 22 % 3);
    });

    test("a memory with fewer samples than neighbours votes with what it has", async () => {
      const brain = await create({ neighbors: 40 });
      await learn(brain, learned(inputs(3), [0, 0, 1], { newLabels: ["a", "b"] }));
      const [first] = await brain.predict(rowsOf(inputs(3), 0, 1), 5);
      assert.equal(first?.label, "a");
      assert.deepEqual(first?.scores.map(({ label }) => label).sort(), ["a", "b"]);
    });

    test("the scores of all classes sum to 1, best first", async () => {
      const brain = await create({ neighbors: 20 });
      const classes = Array.from({ length: 20 }, (_, row) => row % 4);
      await learn(brain, learned(inputs(20), classes, { newLabels: ["a", "b", "c", "d"] }));
      for (const { label, confidence, scores } of await brain.predict(inputs(9), 4)) {
        const shares = scores.map(({ score }) => score);
        assert.deepEqual(
          shares,
          [...shares].sort((a, b) => b - a),
        );
        assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
        assert.deepEqual(scores[0], { label, score: confidence });
      }
    });

    test("a zero input is like nothing that is remembered: it gets no label", async () => {
      const brain = await create();
      const zero = matrixOf([new Array(SMALL.inputDim).fill(0)]);
      await learn(brain, learned(inputs(4), [1, 0, 1, 0], { newLabels: ["a", "b"] }));
      const [prediction] = await brain.predict(zero, 1);
      assert.deepEqual(prediction, { label: null, confidence: 0, scores: [{ label: "a", score: 0 }], novelty: 1 });
      // A zero key is not even like itself.
      assert.equal((await learn(brain, learned(zero, [0]))).accuracy, 0);
      assert.equal((await brain.predict(zero, 1))[0]?.label, null);
    });

    test("one class is enough", async () => {
      const brain = await create();
      await learn(brain, learned(inputs(4), [0, 0, 0, 0], { newLabels: ["only"] }));
      const predictions = await brain.predict(inputs(4), 3);
      assert.ok(predictions.every(({ label, confidence }) => label === "only" && confidence === 1));
    });

    test("the smallest brain works", async () => {
      const brain = await create({ inputDim: 1, hiddenDim: 1, winners: 1, layers: 1, memorySize: 1, neighbors: 1 });
      await learn(brain, learned(inputs(3, 1), [0, 1, 0], { newLabels: ["a", "b"], mode: "panic" }));
      const [prediction] = await brain.predict(inputs(1, 1), 1);
      assert.equal(prediction?.label, "a");
    });

    test("a batch of one learns under batch normalization, and moves the running statistics", async () => {
      const brain = await create({ normalization: "batch" });
      const before = (await brain.state()).tensors["normalization.variance"]!.data.slice();
      await learn(brain, learned(inputs(1), [0], { newLabels: ["a"] }));
      const { tensors } = await brain.state();
      assert.notDeepEqual(tensors["normalization.variance"]!.data, before);
      assert.ok(tensors["normalization.variance"]!.data.every(Number.isFinite));
      assert.equal((await brain.predict(inputs(1), 1))[0]?.label, "a");
    });

    test("under running normalization the stored keys are the queries that were asked", async () => {
      const brain = await create({ normalization: "running", learningRate: 0, neurogenesis: false });
      const twin = await create({ normalization: "running", learningRate: 0, neurogenesis: false });
      await learn(twin, learned(inputs(5), [0, 0, 0, 0, 0], { newLabels: ["a"], memorize: false }));
      await learn(brain, learned(inputs(5), [0, 0, 0, 0, 0], { newLabels: ["a"] }));
      await learn(brain, learned(inputs(4), [0, 0, 0, 0]));
      await learn(twin, learned(inputs(4), [0, 0, 0, 0]));
      const [all, last] = [await brain.state(), await twin.state()];
      const from = 5 * SMALL.inputDim;
      assert.deepEqual(all.tensors["memory.keys"]!.data.slice(from), last.tensors["memory.keys"]!.data.slice());
    });

    test("an empty batch is a step that teaches nothing", async () => {
      const brain = await create({ normalization: "batch" });
      const outcome = await learn(brain, learned(inputs(0), []));
      assert.equal(outcome.accuracy, 0);
      assert.deepEqual(await brain.predict(inputs(0), 1), []);
    });

    test("the largest finite inputs give finite answers and a finite state", async () => {
      for (const normalization of ["none", "running", "batch"] as const) {
        const brain = await create({ normalization });
        const huge = { ...inputs(4), data: inputs(4).data.map((value) => Math.sign(value) * 3.4028234e38) };
        for (let i = 0; i < 5; i++) await learn(brain, learned(huge, [0, 1, 0, 1], { newLabels: i ? [] : ["a", "b"] }));
        await learn(brain, learned(rowsOf(huge, 0, 1), [0]));
        const { tensors } = await brain.state();
        for (const [name, { data }] of Object.entries(tensors)) assert.ok(data.every(Number.isFinite), name);
        const predictions = await brain.predict(huge, 2);
        assert.ok(
          predictions.every(({ confidence, novelty }) => Number.isFinite(confidence) && Number.isFinite(novelty)),
        );
      }
    });

    test("an input far beyond the running statistics gives finite answers and a finite state", async () => {
      for (const normalization of ["running", "batch"] as const) {
        const brain = await create({ normalization });
        const steady = { ...inputs(2), data: inputs(2).data.fill(0.5) };
        await learn(brain, learned(steady, [0, 0], { newLabels: ["a", "b"] }));
        const far = { ...inputs(1), data: inputs(1).data.fill(0) };
        far.data[0] = 3.4028234e38;
        await learn(brain, learned(far, [1]));
        const [prediction] = await brain.predict(far, 2);
        assert.ok(Number.isFinite(prediction?.confidence) && Number.isFinite(prediction?.novelty));
        await restoreBrain(await brain.state(), backend);
      }
    });

    test("rewards are full while fresh, then −0.2 for what was wrong, and full in panic", async () => {
      const brain = await create({ memorySize: 500 });
      const label = { newLabels: ["a", "b"] };
      const classes = (rows: number, classId: number) => new Array(rows).fill(classId);
      assert.equal((await learn(brain, learned(inputs(99), classes(99, 0), label))).reward, 1);
      assert.equal((await learn(brain, learned(inputs(1), [1]))).reward, 1);
      const wrong = await learn(brain, learned(inputs(10), classes(10, 1), { memorize: false }));
      assert.ok(Math.abs(wrong.reward - (wrong.accuracy - 0.2 * (1 - wrong.accuracy))) < 1e-6);
      assert.ok(wrong.accuracy < 1);
      const panic = await learn(brain, learned(inputs(10), classes(10, 1), { memorize: false, mode: "panic" }));
      assert.equal(panic.reward, 1);
    });

    test("panic may last: rows stay short, answers right and finite", async () => {
      const brain = await create();
      const samples = inputs(4);
      const random = Random.seeded(9);
      for (let i = 0; i < (backend.name === "cpu" ? 2500 : 400); i++) {
        const noise = random.gaussians(samples.data.length);
        const nearby = { ...samples, data: samples.data.map((value, at) => value + 0.1 * noise[at]!) };
        await learn(brain, learned(nearby, [0, 1, 0, 1], { mode: "panic", newLabels: i === 0 ? ["a", "b"] : [] }));
      }
      const { data } = (await brain.state()).tensors["layers.0.encoder"]!;
      for (let at = 0; at < data.length; at += 12) assert.ok(Math.hypot(...data.slice(at, at + 12)) < 1.000001);
      await brain.apply({ type: "modeChanged", mode: "panic" }, 9);
      const predictions = await brain.predict(samples, 2);
      assert.deepEqual(
        predictions.map(({ label }) => label),
        ["a", "b", "a", "b"],
      );
      assert.ok(predictions.every(({ confidence }) => confidence > 0.9));
    });

    test("a learn event's mode is its own; the brain's mode stays", async () => {
      const brain = await create();
      await learn(brain, learned(inputs(2), [0, 0], { newLabels: ["a"], mode: "panic" }));
      assert.equal(brain.mode, "plastic");
      assert.deepEqual(await brain.apply({ type: "modeChanged", mode: "panic" }, 9), {
        type: "modeChanged",
        mode: "panic",
      });
      assert.equal(brain.mode, "panic");
    });

    test("consolidation protects: in plastic mode a mature neuron's synapses rest", async () => {
      const brain = await create({ layers: 1, neurogenesis: false });
      const same = learned(inputs(3), [0, 0, 0], { newLabels: ["a"] });
      await learn(brain, same);
      const outcome = await brain.apply({ type: "consolidated" }, 9);
      assert.ok(outcome.type === "consolidated" && outcome.matured > 0 && outcome.mature === outcome.matured);
      const encoder = async () => (await brain.state()).tensors["layers.0.encoder"]!.data.slice();
      const before = await encoder();
      await learn(brain, { ...same, newLabels: [] });
      const after = await encoder();
      const { data: maturity } = (await brain.state()).tensors["layers.0.maturity"]!;
      maturity.forEach((mature, neuron) => {
        const row = [neuron * SMALL.inputDim, (neuron + 1) * SMALL.inputDim] as const;
        if (mature === 1) assert.deepEqual(after.slice(...row), before.slice(...row));
      });
      await learn(brain, { ...same, newLabels: [], mode: "panic" });
      assert.notDeepEqual(await encoder(), after);
    });

    test("neurogenesis gives idle neurons unit rows and counts them; switched off, it draws nothing", async () => {
      const config = { layers: 1, inputDim: 5, hiddenDim: 60, winners: 2, seed: 3 };
      const brain = await create(config);
      let recycled = 0;
      for (let i = 0; i < 120; i++) {
        const more = { newLabels: i === 0 ? ["a"] : [], mode: "panic" as const };
        recycled += (await learn(brain, learned(inputs(3, 5), [0, 0, 0], more))).recycled;
      }
      assert.ok(recycled > 0);
      assert.equal((await brain.state()).header.layers[0]?.recycled, recycled);

      const resting = await create({ ...config, neurogenesis: false });
      const { random } = (await resting.state()).header;
      await learn(resting, learned(inputs(3, 5), [0, 0, 0], { newLabels: ["a"], mode: "panic" }));
      assert.deepEqual((await resting.state()).header.random, random);
    });

    test("a lesson may say whether neurons are born again, for itself alone, over what its layers say and not over a freeze", async () => {
      const config = { layers: 2, inputDim: 5, hiddenDim: 60, winners: 2, seed: 3, learningRate: 0 };
      const births = async (own: boolean, wish: Partial<Learned>) => {
        const brain = await create({ ...config, neurogenesis: own });
        await brain.apply({ type: "layerTuned", index: 1, settings: { isFrozen: true } }, 1);
        const random = Random.seeded(5);
        let recycled = 0;
        for (let i = 0; i < 200; i++) {
          const more = { newLabels: i === 0 ? ["a"] : [], mode: "panic" as const, memorize: false };
          const lesson = learned(gaussianMatrix(random, 3, 5), [0, 0, 0], { ...more, ...wish });
          recycled += (await learn(brain, lesson)).recycled;
        }
        const { layers, random: left } = (await brain.state()).header;
        assert.deepEqual(
          layers.map((layer) => layer.recycled),
          [recycled, 0],
        );
        assert.ok(layers.every(({ neurogenesis }) => neurogenesis === own));
        return { recycled, left };
      };
      const [own, none] = [await births(true, {}), await births(false, {})];
      assert.ok(own.recycled > 0);
      assert.equal(none.recycled, 0);
      assert.deepEqual(await births(false, { neurogenesis: true }), own);
      assert.deepEqual(await births(true, { neurogenesis: false }), none);
    });

    test("the same configuration gives the same brain, another seed another one", async () => {
      const digest = async (seed: number) => digestOf(await create({ seed }));
      assert.equal(await digest(1), await digest(1));
      assert.notEqual(await digest(1), await digest(2));
    });
  });
}
