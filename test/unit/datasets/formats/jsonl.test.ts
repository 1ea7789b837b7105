import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { numbersOf, read, refusal, textsOf } from "../../../support/formats.ts";

const picture = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 9, height: 7, channels: 3, background: { r: red, g: 9, b: 9 } } })
    .png()
    .toBuffer();

const linesOf = (samples: readonly object[]): string => samples.map((sample) => `${JSON.stringify(sample)}\n`).join("");

test("a line is a sample: features, a text or an image's file, with a label", async () => {
  const features = await read("jsonl", '{"input":[1,-2.5e-1],"label":"cat"}\n{"label":"dog","input":[0.1,4],"id":7}\n');
  assert.deepEqual(features.head, { kind: "features", shape: [2] });
  assert.deepEqual(features.labels, ["cat", "dog"]);
  assert.deepEqual(features.items.map(numbersOf), [
    [1, -0.25],
    [Math.fround(0.1), 4],
  ]);

  const texts = await read("jsonl", '{"text":"Öl\\n","label":"ham"}');
  assert.deepEqual(texts.head, { kind: "texts", shape: null });
  assert.deepEqual(textsOf(texts.items), ["Öl\n"]);

  const files = [await picture(1), await picture(200)];
  const lines = linesOf(files.map((file, index) => ({ image: file.toString("base64"), label: `c${index}` })));
  const images = await read("jsonl", lines, { pieceBytes: 50 });
  assert.deepEqual(images.head, { kind: "images", shape: null });
  assert.deepEqual(
    images.items.map((item) => Buffer.from(item)),
    files,
  );
  assert.deepEqual(images.labels, ["c0", "c1"]);
});

test("a label that is a number or a truth value is taken as its text", async () => {
  const { labels } = await read("jsonl", linesOf([5, -1.5, true, false, "5"].map((label) => ({ input: [1], label }))));
  assert.deepEqual(labels, ["5", "-1.5", "true", "false", "5"]);
});

test("a byte order mark, CR LF, empty lines, gzip and a missing last line end change nothing", async () => {
  const text = linesOf([
    { input: [1], label: "a" },
    { input: [2], label: "b" },
  ]);
  const expected = await read("jsonl", text);
  for (const other of [
    `\ufeff${text}`,
    text.replaceAll("\n", "\r\n"),
    `\n \n${text}\n`,
    text.trimEnd(),
    gzipSync(text),
  ]) {
    for (const pieceBytes of [1, 7, 1000]) assert.deepEqual(await read("jsonl", other, { pieceBytes }), expected);
  }
});

test("features may be the pixels of an image", async () => {
  const { head } = await read("jsonl", '{"input":[1,2,3,4],"label":1}', { shape: [2, 2, 1] });
  assert.deepEqual(head.shape, [2, 2, 1]);
});

