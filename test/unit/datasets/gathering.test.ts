// What becomes of samples on their way into the database: chunks, counts and a digest that depend on the samples alone.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type Gathered, Gathering } from "../../../src/datasets/gathering.ts";
import { EngramError } from "../../../src/errors.ts";
import type { SampleChunk } from "../../../src/store/dataset-chunks.ts";
import { batchesOf, f32Item, type Sample, someFeatures, textItem } from "../../support/datasets.ts";

type Kept = Gathered & { readonly chunks: readonly SampleChunk[] };

async function gathered(batches: ReturnType<typeof batchesOf>, maxBytes = 2 ** 30): Promise<Kept> {
  const gathering = new Gathering(maxBytes);
  const chunks: SampleChunk[] = [];
  for await (const batch of batches) chunks.push(...gathering.add(batch));
  chunks.push(...gathering.rest());
  return { ...gathering.end(), chunks };
}

const refused = (code: string, detail: RegExp) => (error: unknown) =>
  error instanceof EngramError && error.code === code && detail.test(error.message);

/** Samples as the chunks hold them. */
const samplesIn = ({ chunks, labels }: Kept): Sample[] =>
  chunks.flatMap(({ classes, offsets, bytes }) =>
    [...classes].map(
      (index, at): Sample => [labels[index]!, Uint8Array.from(bytes.subarray(offsets[at], offsets[at + 1]))],
    ),
  );

test("however samples are cut on their way, the same chunks and the same digest come of them", async () => {
  const samples = fc.array(fc.tuple(fc.constantFrom("a", "b", "ü"), fc.uint8Array({ minLength: 1, maxLength: 2000 })), {
    minLength: 1,
    maxLength: 400,
  });
  await fc.assert(
    fc.asyncProperty(samples, fc.integer({ min: 1, max: 50 }), async (all, size) => {
      const one = await gathered(batchesOf(all, "texts", null, 1));
      const other = await gathered(batchesOf(all, "texts", null, size));
      assert.deepEqual(other, one);
      assert.deepEqual(
        samplesIn(one),
        all.map(([label, item]) => [label, item]),
      );
      assert.equal(
        one.byteLength,
        all.reduce((sum, [, item]) => sum + item.length, 0),
      );
    }),
    { numRuns: 30 },
  );
});

test("chunks follow one another, and hold 256 KiB and one sample, or 8192 samples, at most", async () => {
  const { chunks, rows, labels, counts } = await gathered(batchesOf(someFeatures(20_000), "features", [2], 999));
  assert.deepEqual(
    chunks.map(({ index, firstRow }) => [index, firstRow]),
    [
      [0, 0],
      [1, 8192],
      [2, 16_384],
    ],
  );
  assert.deepEqual([rows, labels, counts], [20_000, ["class-0", "class-1", "class-2"], [6667, 6667, 6666]]);
  const long: Sample[] = Array.from({ length: 5 }, () => ["a", new Uint8Array(150_000)]);
  assert.deepEqual(
    (await gathered(batchesOf(long, "texts", null))).chunks.map(({ classes }) => classes.length),
    [2, 2, 1],
  );
});

test("the digest is what docs/datasets.md says, so that anybody can make it", async () => {
  const { digest } = await gathered(
    batchesOf([
      ["cat", f32Item(1, 2)],
      ["dog", f32Item(3, 4)],
      ["cat", f32Item(5, 6)],
    ]),
  );
  const sha = (...parts: (string | Uint8Array)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
  const head = '{"kind":"features","shape":[2],"labels":["cat","dog"],"rows":3}\n';
  const classes = sha(new Uint8Array(Uint32Array.of(0, 1, 0).buffer));
  const lengths = sha(new Uint8Array(Uint32Array.of(8, 8, 8).buffer));
  assert.equal(digest, sha(head, classes, lengths, sha(f32Item(1, 2, 3, 4, 5, 6))).toString("hex"));
});

test("other labels, another order, another shape and other lengths have other digests", async () => {
  const [one, two] = [f32Item(1, 2, 3, 4), f32Item(5, 6, 7, 8)];
  const digests = await Promise.all(
    [
      batchesOf(
        [
          ["a", one],
          ["b", two],
        ],
        "features",
        [4],
      ),
      batchesOf(
        [
          ["a", one],
          ["c", two],
        ],
        "features",
        [4],
      ),
      batchesOf(
        [
          ["b", two],
          ["a", one],
        ],
        "features",
        [4],
      ),
      batchesOf(
        [
          ["a", one],
          ["b", two],
        ],
        "features",
        [2, 2, 1],
      ),
      batchesOf(
        [
          ["a", one],
          ["b", two],
        ],
        "texts",
        null,
      ),
      batchesOf(
        [
          ["a", one.subarray(0, 8)],
          ["b", new Uint8Array([...one.subarray(8), ...two])],
        ],
        "texts",
        null,
      ),
    ].map(async (batches) => (await gathered(batches)).digest),
  );
  assert.equal(new Set(digests).size, digests.length);
});

test("what is more than a dataset may be is refused, and says how much that is", async () => {
  const bare = new Uint8Array(1);
  const many = (count: number): Sample[] => Array.from({ length: count }, (_, row) => [`c${row}`, bare]);
  await assert.rejects(gathered(batchesOf([], "texts", null)), refused("dataset-invalid", /no samples/));
  await assert.rejects(gathered(batchesOf(many(10_001), "texts", null)), refused("dataset-invalid", /classes.*10000/));
  await assert.rejects(
    gathered(batchesOf([["a", new Uint8Array(16 * 2 ** 20 + 1)]], "images", null)),
    refused("dataset-invalid", /Sample 1 .*16 MiB/),
  );
  await assert.rejects(
    gathered(batchesOf([["a", new Uint8Array(4)]], "features", [65_537])),
    refused("dataset-invalid", /65537 features.*65536/),
  );
  const twoMiB: Sample[] = [
    ["a", new Uint8Array(2 ** 20)],
    ["a", new Uint8Array(2 ** 20)],
  ];
  await assert.rejects(
    gathered(batchesOf(twoMiB, "texts", null), 2 ** 21 - 1),
    refused("body-too-large", /ENGRAM_MAX_DATASET_MB/),
  );
  assert.equal((await gathered(batchesOf(twoMiB, "texts", null), 2 ** 21)).rows, 2);
});

test("a label that no brain could be taught is refused with its sample", async () => {
  for (const [label, detail] of [
    [" ", /label of sample 2 is blank/],
    ["a\u0000b", /control characters/],
    ["x".repeat(257), /more than 256/],
  ] as const) {
    await assert.rejects(
      gathered(
        batchesOf(
          [
            ["a", textItem("x")],
            [label, textItem("y")],
          ],
          "texts",
          null,
        ),
      ),
      refused("dataset-invalid", detail),
    );
  }
});
