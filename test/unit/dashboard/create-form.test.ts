import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  bodyOf,
  defaultOf,
  EMPTY_DRAFT,
  PRESETS,
  READOUT_CHOICES,
  SETTING_NAMES,
} from "../../../src/dashboard/pages/brains/create-form.ts";

const { components } = JSON.parse(readFileSync(new URL("../../../openapi/openapi.json", import.meta.url), "utf8"));
const KINDS = [
  { kind: "plastic", schema: components.schemas.PlasticConfigInput },
  { kind: "triarchic", schema: components.schemas.TriarchicConfigInput },
] as const;

test("the defaults that the form shows are those of the API, and it asks for what a kind has", () => {
  for (const { kind, schema } of KINDS) {
    for (const name of SETTING_NAMES) {
      const theirs = schema.properties[name]?.default;
      assert.equal(defaultOf(name, kind), theirs === undefined ? null : String(theirs), `${name} of ${kind}`);
    }
  }
});

test("of a plastic brain it asks who answers, the API's default first", () => {
  const { readout } = components.schemas.PlasticConfigInput.properties;
  assert.equal(READOUT_CHOICES[0]?.value, readout.default);
  assert.deepEqual(new Set(READOUT_CHOICES.map(({ value }) => value)), new Set(readout.enum));
  const draft = { ...EMPTY_DRAFT, readout: "memory" } as const;
  assert.deepEqual(bodyOf(draft), { kind: "plastic", config: { readout: "memory" } });
  assert.deepEqual(bodyOf({ ...draft, kind: "triarchic" }), { kind: "triarchic", config: {} });
});

test("presets set what the kind has, within its bounds", () => {
  for (const { kind, schema } of KINDS) {
    for (const { settings } of PRESETS) {
      for (const [name, value] of Object.entries(settings[kind])) {
        const { minimum, maximum } = schema.properties[name];
        assert.ok(Number(value) >= minimum && Number(value) <= maximum, `${name} of ${kind}`);
      }
    }
  }
});

test("what is left empty is left to the server, and so is what the kind does not have", () => {
  assert.deepEqual(bodyOf(EMPTY_DRAFT), { kind: "plastic", config: {} });
  const settings = { inputDim: " 784 ", memorySize: "60,000", winners: "" };
  assert.deepEqual(bodyOf({ ...EMPTY_DRAFT, kind: "triarchic", id: " pets ", modePolicy: "auto", settings }), {
    id: "pets",
    kind: "triarchic",
    config: { inputDim: 784, modePolicy: "auto" },
  });
  assert.deepEqual(bodyOf({ ...EMPTY_DRAFT, settings }), {
    kind: "plastic",
    config: { inputDim: 784, memorySize: 60000 },
  });
});

test("of a brain with an encoder the encoder says how large an input is", () => {
  const settings = { inputDim: "784", holdout: "20" };
  assert.deepEqual(bodyOf({ ...EMPTY_DRAFT, encoder: "mobilenet", settings }), {
    kind: "plastic",
    config: { encoder: "mobilenet", holdout: 20 },
  });
});

test("what is no number is sent as it was typed, for the server to say what is wrong", () => {
  assert.deepEqual(bodyOf({ ...EMPTY_DRAFT, settings: { inputDim: "many" } }), {
    kind: "plastic",
    config: { inputDim: "many" },
  });
});
