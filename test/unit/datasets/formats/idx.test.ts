import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { idx } from "../../../support/dataset-files.ts";
import { numbersOf, read, refusal } from "../../../support/formats.ts";

const samples = idx("u8", [2, 2, 3], [0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 0]);
const labels = idx("u8", [2], [7, 0]);

test("bytes are pixels from 0 to 1, and a label's number is its name", async () => {
  const { head, labels: names, items } = await read("idx", { samples, labels });
  assert.deepEqual(head, { kind: "features", shape: [2, 3, 1] });
  assert.deepEqual(names, ["7", "0"]);
  const pixels = [0, 0.2, 0.4, 0.6, 0.8, 1, 1, 0, 0, 0, 0, 0].map(Math.fround);
  assert.deepEqual(items.flatMap(numbersOf), pixels);
});

test("files come in any order by their names, in theirs without, packed or not, cut in any way", async () => {
  const expected = await read("idx", { samples, labels });
  assert.deepEqual(await read("idx", { labels, samples }), expected);
  assert.deepEqual(await read("idx", { "train-images": samples, "train-labels": labels }), expected);
  assert.deepEqual(
    await read("idx", { samples: gzipSync(samples), labels: gzipSync(labels) }, { pieceBytes: 1 }),
    expected,
  );
  assert.deepEqual(await read("idx", { samples, labels: gzipSync(labels) }, { pieceBytes: 5 }), expected);
});

test("numbers of every type and samples of every shape are read", async () => {
  for (const type of ["i8", "i16", "i32", "f32", "f64"] as const) {
    const { items } = await read("idx", { samples: idx(type, [2, 2], [-3, 0, 100, 7]), labels });
    assert.deepEqual(
      items.map(numbersOf),
      [
        [-3, 0],
        [100, 7],
      ],
      type,
    );
  }
  for (const type of ["i8", "i16", "i32"] as const) {
    assert.deepEqual((await read("idx", { samples, labels: idx(type, [2], [-3, 100]) })).labels, ["-3", "100"], type);
  }
  const shapeOf = async (shape: number[], how = {}) => {
    const values = new Array<number>(2 * shape.reduce((a, b) => a * b, 1)).fill(1);
    return (await read("idx", { samples: idx("u8", [2, ...shape], values), labels }, how)).head.shape;
  };
  assert.deepEqual(await shapeOf([]), [1]);
  assert.deepEqual(await shapeOf([12]), [12]);
  assert.deepEqual(await shapeOf([12], { shape: [2, 2, 3] }), [2, 2, 3]);
  assert.deepEqual(await shapeOf([4, 3, 3]), [4, 3, 3]);
});

test("what is wrong is told with the file", async () => {
  const told = async (files: Record<string, Uint8Array>, how = {}) => (await refusal("idx", files, how)).message;
  assert.equal(await told({ samples, labels: idx("u8", [3], [1, 2, 3]) }), "labels: has 3 labels for 2 samples");
  assert.equal(
    await told({ samples: labels, labels: samples }),
    "labels: has 3 dimensions, labels have one: a number per sample",
  );
  assert.equal(await told({ samples }), "The file of the labels is missing.");
  assert.equal(await told({ labels }), "The file of the samples is missing.");
  assert.equal(await told({}), "The file of the samples is missing.");
  assert.equal(await told({ samples, labels, more: labels }), "There are more than two files: samples and labels.");
  assert.equal(await told({ first: samples, samples }), "There are two files of the samples.");
  assert.equal(
    await told({ samples: Buffer.from("PK.."), labels }),
    "samples: is no IDX file, which begins with two zeros",
  );
  assert.equal(await told({ samples: Buffer.alloc(3), labels }), "samples: is shorter than its header");
  assert.equal(await told({ samples: samples.subarray(0, 15), labels }), "samples: is shorter than its header");
  assert.equal(
    await told({ samples: samples.subarray(0, -1), labels }),
    "samples: is cut off, 2×2×3 numbers take 12 bytes",
  );
  assert.equal(
    await told({ samples, labels: Buffer.concat([labels, labels]) }),
    "labels: goes on at its end, 2 numbers take 2 bytes",
  );
  assert.equal(
    await told({ samples: Buffer.from([0, 0, 0x0a, 1, 0, 0, 0, 1, 0]), labels }),
    "samples: has numbers of type 0x0a, not one of 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e",
  );
  assert.equal(
    await told({ samples, labels: idx("f32", [2], [1, 2]) }),
    "labels: has numbers of type 0x0d, not one of 0x08, 0x09, 0x0b, 0x0c",
  );
  assert.equal(
    await told({ samples: Buffer.from([0, 0, 8, 5]), labels }),
    "samples: has 5 dimensions, 1 to 4 are allowed",
  );
  assert.equal(
    await told({ samples: Buffer.from([0, 0, 8, 0]), labels }),
    "samples: has 0 dimensions, 1 to 4 are allowed",
  );
  assert.equal(await told({ samples: idx("u8", [0, 2], []), labels: idx("u8", [0], []) }), "samples: has no samples");
  assert.equal(await told({ samples: idx("u8", [2, 0], []), labels }), "samples: has samples without a number");
  assert.equal(
    await told({ samples: idx("u8", [2, 65_537], new Array(2 * 65_537).fill(0)), labels }),
    "samples: has 65537 numbers a sample, at most 65536 are allowed",
  );
  assert.equal(
    await told({ samples: idx("f32", [2, 2], [0, 1, 2, Number.NaN]), labels }),
    "samples/1/1: NaN is no finite number",
  );
  assert.equal(
    await told({ samples: idx("f64", [2, 1], [0, 1e39]), labels }),
    "samples/1/0: 1e+39 is beyond float32 (±3.4028234663852886e+38)",
  );
  assert.equal(await told({ samples, labels }, { shape: [2, 2, 1] }), "?shape 2x2x1 are 4 numbers, a sample has 6");
});

test("a file that says it is vast, or unpacks to that, is refused", async () => {
  const vast = Buffer.from([0, 0, 0x0e, 4, ...new Array(16).fill(0xff)]);
  assert.equal((await refusal("idx", { samples: vast, labels })).code, "body-too-large");
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  const packed = gzipSync(idx("u8", [5_000_000], []));
  assert.equal((await refusal("idx", { samples: packed, labels }, { maxBytes: 1_000_000 })).code, "body-too-large");
  assert.equal((await refusal("idx", { samples: bomb, labels }, { maxBytes: 1_000_000 })).code, "dataset-invalid");
});
