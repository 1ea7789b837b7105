// Brains that take images and texts, with real models on real pictures and sentences.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import { addEncoder } from "../../src/encoders/add.ts";
import { contractClient } from "../support/contract.ts";
import { definitionPath, MODELS, newEncodersDir } from "../support/encoders.ts";
import { hugePng } from "../support/pictures.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let folder: string;
let server: TestServer;
let api: ReturnType<typeof contractClient>;
before(async () => {
  folder = await newEncodersDir();
  server = await startTestServer({ ENGRAM_ENCODERS_DIR: folder });
  api = contractClient(server.url);
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const SMALL = { hiddenDim: 64, winners: 8, layers: 2, memorySize: 100, neighbors: 3, seed: 1 };

const create = (id: string, config: object, kind = "plastic") =>
  api("post", "/v1/brains", { body: { id, kind, config: { ...SMALL, ...config } } });
const ask = (brain: string, path: "predict" | "learn" | "evaluate" | "trace" | "compare", body: object) =>
  api("post", `/v1/brains/{brain}/${path}`, { params: { brain }, body });

const SIDE = 96;

/** A PNG in base64 with stripes, or a disc, of some colour on grey. */
async function picture(shape: "stripes" | "disc", hue: number): Promise<string> {
  const ink = [0, 120, 240].map((shift) => 128 + 120 * Math.cos(((hue - shift) * Math.PI) / 180));
  const isInk = (x: number, y: number): boolean =>
    shape === "disc" ? Math.hypot(x - SIDE / 2, y - SIDE / 2) < 36 : x % 24 < 12;
  const pixels = Array.from({ length: SIDE * SIDE }, (_, at) =>
    isInk(at % SIDE, Math.floor(at / SIDE)) ? ink : [235, 235, 235],
  );
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  return (await sharp(Uint8Array.from(pixels.flat()), { raw }).png().toBuffer()).toString("base64");
}

test("the server tells which encoders it has", async () => {
  const { status, body } = await api("get", "/v1/encoders");
  assert.equal(status, 200);
  assert.deepEqual(
    body.encoders.map(({ name, kind, dimension }: { name: string; kind: string; dimension: number }) => [
      name,
      kind,
      dimension,
    ]),
    [
      ["mobilenet", "image", 256],
      ["sentences", "text", 512],
    ],
  );
});

describe("a brain that takes texts", () => {
  test("learns them and knows others of their meaning; its identity is in its configuration", async () => {
    const created = await create("mail", { encoder: "sentences" });
    assert.equal(created.status, 201);
    assert.equal(created.body.config.inputDim, 512);
    assert.deepEqual([created.body.config.encoder.name, created.body.config.encoder.kind], ["sentences", "text"]);
    const texts = ["Win free money now", "Cheap pills, buy today", "See you at lunch", "The meeting moved to Monday"];
    const labels = ["spam", "spam", "ham", "ham"];
    assert.equal((await ask("mail", "learn", { texts, labels })).body.samples, 4);
    const { body } = await ask("mail", "predict", {
      texts: ["Get cash prizes for free", "Shall we eat together at noon?"],
    });
    assert.deepEqual(
      body.predictions.map(({ label }: { label: string }) => label),
      ["spam", "ham"],
    );
    assert.equal((await ask("mail", "evaluate", { texts, labels })).body.accuracy, 1);
    assert.equal((await ask("mail", "trace", { texts: ["Free money"] })).body.traces.length, 1);
    assert.equal((await ask("mail", "compare", { from: 0, texts, labels })).body.evaluation.to, 1);
  });

  test("answers the same alone and among others, and to the features that its encoder made", async () => {
    const texts = ["Win free money now", "See you at lunch", "One more thing"];
    const { body: together } = await ask("mail", "predict", { texts });
    for (const [index, text] of texts.entries()) {
      const { body: alone } = await ask("mail", "predict", { texts: [text] });
      assert.deepEqual(alone.predictions[0], together.predictions[index]);
    }
  });
});

describe("a brain that takes images", () => {
  test("learns two kinds of pictures from three each and knows new ones", async () => {
    assert.equal((await create("shapes", { encoder: "mobilenet" })).body.config.inputDim, 256);
    const taught = await Promise.all([10, 130, 250].flatMap((hue) => [picture("disc", hue), picture("stripes", hue)]));
    const labels = taught.map((_, i) => (i % 2 === 0 ? "disc" : "stripes"));
    assert.equal((await ask("shapes", "learn", { images: taught, labels })).status, 200);
    const asked = await Promise.all([
      picture("disc", 70),
      picture("stripes", 70),
      picture("disc", 310),
      picture("stripes", 310),
    ]);
    const { body } = await ask("shapes", "predict", { images: asked });
    assert.deepEqual(
      body.predictions.map(({ label }: { label: string }) => label),
      ["disc", "stripes", "disc", "stripes"],
    );
  });

  test("refuses what is no picture, points at it, and has changed nothing", async () => {
    const good = await picture("disc", 10);
    const jpeg = await sharp(Buffer.from(good, "base64")).resize(640).jpeg().toBuffer();
    const cases: [string, string, RegExp][] = [
      ["a text", Buffer.from("hello").toString("base64"), /no PNG, JPEG or WebP/],
      [
        "a drawing that names a file",
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hosts"/></svg>').toString(
          "base64",
        ),
        /no PNG/,
      ],
      ["half a JPEG", jpeg.subarray(0, jpeg.length / 2).toString("base64"), /cannot be decoded/],
      ["50,000 × 50,000 pixels", hugePng(50_000).toString("base64"), /more than 50,000,000 pixels/],
    ];
    const { body: earlier } = await api("get", "/v1/brains/{brain}", { params: { brain: "shapes" } });
    for (const [what, image, why] of cases) {
      const { status, body } = await ask("shapes", "learn", { images: [good, image], labels: ["disc", "disc"] });
      assert.equal(status, 422, what);
      assert.equal(body.errors[0].pointer, "#/images/1", what);
      assert.match(body.detail, why, what);
    }
    assert.equal((await ask("shapes", "predict", { images: ["data:image/png;base64,AAAA"] })).status, 422);
    assert.deepEqual((await api("get", "/v1/brains/{brain}", { params: { brain: "shapes" } })).body, earlier);
  });
});

describe("files as bodies", () => {
  const bytesOf = async (shape: "stripes" | "disc", hue: number): Promise<Uint8Array<ArrayBuffer>> =>
    Uint8Array.from(Buffer.from(await picture(shape, hue), "base64"));
  const send = async (path: string, body: FormData | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}/v1/brains/${path}`, { method: "POST", body, headers });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const PNG = { "content-type": "image/png" };

  test("a form says what the JSON body of its fields does", async () => {
    await create("forms", { encoder: "mobilenet" });
    const lesson = new FormData();
    for (const [shape, label] of [
      ["disc", "disc"],
      ["stripes", "stripes"],
    ] as const) {
      lesson.append("images", new Blob([await bytesOf(shape, 20)]), `${shape}.png`);
      lesson.append("labels", label);
    }
    lesson.append("memorize", "true");
    lesson.append("neurogenesis", "false");
    const learned = await send("forms/learn", lesson);
    assert.deepEqual([learned.status, learned.body.samples, learned.body.newLabels], [200, 2, ["disc", "stripes"]]);
    const question = new FormData();
    question.append("images", new Blob([await bytesOf("stripes", 200)]), "some.png");
    question.append("topK", "1");
    const { body } = await send("forms/predict", question);
    const asJson = await ask("forms", "predict", { images: [await picture("stripes", 200)], topK: 1 });
    assert.deepEqual(body, asJson.body);
    assert.equal(body.predictions[0].label, "stripes");
    question.append("colour", "red");
    assert.deepEqual((await send("forms/predict", question)).body.errors[0].pointer, "#/colour");
  });

  test("one image may be the whole body, with the other fields in the query", async () => {
    const learned = await send("forms/learn?labels=ring", await bytesOf("disc", 300), PNG);
    assert.deepEqual([learned.status, learned.body.newLabels], [200, ["ring"]]);
    const asked = await send("forms/predict?topK=1&explain=true", await bytesOf("disc", 300), PNG);
    assert.equal(asked.body.predictions[0].scores.length, 1);
    assert.ok(asked.body.predictions[0].explanation.neighbors.length > 0);
    assert.equal((await send("forms/evaluate?labels=ring", await bytesOf("disc", 300), PNG)).body.samples, 1);
    assert.equal((await send("forms/trace", await bytesOf("disc", 300), PNG)).body.traces.length, 1);
    assert.equal((await send("forms/learn", await bytesOf("disc", 300), PNG)).body.errors[0].pointer, "#/labels");
    const empty = await send("forms/predict", new Uint8Array(), PNG);
    assert.equal(empty.status, 422);
  });

  test("what is no number in JSON is text in a form, and told as such", async () => {
    const asked = await send("forms/predict?topK=007", await bytesOf("disc", 20), PNG);
    assert.deepEqual([asked.status, asked.body.errors[0].pointer], [422, "#/topK"]);
    const digits = await send(`forms/predict?encodedBy=${"1".repeat(64)}`, await bytesOf("disc", 20), PNG);
    assert.deepEqual([digits.status, digits.body.errors[0].pointer], [422, "#/encodedBy"]);
    assert.match(digits.body.detail, /goes with inputs alone/);
  });

  test("a form of very many parts is refused without holding up the server", async () => {
    const pairs = Array.from({ length: 50_000 }, () => ["labels", "a"] as const);
    const query = pairs
      .map((pair) => pair.join("="))
      .join("&")
      .slice(0, 8_000);
    const form = new FormData();
    for (const [name, value] of pairs) form.append(name, value);
    form.append("images", new Blob([await bytesOf("disc", 20)]), "one.png");
    const refused = await send("forms/learn", form);
    assert.deepEqual([refused.status, refused.body.errors[0].pointer], [422, "#/labels"]);
    assert.equal((await send(`forms/learn?${query}`, await bytesOf("disc", 20), PNG)).status, 422);
  });

  test("a form that is none is refused, and a key knows a form's bytes", async () => {
    const broken = await send("forms/predict", Uint8Array.from(Buffer.from("--x\r\nnothing")), {
      "content-type": "multipart/form-data; boundary=x",
    });
    assert.deepEqual([broken.status, broken.body.type], [400, "/problems/bad-request"]);
    const key = { ...PNG, "idempotency-key": "one-picture" };
    const first = await send("forms/learn?labels=disc", await bytesOf("disc", 90), key);
    const again = await send("forms/learn?labels=disc", await bytesOf("disc", 90), key);
    assert.deepEqual(again.body, first.body);
    assert.equal((await send("forms/learn?labels=disc", await bytesOf("disc", 91), key)).status, 422);
  });
});

describe("features of another encoder", () => {
  const FEATURES = { inputs: [Array.from({ length: 256 }, (_, i) => Math.sin(i))] };
  const refused = async (brain: string, body: object): Promise<void> => {
    const answer = await ask(brain, "predict", body);
    assert.deepEqual([answer.status, answer.body.type], [409, "/problems/encoder-mismatch"], answer.text);
  };

  test("never reach a brain: 409", async () => {
    await create("plain", { inputDim: 256 });
    const { body } = await api("get", "/v1/brains/{brain}", { params: { brain: "shapes" } });
    const own = body.config.encoder.digest;
    await refused("shapes", { texts: ["a cat"] });
    await refused("shapes", FEATURES);
    await refused("shapes", { ...FEATURES, encodedBy: "0".repeat(64) });
    await refused("plain", { images: [await picture("disc", 1)] });
    await refused("plain", { ...FEATURES, encodedBy: own });
    assert.equal((await ask("shapes", "predict", { ...FEATURES, encodedBy: own })).status, 200);
    assert.equal((await ask("plain", "predict", FEATURES)).status, 200);
  });

  test("are told apart when the encoder is exchanged under the brain: 503 until it is back", async () => {
    await rm(`${folder}/mobilenet`, { recursive: true });
    await server.hosts.hosts[0]?.request("unload", { brain: "nobody" });
    assert.equal((await create("late", { encoder: "mobilenet" })).status, 422);
    await addEncoder(folder, definitionPath("mobilenet"), { from: MODELS.mobilenet });
    assert.equal((await create("late", { encoder: "mobilenet" })).status, 201);
  });

  test("and a call is about one sort of input", async () => {
    const both = await ask("shapes", "predict", { ...FEATURES, texts: ["a cat"] });
    assert.deepEqual([both.status, both.body.errors[0].pointer], [422, "#/texts"]);
    const none = await ask("shapes", "predict", { topK: 1 });
    assert.deepEqual([none.status, none.body.errors[0].pointer], [422, "#/inputs"]);
    assert.equal(
      (await create("wide", { encoder: "mobilenet", inputDim: 512 })).body.errors[0].pointer,
      "#/config/inputDim",
    );
    assert.equal((await create("none", { encoder: "unheard-of" })).body.errors[0].pointer, "#/config/encoder");
  });
});
