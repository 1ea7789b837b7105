// The CIFAR-10 experiment on tiny files of the same formats: from a folder to figures, through datasets and curricula of a real server.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CLASSES, WORLDS } from "../../examples/cifar10/classes.ts";
import { Client } from "../../examples/cifar10/client.ts";
import { type Run, runCourse } from "../../examples/cifar10/course-run.ts";
import { featureSource } from "../../examples/cifar10/features.ts";
import { type Sizes, sizesOf } from "../../examples/cifar10/figures.ts";
import { imageSource } from "../../examples/cifar10/images.ts";
import { NAMES_FILE, recordOf, TEST_FILE, TRAINING_FILES } from "../../examples/cifar10/official-format.ts";
import { mainTable, momentsTable, roundsTable } from "../../examples/cifar10/report.ts";
import { fileOf } from "../../examples/cifar10/safetensors.ts";
import type { Source } from "../../examples/cifar10/source.ts";
import { MAIN, ROUNDS, type Variant } from "../../examples/cifar10/variants.ts";
import { addEncoder } from "../../src/encoders/add.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { writeDefinition } from "../support/tiny-encoder.ts";

const ALL = { taught: null, judged: null };
const SMALL = {
  plastic: { hiddenDim: 32, winners: 4, layers: 1, memorySize: 500, neighbors: 3 },
  triarchic: { hiddenDim: 256, winners: 8, noveltyThreshold: 0.99 },
};

let folder: string;
let server: TestServer;
let client: Client;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "engram-cifar10-"));
  const encoders = join(folder, "encoders");
  await addEncoder(encoders, await writeDefinition(join(folder, "source")));
  server = await startTestServer({ ENGRAM_ENCODERS_DIR: encoders });
  client = new Client(`${server.url}/`, null);
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const small = (variant: Variant): Variant => ({
  ...variant,
  config: { ...SMALL[variant.kind], ...variant.config },
  lessons: { ...variant.lessons, batchSize: 8 },
});

async function sizesAfterUpload(source: Source): Promise<Sizes> {
  const datasets = [];
  for (const upload of source.uploads) datasets.push(await client.upload(upload));
  const counts = datasets.map(({ id, classes }) => {
    return [id, new Map(classes.map(({ label, samples }) => [label, samples]))] as const;
  });
  return sizesOf(source, new Map(counts));
}

let runs = 0;
function run(source: Source, variant: Variant, sizes: Sizes): Promise<Run> {
  const options = { evaluateEvery: 2, sizes, signal: new AbortController().signal, heed: () => {} };
  return runCourse(client, source, { variant: small(variant), seed: 1, brain: `tiny-${runs++}` }, options);
}

/** Ten colours that stay apart when they are inverted, and are no other class's colour then. */
const COLOURS = [
  [250, 20, 20],
  [20, 250, 20],
  [20, 20, 250],
  [240, 240, 30],
  [240, 130, 20],
  [120, 60, 20],
  [130, 20, 130],
  [250, 150, 200],
  [30, 130, 120],
  [60, 60, 60],
] as const;

/** Pictures of one colour, a little lighter or darker each. */
function records(perClass: number, shift: number): Uint8Array {
  const pictures = Array.from({ length: perClass }, (_, at) =>
    COLOURS.map((colour, label) => {
      return recordOf(
        label,
        Uint8Array.from({ length: 3072 }, (_, byte) => (colour[byte % 3] ?? 0) - shift - (at % 5)),
      );
    }),
  );
  return Buffer.concat(pictures.flat());
}

test("from CIFAR-10's binary version, through an encoder, the storm by the transform invert", async () => {
  const images = await mkdtemp(join(folder, "binary-"));
  for (const [index, file] of TRAINING_FILES.entries()) await writeFile(join(images, file), records(4, index));
  await writeFile(join(images, TEST_FILE), records(4, 2));
  await writeFile(join(images, NAMES_FILE), `${CLASSES.join("\n")}\n\n`);
  const source = await imageSource(images, "means", { taught: 12, judged: null });
  const sizes = await sizesAfterUpload(source);
  assert.deepEqual(sizes, { vehicles: 16, animals: 24, storm: 16 });
  assert.deepEqual(await sizesAfterUpload(source), sizes, "uploaded again, it is the same");

  const { figures, moments } = await run(source, MAIN[0]!, sizes);
  assert.ok(figures !== null);
  assert.equal(figures.vehiclesFirst, 1);
  assert.equal(figures.all, 1);
  assert.ok(figures.stormBefore < 0.6, `inverted, a picture has another colour: ${figures.stormBefore}`);
  assert.ok(figures.stormAfter > 0.9, `the storm was learned: ${figures.stormAfter}`);
  // 48, 72 and 48 samples, 8 a step: judged after every second one.
  assert.deepEqual(
    moments.map(({ phase, step }) => `${phase} ${step}`),
    [2, 4, 6, 8, 10, 12, 14, 15, 17, 19, 21].map(
      (step) => `${step <= 6 ? "vehicles" : step <= 15 ? "animals" : "storm"} ${step}`,
    ),
  );
});

