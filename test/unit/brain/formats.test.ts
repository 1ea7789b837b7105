// Formats: the steps between them, and the bytes that earlier versions left (test/fixtures/formats).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { selectBackend } from "../../../src/backend/select.ts";
import { EVENT_TYPES, summarizeEvent } from "../../../src/brain/event-summary.ts";
import { type BrainEvent, decodeEvent, encodeEvent, type Merged } from "../../../src/brain/events.ts";
import { FormatError, upgrade } from "../../../src/brain/formats.ts";
import { MeasuredBrain } from "../../../src/brain/measures/measured-brain.ts";
import { restoreMeasuring } from "../../../src/brain/measures/measuring.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import { decodeHeader, encodeHeader } from "../../../src/brain/state.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/formats/${name}`, import.meta.url));
const backend = await selectBackend("reference", { threads: 1 });

test("what is old goes through every step from its format on, in order", () => {
  const upgrades = Object.fromEntries([1, 2, 3, 4, 5].map((format) => [format, (path: string) => `${path}${format}`]));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), (format) => {
      assert.equal(upgrade("it", format, 6, "", upgrades), "12345".slice(format - 1));
    }),
  );
});

test("what a newer version wrote is said to be that, and what has no format is refused", () => {
  assert.throws(() => upgrade("the log", 3, 2, "", {}), {
    message: /the log has format 3, written by a newer Engram; this version reads formats up to 2/,
  });
  assert.throws(() => upgrade("the log", 1, 2, "", {}), /cannot read any more/);
  for (const format of [undefined, "1", 0, 1.5, Number.NaN, null]) {
    assert.throws(() => upgrade("it", format, 2, "", {}), FormatError);
  }
});

const EVENTS_1: readonly (
  | BrainEvent
  | { readonly type: "restored"; readonly checkpoint: string; readonly from?: number }
)[] = [
  {
    type: "learned",
    inputs: { rows: 2, cols: 4, data: Float32Array.of(0.9, 0.1, 0, 0.2, 0, 0.1, 0.8, 0.9) },
    classes: Int32Array.of(0, 1),
    newLabels: ["cat", "dog"],
    mode: "plastic",
    memorize: true,
  },
  { type: "modeChanged", mode: "panic" },
  { type: "consolidated" },
  { type: "tuned", tuning: { learningRate: 0.1, rejectBelow: null } },
  { type: "layerAdded", index: 1 },
  { type: "layerReplaced", index: 0 },
  { type: "layerTuned", index: 1, settings: { isFrozen: true } },
  { type: "layerRemoved", index: 1 },
  { type: "layerRenewed", index: 0 },
  { type: "forgot", samples: { of: "class", classId: 1 } },
  { type: "forgot", samples: { of: "entry", id: 65_537 } },
  { type: "forgot", samples: { of: "all" } },
  { type: "restored", checkpoint: "4e0c9d0e-8c55-4ef0-9f3b-6d1f0a3a5a01" },
  { type: "restored", checkpoint: "4e0c9d0e-8c55-4ef0-9f3b-6d1f0a3a5a01", from: 2 },
  { type: "taskStarted", name: "storm" },
  { type: "taskStarted", name: null },
  { type: "modeChanged", mode: "panic", reason: "drift" },
  { type: "tuned", tuning: { holdout: 20, driftDetector: "page-hinkley", modePolicy: "auto" } },
];

test("events of format 1 are read as what they were, and listed", () => {
  const written: readonly string[] = JSON.parse(fixture("events-1.base64.json").toString());
  const bytes = written.map((text) => Uint8Array.from(Buffer.from(text, "base64")));
  assert.deepEqual(bytes.map(decodeEvent), EVENTS_1);
  assert.deepEqual(new Set([...EVENTS_1, ...EVENTS_4].map(({ type }) => type)), new Set(EVENT_TYPES));
  for (const [i, { type }] of EVENTS_1.entries()) {
    const { summary } = summarizeEvent(type, bytes[i]!);
    assert.doesNotMatch(summary, /too long|newer/);
  }
});

test("events are written in the format that they are said to have: another one needs another number", () => {
  const written: readonly string[] = JSON.parse(fixture("events-1.base64.json").toString());
  assert.deepEqual(
    EVENTS_1.map((event) => Buffer.from(encodeEvent(event)).toString("base64")),
    written,
  );
});

/** Format 2 is of lessons in panic; all other events stay as servers read them that know no such lessons. */
const EVENTS_2: readonly BrainEvent[] = [
  {
    type: "learned",
    inputs: { rows: 1, cols: 4, data: Float32Array.of(0.9, 0.1, 0, 0.2) },
    classes: Int32Array.of(0),
    newLabels: ["cat"],
    mode: "panic",
    memorize: true,
    isAdmitted: true,
  },
];

test("lessons whose samples are admitted are of format 2, read and written as they were", () => {
  const written: readonly string[] = JSON.parse(fixture("events-2.base64.json").toString());
  const bytes = written.map((text) => Uint8Array.from(Buffer.from(text, "base64")));
  assert.deepEqual(bytes.map(decodeEvent), EVENTS_2);
  assert.deepEqual(EVENTS_2.map(encodeEvent), bytes);
  assert.equal(decodeSafetensors(bytes[0]!).metadata.format, "2");
});

/** Format 3 is of lessons that say whether neurons may be born again; their samples are admitted or not. */
const EVENTS_3: readonly BrainEvent[] = [false, true].map((neurogenesis) => ({
  type: "learned",
  inputs: { rows: 1, cols: 4, data: Float32Array.of(0.9, 0.1, 0, 0.2) },
  classes: Int32Array.of(0),
  newLabels: ["cat"],
  mode: neurogenesis ? "panic" : "plastic",
  memorize: true,
  ...(neurogenesis ? { isAdmitted: true } : {}),
  neurogenesis,
}));

test("lessons that say whether neurons may be born again are of format 3, read and written as they were, and listed", () => {
  const written: readonly string[] = JSON.parse(fixture("events-3.base64.json").toString());
  const bytes = written.map((text) => Uint8Array.from(Buffer.from(text, "base64")));
  assert.deepEqual(bytes.map(decodeEvent), EVENTS_3);
  assert.deepEqual(EVENTS_3.map(encodeEvent), bytes);
  assert.equal(decodeSafetensors(bytes[0]!).metadata.format, "3");
  const summaries = bytes.map((event) => summarizeEvent("learned", event));
  assert.match(summaries[0]!.summary, /without neurogenesis/);
  assert.match(summaries[1]!.summary, /with neurogenesis/);
  assert.deepEqual(
    summaries.map(({ details }) => details.neurogenesis),
    [false, true],
  );
});

/** Format 4 is of merges: a server that does not know them must not replay across one. */
const EVENTS_4: readonly Merged[] = [
  { type: "merged", source: "pets-b", sourceSeq: 3, newLabels: ["fox"], samples: 6, remembered: 5 },
  {
    type: "merged",
    source: "pets-b",
    sourceSeq: 13,
    base: { brain: "pets", seq: 10 },
    newLabels: [],
    samples: 6,
    remembered: 5,
  },
];

test("merges are of format 4, read and written as they were, and listed", () => {
  const written: readonly string[] = JSON.parse(fixture("events-4.base64.json").toString());
  const bytes = written.map((text) => Uint8Array.from(Buffer.from(text, "base64")));
  assert.deepEqual(bytes.map(decodeEvent), EVENTS_4);
  assert.deepEqual(EVENTS_4.map(encodeEvent), bytes);
  assert.equal(decodeSafetensors(bytes[0]!).metadata.format, "4");
  const { summary, details } = summarizeEvent("merged", bytes[0]!);
  assert.equal(summary, "took in what brain pets-b knew at seq 3: 6 samples, 1 new label: fox");
  assert.deepEqual(details, {
    source: "pets-b",
    sourceSeq: 3,
    samples: 6,
    remembered: 5,
    newLabels: ["fox"],
    newLabelCount: 1,
  });
  const since = summarizeEvent("merged", bytes[1]!);
  assert.equal(since.summary, "took in what brain pets-b learned from seq 10 of pets to seq 13: 6 samples");
  assert.deepEqual(since.details.base, { brain: "pets", seq: 10 });
});

test("an event of a newer format is refused as such, by its header alone too", () => {
  const bytes = encodeSafetensors({}, { format: "5", event: JSON.stringify({ type: "consolidated" }) });
  assert.throws(() => decodeEvent(bytes), { message: /written by a newer Engram/ });
  assert.match(summarizeEvent("consolidated", bytes).summary, /written by a newer Engram/);
});

const read = (name: string) => {
  const { metadata, tensors } = decodeSafetensors(Uint8Array.from(fixture(`${name}.safetensors`)));
  return { header: decodeHeader(metadata), tensors };
};
const STATES = ["plastic-1-first", "plastic-1", "plastic-2", "triarchic-1"];

for (const name of STATES) {
  test(`a state as ${name} is restored, predicts what it knew and learns on`, async () => {
    const brain = await restoreBrain(read(name), backend);
    const inputs = { rows: 2, cols: 4, data: Float32Array.of(0.9, 0.1, 0, 0.2, 0, 0.1, 0.8, 0.9) };
    const labels = (await brain.predict(inputs, 1)).map(({ label }) => label);
    assert.deepEqual(labels, ["cat", "dog"]);
    const event = {
      type: "learned",
      inputs,
      classes: Int32Array.of(2, 2),
      newLabels: ["fox"],
      mode: "plastic",
      memorize: true,
    } as const;
    await brain.apply(event, 3);
    const { header } = await brain.state();
    assert.deepEqual([header.step, header.labels], [2, ["cat", "dog", "fox"]]);
    brain.dispose();
  });
}

test("a state of before calibration was measured is restored with all else that was, and measured from there on", async () => {
  const { header, tensors } = read("plastic-2-measured");
  const { measuring, state } = await restoreMeasuring({ header, tensors: { ...tensors } }, 3);
  const measured = new MeasuredBrain(await restoreBrain(state, backend), measuring, 3);
  const { prequential, numbers } = measured.report();
  assert.deepEqual([prequential.samples, prequential.right, numbers.calibrationError], [4, 2, null]);
  assert.deepEqual([prequential.calibration.answered, prequential.calibration.bins.length], [0, 15]);
  const again = await measured.state();
  assert.deepEqual(
    Buffer.from(encodeSafetensors(again.tensors, encodeHeader(again.header))),
    fixture("plastic-2-measured.safetensors"),
  );
  const lesson = {
    type: "learned",
    inputs: { rows: 2, cols: 4, data: Float32Array.of(0.9, 0.1, 0, 0.2, 0, 0.1, 0.8, 0.9) },
    classes: Int32Array.of(0, 1),
    newLabels: [],
    mode: "plastic",
    memorize: true,
  } as const;
  const { findings } = await measured.apply(lesson, 4);
  assert.equal(measured.report().prequential.calibration.answered, 2);
  assert.ok((findings.numbers.calibrationError ?? 1) < 1);
  measured.brain.dispose();
});

test("a state of the present format is written as it was read: another one needs another number", async () => {
  for (const name of ["plastic-2", "triarchic-1"]) {
    const brain = await restoreBrain(read(name), backend);
    const { header, tensors } = await brain.state();
    assert.deepEqual(
      Buffer.from(encodeSafetensors(tensors, encodeHeader(header))),
      fixture(`${name}.safetensors`),
      name,
    );
    brain.dispose();
  }
});

test("an older state is, once read, the same as one of the present format", () => {
  assert.deepEqual(read("plastic-1").header, read("plastic-2").header);
  const { memory, config, ...first } = read("plastic-1-first").header as ReturnType<typeof plastic>;
  const { memory: _, config: present, ...second } = plastic();
  assert.deepEqual(first, second);
  assert.deepEqual(config, { ...present, memoryPolicy: "fifo" });
  assert.deepEqual(memory, { stored: 2, lastId: 2, experience: 2 });
});

function plastic() {
  const { header } = read("plastic-2");
  assert.ok(header.kind === "plastic");
  return header;
}

test("a state of a newer format is refused as such", () => {
  for (const name of ["plastic-2", "triarchic-1"]) {
    const { header } = read(name);
    const newer = encodeHeader({ ...header, format: 9 } as never);
    assert.throws(() => decodeHeader(newer), { message: /format 9, written by a newer Engram/ });
  }
});
