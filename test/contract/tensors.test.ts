// Predictions and lessons as safetensors, both ways, held against the contract and against what JSON says of the same.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { f32, i32 } from "../../src/tensor/safetensors.ts";
import { call, digestOf, inputOf, rest, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { rawFile, SAFETENSORS } from "../support/files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { fileOf, read } from "../support/tensors.ts";

const BRAIN = "/v1/brains/{brain}";
const TYPE = { "content-type": SAFETENSORS };
const BOTH = { ...TYPE, accept: SAFETENSORS };

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
});
after(() => server.close());

const rowsFrom = (first: number, count: number): number[][] =>
  Array.from({ length: count }, (_, index) => inputOf(first + index));
const inputsOf = (rows: readonly number[][]) => f32(Float32Array.from(rows.flat()), rows.length, rows[0]!.length);

let made = 0;
async function newBrain(blueprint: object = SMALL_BRAIN) {
  const brain = `tensors-${made++}`;
  const url = `${server.url}/v1/brains/${brain}`;
  await call("POST", `${server.url}/v1/brains`, { id: brain, ...blueprint });
  const send = (operation: "predict" | "learn", body: unknown, headers: CallOptions["headers"] = TYPE) =>
    api("post", `${BRAIN}/${operation}`, { params: { brain }, body, headers: { ...headers } });
  return { brain, url, send };
}

describe("a body of tensors", () => {
  test("written by hand, byte by byte, is answered as the same JSON", async () => {
    const { send, url } = await newBrain({ ...SMALL_BRAIN, config: { ...SMALL_BRAIN.config, inputDim: 2 } });
    const right = [1, 0];
    const up = [0, 1];
    await call("POST", `${url}/learn`, { inputs: [right, up], labels: ["right", "up"] });
    await rest(url);
    const header = '{"__metadata__":{"topK":"1"},"inputs":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}';
    // biome-ignore format: the bytes of a file
    const file = Buffer.from([
      header.length, 0, 0, 0, 0, 0, 0, 0, // uint64
      ...Buffer.from(header),
      0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0x00, // 1, 0
      0x00, 0x00, 0x00, 0xbf, 0x00, 0x00, 0x40, 0x40, // -0.5, 3
    ]);
    const { status, body, headers } = await send("predict", file);
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(String(headers["content-type"]), /^application\/json/);
    const labels = body.predictions.map(({ label }: { label: string }) => label);
    assert.deepEqual(labels, ["right", "up"]);
    assert.deepEqual(body, await call("POST", `${url}/predict`, { inputs: [right, [-0.5, 3]], topK: 1 }));
  });

  test("may begin its numbers at any byte", async () => {
    const { send, url } = await newBrain();
    const json = await call<object>("POST", `${url}/predict`, { inputs: rowsFrom(0, 3) });
    const { data, shape } = inputsOf(rowsFrom(0, 3));
    const entry = { dtype: "F32", shape, data_offsets: [0, data.byteLength] };
    for (let padding = 0; padding < 4; padding++) {
      const header = `${JSON.stringify({ inputs: entry })}${" ".repeat(padding)}`;
      assert.deepEqual((await send("predict", rawFile(header, Buffer.from(data.buffer)))).body, json);
    }
  });

  test("teaches what JSON teaches: labels as text, or as places in a list of classes", async () => {
    const [json, text, places] = [await newBrain(), await newBrain(), await newBrain()];
    for (let step = 0; step < 5; step++) {
      const rows = rowsFrom(3 * step, 3);
      const labels = ["a", `b${step}`, "a"];
      const options = step % 2 === 0 ? {} : { mode: "panic", memorize: false, neurogenesis: step === 1 };
      const expected = await call<object>("POST", `${json.url}/learn`, { inputs: rows, labels, ...options });
      const inputs = inputsOf(rows);
      const asText = await text.send("learn", fileOf({ inputs }, { labels, ...options }));
      const classes = ["unused", `b${step}`, "a"];
      const tensors = { labels: i32(Int32Array.of(2, 1, 2), 3), inputs };
      const asPlaces = await places.send("learn", fileOf(tensors, { classes, ...options }));
      for (const { status, body } of [asText, asPlaces]) {
        assert.equal(status, 200, JSON.stringify(body));
        assert.deepEqual({ ...body, brain: json.brain }, expected);
      }
    }
    const digest = await digestOf(json.url);
    assert.deepEqual([await digestOf(text.url), await digestOf(places.url)], [digest, digest]);
  });

  test("takes every option of a prediction", async () => {
    const { send, url } = await newBrain();
    await call("POST", `${url}/learn`, { inputs: rowsFrom(0, 4), labels: ["a", "b", "c", "a"] });
    await rest(url);
    const options = { topK: 2, explain: true };
    const { body } = await send("predict", fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }, options));
    assert.deepEqual(body, await call("POST", `${url}/predict`, { inputs: rowsFrom(0, 2), ...options }));
    const tracked = await send("predict", fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }, { track: true }));
    assert.equal(new Set(tracked.body.predictions.map(({ id }: { id: string }) => id)).size, 2);
  });
});