/** Features of ten classes as F16: a number for each class, and one that says whether it storms. */
function features(rows: readonly { readonly label: number; readonly isStorm: boolean }[]): Uint8Array {
  const ONE = 0x3c00;
  const HALF = 0x3800;
  const width = CLASSES.length + 1;
  const inputs = new Uint16Array(rows.length * width);
  rows.forEach(({ label, isStorm }, row) => {
    // In the storm a class looks like the next one.
    inputs[row * width + (isStorm ? (label + 1) % CLASSES.length : label)] = ONE;
    inputs[row * width + CLASSES.length] = isStorm ? ONE : HALF;
  });
  return fileOf(
    [
      { name: "inputs", dtype: "F16", shape: [rows.length, width], bytes: new Uint8Array(inputs.buffer) },
      {
        name: "labels",
        dtype: "U8",
        shape: [rows.length],
        bytes: Uint8Array.from(rows, ({ label }) => label),
      },
    ],
    { classes: CLASSES.join(" "), features: "made up" },
  );
}

test("from features as they are, with every kind of brain, to the tables", async () => {
  const made = await mkdtemp(join(folder, "features-"));
  const rows = (perClass: number, isStorm: boolean, labels: readonly number[]) =>
    Array.from({ length: perClass }, () => labels.map((label) => ({ label, isStorm }))).flat();
  const all = [...CLASSES.keys()];
  const vehicles = WORLDS.vehicles.map((name) => CLASSES.indexOf(name));
  await writeFile(join(made, "train.safetensors"), features(rows(10, false, all)));
  await writeFile(join(made, "test.safetensors"), features(rows(3, false, all)));
  await writeFile(join(made, "storm-train-vehicles.safetensors"), features(rows(10, true, vehicles)));
  await writeFile(join(made, "storm-test.safetensors"), features(rows(3, true, all)));

  const source = await featureSource(made, ALL, null);
  const sizes = await sizesAfterUpload(source);
  assert.deepEqual(sizes, { vehicles: 12, animals: 18, storm: 12 });
  for (const variant of MAIN) {
    const done = await run(source, variant, sizes);
    const { figures, moments } = done;
    assert.ok(figures !== null);
    const { vehiclesFirst, all: known, stormBefore, stormAfter } = figures;
    assert.deepEqual([vehiclesFirst, known], [1, 1], variant.name);
    assert.ok(stormBefore < stormAfter, `${variant.name}: ${stormBefore} to ${stormAfter}`);
    assert.ok(moments.every(({ coreEnergy }) => (coreEnergy !== null) === (variant.kind === "triarchic")));
    assert.equal(momentsTable(done, sizes).rows.length, moments.length);
    const line = { name: variant.name, figures: [figures], seconds: 1 };
    assert.deepEqual(mainTable("", [line], false).rows[0]?.slice(0, 3), [
      variant.name,
      "100.0",
      "100.0 (100.0 / 100.0)",
    ]);
  }
  const [rounds] = ROUNDS;
  const done = await run(source, rounds!, sizes);
  assert.deepEqual([done.last, done.figures], [{ vehicles: 1, animals: 1 }, null]);
  assert.deepEqual(roundsTable([done], sizes, true).rows[0], [rounds!.name, "100.0", "100.0", "100.0"]);

  const fold = await featureSource(made, ALL, 1);
  assert.deepEqual(await sizesAfterUpload(fold), { vehicles: 8, animals: 12, storm: 8 }, "rows 10 to 19 and 60 to 69");
  await rm(join(made, "storm-test.safetensors"));
  await assert.rejects(featureSource(made, ALL, null), /ENOENT/);
});
