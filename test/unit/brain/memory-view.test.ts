// Looking into a brain's memory, and taking samples out of it, on every backend.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Brain, MemoryPageRequest } from "../../../src/brain/brain.ts";
import { MEMORY_POLICIES, type PlasticConfig } from "../../../src/brain/config.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import type { Forgot } from "../../../src/brain/events.ts";
import { Random } from "../../../src/brain/random.ts";
import { rowsOf } from "../../../src/tensor/matrix.ts";
import { BACKENDS, digestOf, gaussianMatrix, learned, plastic, SMALL, titleOf } from "./support.ts";

const LABELS = ["cat", "dog", "cow"];
const inputs = gaussianMatrix(Random.seeded(3), 9, SMALL.inputDim);
const ALL: MemoryPageRequest = { limit: 100, before: null, label: null, withKeys: false };

for (const backend of BACKENDS) {
  /** Nine samples in three events: cat cat dog, cat cat dog, cat cat dog. */
  const taught = async (config: Partial<PlasticConfig> = {}): Promise<Brain> => {
    const brain = await createPlasticBrain({ ...SMALL, ...config }, backend);
    for (const event of [0, 1, 2]) {
      const newLabels = event === 0 ? LABELS : [];
      await brain.apply(learned(rowsOf(inputs, 3 * event, 3 * event + 3), [0, 0, 1], { newLabels }), event + 1);
    }
    return brain;
  };
  const forget = (brain: Brain, samples: Forgot["samples"]) => brain.apply({ type: "forgot", samples }, 9);
  const page = (brain: Brain, request: Partial<MemoryPageRequest> = {}) => brain.memory!.page({ ...ALL, ...request });

  describe(`a memory that one can look into (${titleOf(backend)})`, () => {
    test("tells per class how many there are and how old they are", async () => {
      const brain = await taught();
      assert.deepEqual(brain.memory!.summary(), {
        policy: "fifo",
        index: { state: "exact", indexed: 0 },
        stored: 9,
        capacity: 50,
        classes: [
          { label: "cat", count: 6, newestSeq: 3, oldestSeq: 1 },
          { label: "dog", count: 3, newestSeq: 3, oldestSeq: 1 },
          { label: "cow", count: 0, newestSeq: null, oldestSeq: null },
        ],
      });
    });

    for (const memoryPolicy of MEMORY_POLICIES) {
      test(`pages hold every entry once, newest first, with the keys of just those (${memoryPolicy})`, async () => {
        const brain = await taught({ memoryPolicy, memorySize: 5 });
        const { entries: all, next } = await page(brain);
        assert.equal(next, null);
        assert.deepEqual(
          all.map(({ id }) => id),
          all.map(({ id }) => id).sort((a, b) => b - a),
        );
        const paged = [];
        let before: number | null = null;
        do {
          const { entries, next, keys }: Awaited<ReturnType<typeof page>> = await page(brain, {
            limit: 2,
            before,
            withKeys: true,
          });
          paged.push(...entries);
          assert.equal(keys?.rows, entries.length);
          for (const [row, { id }] of entries.entries()) {
            const [answer] = await brain.predict(
              rowsOf(inputs, 3 * (Math.floor(id / 2 ** 16) - 1) + (id % 2 ** 16), 9),
              1,
            );
            const key = rowsOf(keys!, row, row + 1).data;
            assert.ok(Math.abs(Math.hypot(...key) - 1) < 1e-5 && answer!.novelty < 0.01);
          }
          before = next;
        } while (before !== null);
        assert.deepEqual(paged, all);
        const dogs = await page(brain, { label: "dog" });
        assert.deepEqual(
          dogs.entries,
          all.filter(({ label }) => label === "dog"),
        );
      });
    }

    test("a forgotten class is known by name, and predicted again only once it is taught again", async () => {
      const brain = await taught({ neighbors: 9 });
      const outcome = await forget(brain, { of: "class", classId: 0 });
      assert.deepEqual(outcome, { type: "forgot", forgotten: 6, memory: { stored: 3, capacity: 50 } });
      assert.deepEqual((await brain.state()).header.labels, LABELS);
      const predictions = await brain.predict(inputs, 3);
      assert.ok(predictions.every(({ scores }) => scores.every(({ label }) => label === "dog")));
      await brain.apply(learned(rowsOf(inputs, 0, 1), [0]), 5);
      assert.equal((await brain.predict(rowsOf(inputs, 0, 1), 1))[0]?.label, "cat");
    });

    test("one sample is forgotten by its id; what is not there is not forgotten", async () => {
      const brain = await taught();
      const [first, second] = (await page(brain)).entries;
      const before = await digestOf(brain);
      for (const samples of [
        { of: "entry", id: first!.id + 1 },
        { of: "class", classId: 2 },
        { of: "class", classId: 77 },
      ] as const) {
        const outcome = await forget(brain, samples);
        assert.ok(outcome.type === "forgot" && outcome.forgotten === 0);
      }
      assert.equal(await digestOf(brain), before);
      await forget(brain, { of: "entry", id: second!.id });
      const { entries } = await page(brain);
      assert.deepEqual([entries.length, entries[0], entries.some(({ id }) => id === second!.id)], [8, first, false]);
    });

    test("after everything is forgotten it knows nothing, is fresh again, and gives no id a second time", async () => {
      const brain = await taught();
      const used = (await page(brain)).entries.map(({ id }) => id);
      await forget(brain, { of: "all" });
      assert.deepEqual((await brain.predict(inputs, 1))[0], { label: null, confidence: 0, scores: [], novelty: 1 });
      assert.equal(plastic((await brain.state()).header).memory.experience, 0);
      await brain.apply(learned(inputs, [0, 0, 0, 0, 0, 0, 0, 0, 0]), 10);
      assert.ok((await page(brain)).entries.every(({ id }) => id > Math.max(...used)));
    });

    test("an explanation names the samples that were asked, most similar first, whatever topK is", async () => {
      const brain = await taught();
      const before = await digestOf(brain);
      const plain = await brain.predict(inputs, 1);
      const explained = await brain.predict(inputs, 1, true);
      const { entries } = await page(brain);
      for (const [row, { explanation, ...prediction }] of explained.entries()) {
        assert.deepEqual(prediction, plain[row]);
        const neighbors = explanation!.neighbors!;
        assert.equal(neighbors.length, SMALL.neighbors);
        const similarities = neighbors.map(({ similarity }) => similarity);
        assert.deepEqual(
          similarities,
          [...similarities].sort((a, b) => b - a),
        );
        assert.ok(Math.abs(1 - similarities[0]! - prediction.novelty) < 1e-6);
        for (const { similarity: _, ...entry } of neighbors) {
          assert.deepEqual(
            entries.find(({ id }) => id === entry.id),
            entry,
          );
        }
        const vote = (label: string) =>
          neighbors.reduce((sum, { label: other, similarity }) => sum + (other === label ? similarity : 0), 0);
        const total = Math.max(0, vote("cat")) + Math.max(0, vote("dog"));
        assert.ok(Math.abs(Math.max(0, vote(prediction.label!)) / total - prediction.confidence) < 1e-9);
      }
      assert.equal(await digestOf(brain), before);
    });
  });
}