type Score = { label: string; score: number };
type Prediction = { label: string | null; confidence: number; novelty: number; id?: string; scores: Score[] };

describe("an answer of tensors", () => {
  /** What the file says, as JSON says it; its numbers are float32. */
  function asPredictions(bytes: Buffer): Prediction[] {
    const { tensors, numbers, metadata } = read(bytes);
    const name = (place: number | undefined): string | null => (place === -1 ? null : metadata.classes[place!]);
    const [rows = 0, width = 0] = tensors.scores?.shape ?? [];
    assert.deepEqual(tensors.scoreLabels?.shape, [rows, width]);
    return Array.from({ length: rows }, (_, row) => ({
      ...(metadata.ids === undefined ? {} : { id: metadata.ids[row] }),
      label: name(numbers("labels")[row]),
      confidence: numbers("confidence")[row]!,
      scores: Array.from({ length: width }, (_, column) => ({
        label: name(numbers("scoreLabels")[row * width + column])!,
        score: numbers("scores")[row * width + column]!,
      })).filter(({ label }) => label !== null),
      novelty: numbers("novelty")[row]!,
    }));
  }

  const rounded = (predictions: Prediction[]): Prediction[] =>
    predictions.map(({ confidence, scores, novelty, ...rest }) => ({
      ...rest,
      confidence: Math.fround(confidence),
      scores: scores.map(({ label, score }) => ({ label, score: Math.fround(score) })),
      novelty: Math.fround(novelty),
    }));

  const BLUEPRINTS = { plastic: SMALL_BRAIN, triarchic: SMALL_TRIARCHIC_BRAIN };
  for (const [kind, blueprint] of Object.entries(BLUEPRINTS)) {
    test(`says what JSON says (${kind})`, async () => {
      const { send, url, brain } = await newBrain(blueprint);
      await call("POST", `${url}/learn`, { inputs: rowsFrom(0, 6), labels: ["a", "b", 'ä"', "a", "b", "d"] });
      await rest(url);
      for (const topK of [1, 3, 1000]) {
        const json = { inputs: rowsFrom(4, 9), topK };
        const { predictions, ...stamp } = (await send("predict", JSON.stringify(json), {})).body;
        const { status, body, headers } = await send("predict", JSON.stringify(json), { accept: SAFETENSORS });
        assert.deepEqual([status, headers["content-type"]], [200, SAFETENSORS]);
        assert.deepEqual([headers.etag, headers["content-length"]], ['"2"', String(body.length)]);
        const { classes, ...metadata } = read(body).metadata;
        assert.deepEqual(metadata, { ...stamp, brain });
        assert.equal(new Set(classes).size, classes.length);
        assert.deepEqual(asPredictions(body), rounded(predictions));
      }
    });
  }

  test("of a brain that knows nothing: no label is −1, no score is no column", async () => {
    const { send } = await newBrain();
    const { body } = await send("predict", fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }), BOTH);
    const { tensors, numbers, metadata } = read(body);
    assert.deepEqual(
      [numbers("labels"), numbers("confidence"), numbers("novelty")],
      [
        [-1, -1],
        [0, 0],
        [1, 1],
      ],
    );
    assert.deepEqual([tensors.scores?.shape, tensors.scoreLabels?.shape, metadata.classes], [[2, 0], [2, 0], []]);
  });

  test("of rows with fewer scores than others is filled with −1 and 0", async () => {
    const { send, url } = await newBrain({
      ...SMALL_BRAIN,
      config: { ...SMALL_BRAIN.config, readout: "memory", neighbors: 2 },
    });
    await call("POST", `${url}/learn`, { inputs: rowsFrom(0, 8), labels: ["a", "b", "a", "c", "a", "a", "b", "a"] });
    const { predictions } = (await send("predict", JSON.stringify({ inputs: rowsFrom(0, 8) }), {})).body;
    const counts = new Set(predictions.map(({ scores }: Prediction) => scores.length));
    assert.deepEqual([...counts].sort(), [1, 2], "the samples do not show it");
    const { body } = await send("predict", JSON.stringify({ inputs: rowsFrom(0, 8) }), { accept: SAFETENSORS });
    assert.deepEqual(asPredictions(body), rounded(predictions));
    const { numbers } = read(body);
    assert.ok(numbers("scoreLabels").every((place, at) => place !== -1 || numbers("scores")[at] === 0));
  });

  test("with explain names the neighbours of a plastic brain", async () => {
    const { send, url } = await newBrain();
    for (let step = 0; step < 3; step++)
      await call("POST", `${url}/learn`, { inputs: rowsFrom(step, 1), labels: [`c${step}`] });
    const json = JSON.stringify({ inputs: rowsFrom(0, 2), explain: true, topK: 1 });
    const { predictions } = (await send("predict", json, {})).body;
    const { tensors, numbers, metadata } = read((await send("predict", json, { accept: SAFETENSORS })).body);
    const expected = predictions.flatMap(
      ({ explanation }: { explanation: { neighbors: object[] } }) => explanation.neighbors,
    );
    assert.deepEqual(tensors["neighbors.ids"]?.shape, [2, 3, 2]);
    assert.deepEqual(tensors["neighbors.seqs"]?.shape, [2, 3, 2]);
    const wholes = (name: string, at: number) => numbers(name)[2 * at]! + 2 ** 32 * numbers(name)[2 * at + 1]!;
    const found = Array.from({ length: 6 }, (_, at) => ({
      id: wholes("neighbors.ids", at),
      label: metadata.classes[numbers("neighbors.labels")[at]!],
      similarity: numbers("neighbors.similarity")[at],
      seq: wholes("neighbors.seqs", at),
    }));
    assert.deepEqual(
      found,
      expected.map((entry: { similarity: number }) => ({ ...entry, similarity: Math.fround(entry.similarity) })),
    );
    assert.ok(!("contributions.core" in tensors));
  });

  test("with explain gives the parts of a triarchic brain, class by class as the scores", async () => {
    const { send, url } = await newBrain(SMALL_TRIARCHIC_BRAIN);
    await call("POST", `${url}/learn`, { inputs: rowsFrom(0, 4), labels: ["a", "b", "c", "a"] });
    const json = JSON.stringify({ inputs: rowsFrom(0, 2), explain: true, topK: 2 });
    const { predictions } = (await send("predict", json, {})).body;
    const { numbers, metadata } = read((await send("predict", json, { accept: SAFETENSORS })).body);
    for (const part of ["combined", "core", "overlay"]) {
      const expected = predictions.flatMap(
        ({ explanation }: { explanation: { contributions: Record<string, Score[]> } }) =>
          explanation.contributions[part],
      );
      const found = numbers("scoreLabels").map((place, at) => ({
        label: metadata.classes[place],
        score: numbers(`contributions.${part}`)[at],
      }));
      assert.deepEqual(
        found,
        expected.map(({ label, score }: Score) => ({ label, score: Math.fround(score) })),
      );
    }
  });

  test("of tracked predictions has the ids that feedback takes", async () => {
    const { send, url } = await newBrain();
    const { body } = await send("predict", fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }, { track: true }), BOTH);
    const items = read(body).metadata.ids.map((id: string) => ({ id, label: "late" }));
    const { counts } = await call<{ counts: { learned: number } }>("POST", `${url}/feedback`, { items });
    assert.equal(counts.learned, 2);
  });

  test("of a lesson is all metadata", async () => {
    const [one, other] = [await newBrain(), await newBrain()];
    const file = fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }, { labels: ["a", "b"] });
    const { status, body, headers } = await one.send("learn", file, BOTH);
    assert.deepEqual([status, headers["content-type"], headers.etag], [200, SAFETENSORS, '"1"']);
    const { tensors, metadata } = read(body);
    assert.deepEqual([tensors, { ...metadata, brain: other.brain }], [{}, (await other.send("learn", file)).body]);
  });
});

