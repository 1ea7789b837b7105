// The parts of the CIFAR-10 experiment that compute: reading its files, the floors, and when a storm is made good.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { recovery } from "../../../examples/cifar10/figures.ts";
import { runFloor } from "../../../examples/cifar10/floor-run.ts";
import { FLOORS, floorOf } from "../../../examples/cifar10/floors.ts";
import { interleaved, readImages, readNames, recordOf } from "../../../examples/cifar10/official-format.ts";
import { optionsOf } from "../../../examples/cifar10/options.ts";
import type { Rows } from "../../../examples/cifar10/source.ts";

const IMAGE_BYTES = 3072;
const image = (seed: number): Uint8Array => Uint8Array.from({ length: IMAGE_BYTES }, (_, at) => (7 * at + seed) % 251);

describe("CIFAR-10's binary version", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "engram-binary-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("a record is a class and three planes, and becomes pixels", async () => {
    const planes = new Uint8Array(IMAGE_BYTES);
    // The second pixel of the first line: red 1, green 2, blue 3.
    planes[1] = 1;
    planes[1024 + 1] = 2;
    planes[2048 + 1] = 3;
    assert.deepEqual([...interleaved(planes).subarray(0, 9)], [0, 0, 0, 1, 2, 3, 0, 0, 0]);
    await writeFile(join(folder, "one.bin"), Buffer.concat([Uint8Array.of(9), planes]));
    const { pixels, labels } = await readImages(folder, ["one.bin"], null);
    assert.deepEqual([...labels], [9]);
    assert.deepEqual(Buffer.from(pixels), Buffer.from(interleaved(planes)));
  });

  test("a record that is written is read again, and of each class the first ones are taken", async () => {
    const records = [3, 5, 3, 3, 5].map((label, at) => recordOf(label, image(at)));
    await writeFile(join(folder, "a.bin"), Buffer.concat(records.slice(0, 2)));
    await writeFile(join(folder, "b.bin"), Buffer.concat(records.slice(2)));
    const { pixels, labels } = await readImages(folder, ["a.bin", "b.bin"], 2);
    assert.deepEqual([...labels], [3, 5, 3, 5]);
    assert.deepEqual(Buffer.from(pixels), Buffer.concat([0, 1, 2, 4].map(image)));
  });

  test("what is no whole number of records, has another class or other names is refused by name", async () => {
    await writeFile(join(folder, "cut.bin"), recordOf(1, image(0)).subarray(1));
    await assert.rejects(readImages(folder, ["cut.bin"], null), /cut\.bin has 3072 bytes/);
    await writeFile(join(folder, "odd.bin"), recordOf(10, image(0)));
    await assert.rejects(readImages(folder, ["odd.bin"], null), /odd\.bin has class 10 in record 0/);
    await writeFile(join(folder, "batches.meta.txt"), "airplane\nbird\n\n");
    await assert.rejects(readNames(folder), /names 2 classes/);
  });
});

const rowsOf = (...rows: readonly (readonly [string, ...number[]])[]): Rows => {
  const cols = (rows[0]?.length ?? 1) - 1;
  return { cols, data: Float32Array.from(rows.flatMap(([, ...row]) => row)), labels: rows.map(([label]) => label) };
};

describe("floors", () => {
  const taught = rowsOf(["left", 5, 1], ["left", 6, 0], ["right", 0, 2], ["right", 1, 3], ["right", 0.2, 1]);

  test("both tell directions apart, whatever the lengths, and say nothing before they are taught", () => {
    for (const name of FLOORS) {
      const floor = floorOf(name, 2);
      const asked = rowsOf(["", 0.01, 0.001], ["", 2, 300], ["", 100, 3], ["", 0, 1], ["", 1, 0]);
      assert.deepEqual(floor.answer(asked), [null, null, null, null, null]);
      floor.learn(taught);
      assert.deepEqual(floor.answer(asked), ["left", "right", "left", "right", "left"], name);
    }
  });

  test("with more than 20 rows only the 20 nearest vote", () => {
    const floor = floorOf("kNN", 2);
    floor.learn(rowsOf(...Array.from({ length: 15 }, (_, at) => ["near", 10, at / 100] as [string, number, number])));
    floor.learn(
      rowsOf(...Array.from({ length: 100 }, (_, at) => ["far", 1, 2 + at / 100] as [string, number, number])),
    );
    // All 115 would say "far": 15 votes of 1 against 100 of about 0.3.
    assert.deepEqual(floor.answer(rowsOf(["", 10, 0])), ["near"]);
  });

  test("the course teaches them set by set and counts the storm's samples until half is made good", async () => {
    const many = (label: string, ...row: number[]): [string, ...number[]][] =>
      Array.from({ length: 320 }, () => [label, ...row]);
    const sets = {
      vehicles: rowsOf(...many("ship", 1, 0, 0), ...many("truck", 0, 1, 0)),
      animals: rowsOf(...many("cat", 0, 0, 1)),
      storm: rowsOf(...many("ship", 0, 1, -3), ...many("truck", 1, 0, -3)),
    };
    const figures = await runFloor("kNN", sets, sets, { vehicles: 640, animals: 320, storm: 640 });
    const { recovered, ...shares } = figures;
    assert.deepEqual(shares, {
      vehiclesFirst: 1,
      vehicles: 1,
      animals: 1,
      all: 1,
      stormBefore: 0,
      stormAfter: 1,
      vehiclesAfter: 1,
      animalsAfter: 1,
      allAfter: 1,
    });
    assert.equal(recovered, 256);
  });
});

test("half of what a storm took is made good when the last 256 samples are half-way back", () => {
  const before = { vehicles: 0.8, storm: 0.4 };
  assert.equal(recovery(new Array<number>(20).fill(0.61), 32, before), 256);
  assert.equal(recovery([...new Array<number>(10).fill(0.4), ...new Array<number>(8).fill(0.81)], 32, before), 14 * 32);
  assert.equal(recovery(new Array<number>(40).fill(0.59), 32, before), null);
  assert.equal(recovery([0.1, 0.2, 0.9], 256, before), 3 * 256);
});

test("the command line names one source of data, and what it does not understand is refused", () => {
  assert.deepEqual(optionsOf(["--data", "a", "--quick"], {}).data, { from: "images", folder: "a" });
  assert.deepEqual(optionsOf([], { CIFAR10_FEATURES: "b" }).data, { from: "features", folder: "b" });
  assert.deepEqual(optionsOf(["--features", "c"], { CIFAR10_DATA: "a" }).data, { from: "features", folder: "c" });
  for (const args of [
    ["--data", "a", "--stand-in"],
    ["--kind", "fast"],
    ["--courses", "storm,calm"],
    ["--readouts", "memory,"],
    ["--seeds", "1,x"],
    ["--fold", "5"],
    ["--fold", "1", "--stand-in"],
    ["--slow"],
  ]) {
    assert.throws(() => optionsOf(args, {}), Error, args.join(" "));
  }
});
