import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { numbersOf, read, refusal, textsOf } from "../../../support/formats.ts";

const IRIS = "sepal,petal,label\n5.1,3.5,setosa\n-7,.5e1,virginica\n";

test("a record is a sample: its label, and its other columns as features", async () => {
  const { head, labels, items } = await read("csv", IRIS);
  assert.deepEqual(head, { kind: "features", shape: [2] });
  assert.deepEqual(labels, ["setosa", "virginica"]);
  assert.deepEqual(items.map(numbersOf), [
    [Math.fround(5.1), 3.5],
    [-7, 5],
  ]);
});

test("the label's column is found by its name, or is the last one, or is chosen by name or number", async () => {
  const labelsOf = async (text: string, labelColumn?: string) =>
    (await read("csv", text, labelColumn === undefined ? {} : { labelColumn })).labels.join();
  assert.equal(await labelsOf("class,a,b\n1,2,3\n"), "1");
  assert.equal(await labelsOf("a,Target,b\n1,2,3\n"), "2");
  assert.equal(await labelsOf("target,a,label\n1,2,3\n"), "3", "`label` comes before `target`");
  assert.equal(await labelsOf("a,b,species\n1,2,3\n"), "3");
  assert.equal(await labelsOf("1,2,3\n4,5,6\n"), "3,6", "no header");
  assert.equal(await labelsOf("a,b,label\n1,2,3\n", "a"), "1");
  assert.equal(await labelsOf("a,b,label\n1,2,3\n", "2"), "2");
  assert.equal(await labelsOf("1,2,3\n4,5,6\n", "1"), "1,4");
  assert.equal(await labelsOf("x,2,label\n4,5,6\n", "2"), "5", "a name counts before a number");
});

test("a sample with a mistake in it does not pass for a header", async () => {
  for (const wrong of ["1e999", "nan", "NA", "much"]) {
    await assert.rejects(read("csv", `0.1,${wrong},x\n0.3,0.4,y\n`), /line 1, column 2/, wrong);
  }
});

test("a header is there when the features in the first record are words, or the label is called so", async () => {
  const labelsOf = async (text: string) => (await read("csv", text)).labels.join();
  assert.equal(await labelsOf("0.1,0.2,target\n0.3,0.4,other\n"), "target,other", "a class may be called target");
  assert.equal(await labelsOf("0,1,2,label\n7,8,9,x\n"), "x", "columns may be called by numbers");
  assert.equal(await labelsOf("label,1,2\nx,7,8\n"), "x");
  assert.equal(await labelsOf("height,1990,label\n7,8,x\n"), "x");
  assert.equal(await labelsOf("height,width,kind\n7,8,x\n"), "x");
});

test("texts are the column that is said to hold them, and others are not looked at", async () => {
  const { head, labels, items } = await read("csv", 'id,text,label\n7,"Hi, ""you""\r\nthere",ham\n8,  Öl ,spam\n', {
    textColumn: "text",
  });
  assert.deepEqual(head, { kind: "texts", shape: null });
  assert.deepEqual(labels, ["ham", "spam"]);
  assert.deepEqual(textsOf(items), ['Hi, "you"\r\nthere', "Öl"]);
});

test("texts have a header where a column is chosen by name, or the label is called so", async () => {
  const read2 = async (text: string) => textsOf((await read("csv", text, { textColumn: "2", labelColumn: "1" })).items);
  assert.deepEqual(await read2("label,text\nspam,win\n"), ["win"]);
  assert.deepEqual(await read2("spam,win\nham,hello\n"), ["win", "hello"]);
});

test("what programs write besides is read: a byte order mark, other line ends, empty lines, spaces, gzip, no last line end", async () => {
  const expected = await read("csv", IRIS);
  const others = {
    "byte order mark": `\ufeff${IRIS}`,
    "CR LF": IRIS.replaceAll("\n", "\r\n"),
    CR: IRIS.replaceAll("\n", "\r"),
    "empty lines": `\n\r\n${IRIS.replaceAll("\n", "\n\n")}  \n`,
    spaces: IRIS.replaceAll(",", " ,\t"),
    quotes: '"sepal","petal","label"\n"5.1","3.5","setosa"\n"-7",".5e1","virginica"',
    "no last line end": IRIS.trimEnd(),
    "white cells": IRIS.replaceAll("\n", " \n"),
    gzip: gzipSync(IRIS),
  };
  for (const [name, text] of Object.entries(others)) assert.deepEqual(await read("csv", text), expected, name);
});

test("features may be the pixels of an image", async () => {
  const { head } = await read("csv", "1,2,3,4,a\n", { shape: [2, 2, 1] });
  assert.deepEqual(head, { kind: "features", shape: [2, 2, 1] });
});