test("a lesson of tensors takes If-Match, and under its key it is learned once and answered alike in the type asked for", async () => {
  const { send, url } = await newBrain();
  const file = fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }, { labels: ["a", "b"] });
  const { status, body } = await send("learn", file, { ...BOTH, "if-match": '"1"' });
  assert.deepEqual([status, body.type], [412, "/problems/seq-mismatch"]);
  const keyed = { ...TYPE, "if-match": '"0"', "idempotency-key": "once" };
  const first = await send("learn", file, { ...keyed, accept: SAFETENSORS });
  assert.deepEqual([first.status, first.headers.etag], [200, '"1"']);
  await call("POST", `${url}/learn`, { inputs: rowsFrom(5, 1), labels: ["c"] });
  const again = await send("learn", file, { ...keyed, accept: SAFETENSORS });
  assert.deepEqual([again.body, again.headers.etag], [first.body, '"1"']);
  const json = await send("learn", file, keyed);
  assert.deepEqual(json.body, read(first.body).metadata);
  for (const { headers } of [again, json]) assert.equal(headers["idempotency-replayed"], "true");
  const other = fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }, { labels: ["a", "c"] });
  assert.equal((await send("learn", other, keyed)).body.type, "/problems/idempotency-key-reused");
  assert.equal((await call<{ seq: number }>("GET", url)).seq, 2);
  const predict = fileOf({ inputs: inputsOf(rowsFrom(0, 2)) }, { track: true });
  const tracked = await send("predict", predict, { ...BOTH, "idempotency-key": "seen" });
  assert.deepEqual((await send("predict", predict, { ...BOTH, "idempotency-key": "seen" })).body, tracked.body);
});
