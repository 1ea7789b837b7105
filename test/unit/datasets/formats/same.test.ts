// What a dataset is does not depend on the format in which it came.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { idx, part, picture, tensorFile, zip } from "../../../support/dataset-files.ts";
import { read } from "../../../support/formats.ts";

const SHAPE = [2, 3, 1];
const SIZE = 6;

const pixels = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: SIZE, maxLength: SIZE });
const samples = fc.array(fc.record({ pixels, label: fc.integer({ min: 0, max: 255 }) }), {
  minLength: 1,
  maxLength: 9,
});

test("the same pixels are the same samples from CSV, JSON lines, safetensors and IDX", async () => {
  await fc.assert(
    fc.asyncProperty(samples, async (drawn) => {
      const rows = drawn.map((sample) => sample.pixels.map((pixel) => pixel / 255));
      const labels = drawn.map(({ label }) => label);
      const csv = rows.map((row, at) => `${row.join()},${labels[at]}\n`).join("");
      const jsonl = rows.map((input, at) => `${JSON.stringify({ input, label: labels[at] })}\n`).join("");
      const names = JSON.stringify(Array.from({ length: 256 }, (_, at) => String(at)));
      const tensors = (metadata?: Record<string, string>) =>
        tensorFile(
          {
            inputs: part("F32", [rows.length, ...SHAPE], Float32Array.from(rows.flat())),
            labels: part("U8", [rows.length], Uint8Array.from(labels)),
          },
          metadata,
        );
      const arrays = {
        samples: idx(
          "u8",
          [rows.length, 2, 3],
          drawn.flatMap((sample) => sample.pixels),
        ),
        labels: idx("u8", [rows.length], labels),
      };
      const expected = await read("idx", arrays);
      assert.deepEqual(expected.labels, labels.map(String));
      assert.deepEqual(await read("csv", csv, { shape: SHAPE }), expected);
      assert.deepEqual(await read("jsonl", jsonl, { shape: SHAPE }), expected);
      assert.deepEqual(await read("safetensors", tensors()), expected);
      assert.deepEqual(await read("safetensors", tensors({ classes: names })), expected);
    }),
    { numRuns: 30 },
  );
});

test("the same images are the same samples from JSON lines and from a zip file", async () => {
  const files = {
    "cats/1.png": await picture(1),
    "dogs/1.jpg": await picture(90, "jpeg"),
    "cats/2.png": await picture(3),
  };
  const jsonl = Object.entries(files)
    .map(([name, file]) => `${JSON.stringify({ image: file.toString("base64"), label: name.split("/")[0] })}\n`)
    .join("");
  assert.deepEqual(await read("jsonl", jsonl), await read("zip", await zip(files)));
});

test("the same texts are the same samples from CSV and from JSON lines", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
  const drawn = fc.array(fc.record({ text, label: fc.constantFrom("ham", "spam") }), { minLength: 1, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(drawn, async (lines) => {
      const csv = ["label,text", ...lines.map((line) => `${line.label},"${line.text.replaceAll('"', '""')}"`)].join(
        "\r\n",
      );
      const jsonl = lines.map((line) => JSON.stringify(line)).join("\n");
      assert.deepEqual(await read("csv", csv, { textColumn: "text" }), await read("jsonl", jsonl));
    }),
  );
});