test("a mistake is told with its line and column", async () => {
  const told = async (text: string, how = {}) => (await refusal("csv", text, how)).message;
  assert.equal(await told("a,petal,label\n1,2,x\n\n1,n/a,x\n"), 'line 4, column "petal": "n/a" is no number');
  assert.equal(await told("1,2,x\n1,n/a,x\n"), 'line 2, column 2: "n/a" is no number');
  assert.equal(await told("1,nan,x\n1,2,x\n"), 'line 1, column 2: "nan" is no number');
  assert.equal(await told("1,2,x\n1,-inf,x\n"), 'line 2, column 2: "-inf" is no number');
  assert.equal(await told("1,2,x\n1,0x10,x\n"), 'line 2, column 2: "0x10" is no number');
  assert.equal(await told("1,2,x\n1,,x\n"), "line 2, column 2: is empty, not a number");
  assert.equal(await told("1,2,x\n1,1e39,x\n"), 'line 2, column 2: "1e39" is beyond float32 (±3.4028234663852886e+38)');
  assert.equal(
    await told("1,2,x\n1,1e999,x\n"),
    'line 2, column 2: "1e999" is beyond float32 (±3.4028234663852886e+38)',
  );
  assert.equal(await told("1,2,x\n1,2,\n"), "line 2, column 3: the label is empty");
  assert.equal(
    await told('1,2,"a\u0007b"\n'),
    'line 1, column 3: the label "a\\u0007b" is blank or has control characters',
  );
  assert.match(
    await told(`1,2,${"ä".repeat(257)}\n`),
    /^line 1, column 3: the label "ä{60}…" has more than 256 characters$/,
  );
  assert.equal(await told("1,2,x\n1,2,3,x\n"), "line 2: has 4 columns, line 1 has 3");
  assert.equal(await told("1,2,x\n1,x\n"), "line 2: has 2 columns, line 1 has 3");
  assert.equal(await told('"a\nb",c,label\n1,"2,x\n1,2,x\n'), "line 3: a quotation mark is opened and never closed");
  assert.equal(await told('1,2,x\n1,"2"3,x\n'), "line 2: a quotation mark inside a quoted cell is not doubled");
  assert.equal(await told('1,2,x\n1,2"3,x\n'), "line 2: a cell with a quotation mark in it is not quoted");
  assert.equal(
    await told(`1,2,x\n1,"${"2".repeat(5_000_000)}`),
    "line 2: is over 4194304 bytes; is a quotation mark never closed?",
  );
  assert.equal(
    await told("1;2;x\n"),
    "line 1: has one column, a sample has a label and at least one more; columns are parted by commas",
  );
  assert.equal(
    await told(",a,label\n0,1,x\n"),
    "line 1: column 1 has no name (row numbers? pandas leaves them out with index=False)",
  );
  assert.equal(await told("a,,label\n0,1,x\n"), "line 1: column 2 has no name");
  assert.equal(await told("text,label\n,x\n", { textColumn: "text" }), 'line 2, column "text": the text is empty');
  assert.equal(
    await told(`text,label\n${"a".repeat(8001)},x\n`, { textColumn: "text" }),
    'line 2, column "text": the text has more than 8000 characters',
  );
  assert.equal(await told(""), "The file has no samples.");
  assert.equal(await told("a,b,label\n"), "The file has no samples.");
  assert.equal(await told(`${"1,".repeat(65_537)}x\n`), "line 1: has 65538 columns, at most 65537 are allowed");
});

test("bytes that are no UTF-8 are told with their line, wherever they are cut", async () => {
  const text = Buffer.concat([Buffer.from("1,2,ä\n1,2,ö\n1,2,"), Buffer.from([0xe4]), Buffer.from("\n1,2,x\n")]);
  for (const pieceBytes of [1, 2, 3, 7, 14, 100]) {
    assert.equal((await refusal("csv", text, { pieceBytes })).message, "line 3: is not UTF-8 text", `${pieceBytes}`);
  }
  assert.equal(
    (await refusal("csv", Buffer.from("1,2,x\n1,2,ä").subarray(0, -1))).message,
    "line 2: is not UTF-8 text",
  );
});

test("several mistakes are told at once, ten at most", async () => {
  const one = await refusal("csv", "a/b,label\n1,x\nq,x\n1,x\n");
  assert.deepEqual(one, {
    code: "dataset-invalid",
    message: 'line 3, column "a/b": "q" is no number',
    pointers: ["#/line/3/a~1b"],
    details: ['line 3, column "a/b": "q" is no number'],
  });
  const two = await refusal("csv", "a,label\nq,x\n1,x\n1,\n");
  assert.equal(two.message, 'line 2, column "a": "q" is no number (errors names 1 more)');
  assert.deepEqual(two.pointers, ["#/line/2/a", "#/line/4/label"]);
  const many = await refusal("csv", `a,label\n${"q,x\n".repeat(20)}`);
  assert.deepEqual(many.pointers.at(-1), "#/line/11/a");
  assert.equal(many.pointers.length, 10);
  const before = await refusal("csv", '1,x\nq,x\n1,"x');
  assert.deepEqual(before.pointers, ["#/line/2/1", "#/line/3"], "those before what ends the reading as well");
});