test("a mistake is told with its line", async () => {
  const first = '{"input":[1,2],"label":"x"}\n';
  const told = async (line: string | Uint8Array, before = first) => {
    const { message, pointers } = await refusal("jsonl", Buffer.concat([Buffer.from(before), Buffer.from(line)]));
    assert.deepEqual(pointers, ["#/line/2"]);
    assert.ok(message.startsWith("line 2: "), message);
    return message.slice("line 2: ".length);
  };
  assert.equal(await told("{"), "is not JSON");
  assert.equal(await told('{"input":[NaN,2],"label":"x"}'), "is not JSON");
  assert.equal(await told('{"input":[1,2],"label":"x","label":"y"}'), "has a name twice in one object");
  assert.equal(await told("[1,2]"), 'is no object, as {"input":[1,2],"label":"cat"} is');
  assert.equal(await told("null"), 'is no object, as {"input":[1,2],"label":"cat"} is');
  assert.equal(await told('{"input":[1,2]}'), "has no label");
  assert.equal(await told('{"input":[1,2],"label":null}'), "label is no text, number, true or false");
  assert.equal(await told('{"input":[1,2],"label":""}'), "the label is empty");
  assert.equal(await told('{"input":[1,2],"label":" "}'), 'the label " " is blank or has control characters');
  assert.equal(await told('{"label":"x"}'), "has neither input nor text nor image");
  assert.equal(await told('{"input":[1,2],"text":"a","label":"x"}'), "has input and text; a sample is one of them");
  assert.equal(await told('{"text":"a","label":"x"}'), "has text, line 1 has input");
  assert.equal(await told('{"input":[],"label":"x"}'), "input is no list of numbers");
  assert.equal(await told('{"input":1,"label":"x"}'), "input is no list of numbers");
  assert.equal(await told('{"input":[1,"2"],"label":"x"}'), 'input has "2" at place 1, no number');
  assert.equal(await told('{"input":[1,[2]],"label":"x"}'), "input has [2] at place 1, no number");
  assert.equal(
    await told('{"input":[1,1e39],"label":"x"}'),
    "input at place 1: 1e+39 is beyond float32 (±3.4028234663852886e+38)",
  );
  assert.equal(await told('{"input":[1,1e999],"label":"x"}'), "input at place 1: Infinity is no finite number");
  assert.equal(await told('{"input":[1,2,3],"label":"x"}'), "input has 3 numbers, line 1 has 2");
  assert.equal(
    await told(`{"input":[${"1,".repeat(65_536)}1],"label":"x"}`),
    "input has 65537 numbers, at most 65536 are allowed",
  );
  assert.equal(await told(Buffer.from([0x7b, 0xff, 0x7d])), "is not UTF-8 text");
  assert.equal(await told(`{"a":${"[".repeat(20)}${"]".repeat(20)}}`), "is nested deeper than 16");

  const text = '{"text":"a","label":"x"}\n';
  assert.equal(await told('{"text":5,"label":"x"}', text), "text is no text");
  assert.equal(await told('{"text":"","label":"x"}', text), "the text is empty");
  assert.equal(
    await told(`{"text":"${"😀".repeat(8001)}","label":"x"}`, text),
    "the text has more than 8000 characters",
  );
  assert.equal(await told('{"input":[1],"label":"x"}', text), "has input, line 1 has text");

  const png = (await picture(1)).toString("base64");
  const image = `{"image":"${png}","label":"x"}\n`;
  const noBase64 = "image is no file in base64 (without `data:` before it)";
  assert.equal(await told('{"image":5,"label":"x"}', image), noBase64);
  assert.equal(await told(`{"image":"data:image/png;base64,${png}","label":"x"}`, image), noBase64);
  assert.equal(await told('{"image":"aGVsbG8=","label":"x"}', image), "image is no PNG, JPEG or WebP image");
  assert.match(await told(`{"image":"${png.slice(0, 96)}","label":"x"}`, image), /^image cannot be decoded: /);
});

test("a text of many characters that take two units each is not too long", async () => {
  const { items } = await read("jsonl", linesOf([{ text: "😀".repeat(8000), label: "x" }]));
  assert.equal(items[0]?.length, 32_000);
});

test("a line without end is refused before it fills the memory", async () => {
  const message = "line 1: is over 22435158 bytes";
  assert.equal((await refusal("jsonl", Buffer.alloc(23_000_000, "a"))).message, message);
});

test("several mistakes are told at once", async () => {
  const { message, pointers } = await refusal("jsonl", '{"input":["a"],"label":""}\n{"input":[1],"label":1}\n{}\n');
  assert.equal(message, "line 1: the label is empty (errors names 3 more)");
  assert.deepEqual(pointers, ["#/line/1", "#/line/1", "#/line/3", "#/line/3"]);
});

test("a file without samples, and options of other formats, are refused", async () => {
  assert.equal((await refusal("jsonl", "\n\n")).message, "The file has no samples.");
  assert.equal((await refusal("jsonl", "", { labelColumn: "a" })).message, "?labelColumn goes with a CSV file");
  assert.equal((await refusal("jsonl", "", { textColumn: "a" })).message, "?textColumn goes with a CSV file");
  assert.equal((await refusal("jsonl", {})).message, "There is no file.");
  const two = { a: '{"input":[1],"label":1}', b: '{"input":[1],"label":1}' };
  assert.equal((await refusal("jsonl", two)).message, "There are several files; a dataset of this format is one.");
  assert.equal(
    (await refusal("jsonl", '{"text":"a","label":1}', { shape: [1, 1, 1] })).message,
    "?shape goes with features, the file has texts",
  );
});

test("any samples that are written as JSON lines are read as they were, however they are cut", async () => {
  const sample = fc.record({
    input: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }),
    label: fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 9 })
      .filter((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text) && /\S/.test(text)),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(sample, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 40 }),
      async (samples, pieceBytes) => {
        const { labels, items } = await read("jsonl", linesOf(samples), { pieceBytes });
        assert.deepEqual(
          labels,
          samples.map(({ label }) => label),
        );
        // JSON has no −0.
        assert.deepEqual(
          items.map(numbersOf),
          samples.map(({ input }) => input.map((n) => n + 0)),
        );
      },
    ),
  );
});
