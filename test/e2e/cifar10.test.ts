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
import { leastTaught, poolOf } from "../../examples/cifar10/pool.ts";
import { calibrationTable, mainTable, momentsTable, roundsTable } from "../../examples/cifar10/report.ts";
import { fileOf } from "../../examples/cifar10/safetensors.ts";
import type { Source } from "../../examples/cifar10/source.ts";
import type { Counts } from "../../examples/cifar10/upload-all.ts";
import { mainVariants, ROUNDS, type Variant, withReadout } from "../../examples/cifar10/variants.ts";
import { poolOf as poolOfPictures, uploadsOf } from "../../examples/readouts/pool.ts";
import { type Teach, teachFew, teachGroups, teachOrders } from "../../examples/streams/courses.ts";
import { comparedTable, fewTable } from "../../examples/streams/report.ts";
import { runStream } from "../../examples/streams/stream.ts";
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

async function countsAfterUpload(source: Pick<Source, "uploads">): Promise<Counts> {
  const datasets = [];
  for (const upload of source.uploads) datasets.push(await client.upload(upload));
  const counts = datasets.map(({ id, classes }) => {
    return [id, new Map(classes.map(({ label, samples }) => [label, samples]))] as const;
  });
  return new Map(counts);
}

const sizesAfterUpload = async (source: Source): Promise<Sizes> => sizesOf(source, await countsAfterUpload(source));

const READOUTS = ["memory", "blend"] as const;
const MAIN = mainVariants(READOUTS);

const teach: Teach = (pool, learner, stream) =>
  runStream(
    client,
    { pool, learner, stream, brain: `tiny-${runs++}` },
    { signal: new AbortController().signal, heed: () => {} },
  );

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
    const errors = calibrationTable([done]).rows[0]?.slice(1).map(Number) ?? [];
    assert.ok(errors.length === 6 && errors.every((error) => error >= 0 && error <= 100), errors.join(", "));
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

test("streams of the same samples in any order, and few of them: every brain through each, to the tables", async () => {
  const made = await mkdtemp(join(folder, "features-"));
  const rows = (perClass: number, isStorm: boolean, labels: readonly number[]) =>
    Array.from({ length: perClass }, () => labels.map((label) => ({ label, isStorm }))).flat();
  const all = [...CLASSES.keys()];
  const vehicles = WORLDS.vehicles.map((name) => CLASSES.indexOf(name));
  // The fold has rows 20 to 29 and 70 to 79, and the latter look like the next class: nobody can know them.
  await writeFile(join(made, "train.safetensors"), features([...rows(7, false, all), ...rows(1, true, all)]));
  await writeFile(join(made, "storm-train-vehicles.safetensors"), features(rows(8, true, vehicles.toSorted())));
  for (const file of ["test", "storm-test"])
    await writeFile(join(made, `${file}.safetensors`), features(rows(1, true, all)));
  const source = await featureSource(made, ALL, 2);
  const counts = await countsAfterUpload(source);
  const pool = poolOf(source, counts);
  assert.equal(leastTaught(pool, counts), 6);
  const learners = READOUTS.map(withReadout).map(small);

  const orders = await teachOrders(teach, pool, learners, { count: 2, brainSeed: 1 });
  const [first, second] = orders.ordered.map(({ stream }) => stream.groups.flat());
  assert.deepEqual(first, CLASSES);
  assert.notDeepEqual(second, first);
  assert.deepEqual(second?.toSorted(), CLASSES.toSorted());
  assert.deepEqual(
    comparedTable("", "class by class", orders, pool).rows.map((row) => row.slice(0, 7)),
    READOUTS.map((readout) => [`plastic, ${readout}`, "50.0", "50.0", "0.00", "0.00", "0.00", "0.00"]),
  );
  for (const { ofClass, stream } of [...orders.ordered, ...orders.mixed]) {
    assert.deepEqual(Object.values(ofClass), new Array(CLASSES.length).fill(0.5), stream.name);
  }

  const groups = await teachGroups(teach, pool, learners.slice(0, 1), { groups: Object.values(WORLDS), seeds: [1, 2] });
  assert.deepEqual(
    groups.ordered.map(({ stream, accuracy }) => [stream.brainSeed, stream.groups.length, accuracy]),
    [
      [1, 2, 0.5],
      [2, 2, 0.5],
    ],
  );

  const uploaded: number[] = [];
  const upload = async (file: ReturnType<typeof pool.draw>) => {
    uploaded.push((await client.upload(file)).rows);
  };
  const few = await teachFew(teach, pool, learners, { sizes: [1, 2], draws: 1, brainSeed: 1 }, upload);
  assert.deepEqual(uploaded, [10, 20]);
  assert.deepEqual(few[0]?.outcomes[0]?.ofClass, {});
  assert.deepEqual(
    fewTable("", few).rows.map((row) => [row[0], row[1], row[3]]),
    [
      ["plastic, memory", "50.0", "50.0"],
      ["plastic, blend", "50.0", "50.0"],
    ],
  );
});

test("pictures go up as IDX files, whole and drawn, and come to the same tables", async () => {
  // Each class has a bright line of its own, and a grey that varies.
  const pictures = (perClass: number, grey: number) => ({
    height: 3,
    width: 4,
    pixels: Uint8Array.from({ length: 3 * perClass * 12 }, (_, at) => {
      const [picture, line] = [Math.floor(at / 12), Math.floor(at / 4) % 3];
      return line === picture % 3 ? 255 : grey + picture;
    }),
    labels: Uint8Array.from({ length: 3 * perClass }, (_, picture) => picture % 3),
  });
  const world = { name: "lines", description: "", taught: pictures(6, 0), judged: pictures(2, 30) };
  const counts = await countsAfterUpload({ uploads: uploadsOf(world) });
  const pool = poolOfPictures(world, counts, 4);
  assert.deepEqual(
    [...pool.judgedOf],
    [
      ["0", 2],
      ["1", 2],
      ["2", 2],
    ],
  );
  const [learner] = READOUTS.map(withReadout).map(small);
  const { ordered, mixed } = await teachOrders(teach, pool, [learner!], { count: 1, brainSeed: 1 });
  assert.deepEqual([ordered[0]?.accuracy, mixed[0]?.accuracy], [1, 1]);
  const drawn = pool.draw(2, 1);
  const { rows, shape, source } = await client.upload(drawn);
  assert.deepEqual([rows, shape, source.format], [6, [3, 4, 1], "idx"]);
});