test("options that name no column are refused", async () => {
  const told = async (how: object) => {
    const { code, message } = await refusal("csv", "a,a,b,label\n1,2,3,x\n", how);
    return `${code}: ${message}`;
  };
  assert.equal(
    await told({ labelColumn: "species" }),
    'validation: ?labelColumn "species" is no column; there are "a", "a", "b", "label"',
  );
  assert.equal(await told({ labelColumn: "5" }), "validation: ?labelColumn is 5, the file has 4 columns");
  assert.equal(await told({ labelColumn: "a" }), 'validation: ?labelColumn "a" names several columns');
  assert.equal(await told({ textColumn: "label" }), "validation: ?textColumn is the column of the labels");
  assert.equal(await told({ shape: [2, 2, 1] }), "validation: ?shape 2x2x1 are 4 numbers, a sample has 3");
  assert.equal(
    await told({ textColumn: "b", shape: [1, 1, 1] }),
    "validation: ?shape goes with features, the file has texts",
  );
});

test("more classes than a dataset may have are refused, so that numbers are not taken for classes", async () => {
  const text = Array.from({ length: 10_003 }, (_, row) => `1,${row}.5\n`).join("");
  const { code, details } = await refusal("csv", text);
  assert.equal(code, "dataset-invalid");
  assert.equal(details.length, 3);
  assert.equal(details[0], 'line 10001, column 2: the label "10000.5" is another class, a dataset has 10000 at most');
});

test("a packed file that unpacks to more than it may is refused", async () => {
  const { code, message } = await refusal("csv", gzipSync(IRIS), { maxBytes: 15 });
  assert.deepEqual(
    [code, message],
    ["body-too-large", "The dataset takes more than 15 bytes (ENGRAM_MAX_DATASET_MB)."],
  );
  const bomb = gzipSync("\n".repeat(3_000_000));
  assert.equal((await refusal("csv", bomb, { maxBytes: 2_000_000 })).code, "body-too-large");
});

test("a packed file that is cut off or damaged is told", async () => {
  const packed = gzipSync(IRIS);
  const told = async (file: Uint8Array) => (await refusal("csv", file)).message;
  assert.equal(await told(packed.subarray(0, -10)), "The file is packed by gzip, and damaged: unexpected end of file.");
  const damaged = Buffer.from(packed);
  damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 1;
  assert.equal(await told(damaged), "The file is packed by gzip, and damaged: incorrect data check.");
});

const number = fc.float({ noNaN: true, noDefaultInfinity: true });
const label = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((text) => /\S/.test(text) && !/[\p{Cc}\p{Cs}]/u.test(text) && !text.startsWith("\ufeff"));
const table = fc
  .integer({ min: 1, max: 6 })
  .chain((cols) =>
    fc.array(fc.tuple(fc.array(number, { minLength: cols, maxLength: cols }), label), { minLength: 1, maxLength: 20 }),
  );
const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

test("any table that is written as CSV is read as it was, however it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom("\n", "\r\n"),
      fc.integer({ min: 1, max: 40 }),
      async (rows, end, pieceBytes) => {
        const lines = rows.map(
          ([numbers, name]) => `${numbers.map((n) => (Object.is(n, -0) ? "-0" : n)).join()},${cell(name)}`,
        );
        const names = rows[0]?.[0].map((_, index) => `f${index}`).join();
        const { labels, items } = await read("csv", [`${names},label`, ...lines].join(end), { pieceBytes });
        assert.deepEqual(
          labels,
          rows.map(([, name]) => name),
        );
        assert.deepEqual(
          items.map(numbersOf),
          rows.map(([numbers]) => numbers),
        );
      },
    ),
  );
});

test("a mistake is told the same however the file is cut", async () => {
  const lines = fc.array(fc.constantFrom('1,"a\r\nb",x', '2,"a\nb",x', "", "3,c,x", '4,"q""q",x'), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.integer({ min: 1, max: 9 }),
      async (before, end, pieceBytes) => {
        const text = ["id,text,label", ...before, "9,z,"].join(end);
        const line = text.split(/\r\n|\r|\n/).length;
        const { message } = await refusal("csv", text, { pieceBytes, textColumn: "text" });
        assert.equal(message, `line ${line}, column "label": the label is empty`);
      },
    ),
  );
});
