import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { infoOf, readDefinition } from "../../../src/encoders/definition.ts";
import { MEANS } from "../../support/tiny-encoder.ts";

const EXAMPLES = new URL("../../../examples/encoders/", import.meta.url);
const definitionText = (name: string) => readFile(new URL(`${name}.json`, EXAMPLES), "utf8");
const digestOf = (definition: object): string => infoOf(readDefinition(JSON.stringify(definition))).digest;
const [FILE] = MEANS.files;

describe("a definition", () => {
  test("of each example can be read", async () => {
    const names = (await readdir(EXAMPLES)).filter((name) => /^(mobilenet|sentences)\.json$/.test(name));
    assert.equal(names.length, 2);
    for (const name of names) readDefinition(await readFile(new URL(name, EXAMPLES), "utf8"));
  });

  const { output: _output, ...withoutOutput } = MEANS;
  const wrong: [what: string, definition: unknown, says: RegExp][] = [
    ["no object", 7, /the definition/],
    ["null", null, /the definition/],
    ["without an output", withoutOutput, /output/],
    ["with a name that is a path", { ...MEANS, name: "../means" }, /\/name/],
    ["of a kind that there is not", { ...MEANS, kind: "sound" }, /\/kind/],
    ["of a format that there is not", { ...MEANS, format: "pickle" }, /\/format/],
    ["that gives nothing", { ...MEANS, dimension: 0 }, /\/dimension/],
    ["without files", { ...MEANS, files: [] }, /\/files/],
    ["with a file elsewhere", { ...MEANS, files: [{ ...FILE, path: "../../etc/passwd" }] }, /\/files\/0\/path/],
    ["with a hidden file", { ...MEANS, files: [{ ...FILE, path: ".env" }] }, /\/files\/0\/path/],
    ["with half a checksum", { ...MEANS, files: [{ ...FILE, sha256: "abc" }] }, /\/files\/0\/sha256/],
    [
      "with a file of the machine as its address",
      { ...MEANS, files: [{ ...FILE, url: "file:///x" }] },
      /\/files\/0\/url/,
    ],
    ["with a picture of no width", { ...MEANS, input: { ...MEANS.input, width: 0 } }, /\/input\/width/],
    ["with two means for three channels", { ...MEANS, input: { ...MEANS.input, mean: [0, 0] } }, /\/input\/mean/],
    [
      "of grey, with three deviations",
      { ...MEANS, input: { ...MEANS.input, colour: "grey", mean: [0] } },
      /\/input\/std/,
    ],
    ["that divides by zero", { ...MEANS, input: { ...MEANS.input, std: [1, 0, 1] } }, /\/input\/std has a 0/],
    ["with a word that means nothing", { ...MEANS, input: { ...MEANS.input, crop: "centre" } }, /crop|additional/],
  ];
  for (const [what, definition, says] of wrong) {
    test(`${what} is refused, with what is wrong with it`, () => {
      assert.throws(() => readDefinition(JSON.stringify(definition)), says);
    });
  }

  test("that is no JSON is refused", () => assert.throws(() => readDefinition("{"), SyntaxError));
});

describe("a digest", () => {
  test("does not depend on a name, or on where the model comes from", () => {
    const digest = digestOf(MEANS);
    assert.match(digest, /^[0-9a-f]{64}$/);
    assert.equal(digestOf({ ...MEANS, name: "other" }), digest);
    assert.equal(digestOf({ ...MEANS, source: "my own" }), digest);
    assert.equal(digestOf({ ...MEANS, files: [{ ...FILE, url: "https://example.org/means.onnx" }] }), digest);
    assert.equal(digestOf({ ...MEANS, files: [{ ...FILE, path: "elsewhere.onnx" }] }), digest);
  });

  test("depends on everything that decides what comes out", () => {
    const input = (change: object) => ({ ...MEANS, input: { ...MEANS.input, ...change } });
    const others = [
      { ...MEANS, format: "tfjs-graph" },
      { ...MEANS, dimension: 4 },
      { ...MEANS, output: "z" },
      { ...MEANS, files: [{ ...FILE, sha256: "0".repeat(64) }] },
      { ...MEANS, files: [FILE, { ...FILE, path: "more.bin" }] },
      input({ width: 5 }),
      input({ height: 5 }),
      input({ width: 2, height: 4 }),
      input({ fit: "cover" }),
      input({ fit: "contain" }),
      input({ colour: "bgr" }),
      input({ colour: "grey", mean: [0], std: [1] }),
      input({ layout: "nhwc" }),
      input({ mean: [0, 0, 0.1] }),
      input({ std: [1, 1, 2] }),
    ];
    const digests = new Set([MEANS, ...others].map(digestOf));
    assert.equal(digests.size, others.length + 1);
  });

  test("of the models that the examples name stays what it is", async () => {
    assert.equal(
      infoOf(readDefinition(await definitionText("mobilenet"))).digest,
      "9d08cfc86b240e264dc6726dd068d771e08bf04b2311ade06c2e0f6a66c4f222",
    );
    assert.equal(
      infoOf(readDefinition(await definitionText("sentences"))).digest,
      "c01ec446265442e70af9718709447d8094b2dd5c2df41edbeeddbff64544295e",
    );
  });
});
