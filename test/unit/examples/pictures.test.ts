// Pictures of the readout experiment: IDX files from a folder, and what is taught and judged of them.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { optionsOf } from "../../../examples/readouts/options.ts";
import { IDX_FILES, idxForm, type Pictures, picked, readPictures } from "../../../examples/readouts/pictures.ts";
import { idxWorld } from "../../../examples/readouts/worlds.ts";

const made = (count: number, first: number): Pictures => ({
  height: 2,
  width: 3,
  pixels: Uint8Array.from({ length: 6 * count }, (_, at) => first + at),
  labels: Uint8Array.from({ length: count }, (_, at) => at % 2),
});

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "engram-idx-"));
  for (const [part, pictures] of [
    ["train", made(12, 0)],
    ["test", made(2, 200)],
  ] as const) {
    const form = idxForm(pictures);
    for (const [at, field] of ["samples", "labels"].entries()) {
      const bytes = Buffer.from(await (form.get(field) as Blob).arrayBuffer());
      // Files of training pictures are packed, as they are where they come from.
      if (part === "train") await writeFile(join(folder, `${IDX_FILES[part][at]}.gz`), gzipSync(bytes));
      else await writeFile(join(folder, IDX_FILES[part][at]!), bytes);
    }
  }
});
after(() => rm(folder, { recursive: true, force: true }));

const same = (found: Pictures, wanted: Pictures): void => {
  assert.deepEqual([found.height, found.width], [wanted.height, wanted.width]);
  assert.deepEqual(Buffer.from(found.pixels), Buffer.from(wanted.pixels));
  assert.deepEqual(Buffer.from(found.labels), Buffer.from(wanted.labels));
};

test("pictures that are written as IDX are read again, packed or not", async () => {
  same(await readPictures(folder, "train"), made(12, 0));
  same(await readPictures(folder, "test"), made(2, 200));
  same(picked(made(3, 0), [2, 0]), {
    height: 2,
    width: 3,
    pixels: Uint8Array.of(12, 13, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5),
    labels: Uint8Array.of(0, 0),
  });
});

test("held-out pictures are the last sixth of the training pictures, and no test picture is read", async () => {
  const { taught, judged } = await idxWorld(folder, false);
  assert.deepEqual([taught.labels.length, judged.labels.length], [12, 2]);
  await rm(join(folder, IDX_FILES.test[0]));
  const heldOut = await idxWorld(folder, true);
  same(heldOut.taught, made(10, 0));
  same(heldOut.judged, made(2, 60));
  await assert.rejects(idxWorld(folder, false), /ENOENT/);
});

test("files that are no such arrays are refused by name", async () => {
  const [images, labels] = IDX_FILES.test;
  await writeFile(join(folder, images), Buffer.from([0, 0, 13, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  await assert.rejects(readPictures(folder, "test"), /t10k-images-idx3-ubyte is no IDX file of bytes in 3 dimensions/);
  await writeFile(join(folder, images), Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7]));
  await assert.rejects(readPictures(folder, "test"), /has 1 bytes for an array of 1 × 1 × 2/);
  await writeFile(join(folder, images), Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7]));
  await writeFile(join(folder, labels), Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 0, 1]));
  await assert.rejects(readPictures(folder, "test"), /has not as many pictures as t10k-labels-idx1-ubyte has labels/);
});

test("the command line has its defaults by the pictures, and refuses what is no number or readout", () => {
  assert.deepEqual(optionsOf([], {}).many, [700]);
  const { many, few, readouts, folder: asked } = optionsOf(["--idx", "a", "--few", "5", "--readouts", "blend"], {});
  assert.deepEqual([many, few, readouts, asked], [[1000, 6000], [5], ["blend"], "a"]);
  for (const args of [["--held-out"], ["--many", "0"], ["--few", "1,x"], ["--readouts", "sums"]]) {
    assert.throws(() => optionsOf(args, {}), Error, args.join(" "));
  }
});
