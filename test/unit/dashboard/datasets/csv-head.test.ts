import assert from "node:assert/strict";
import { test } from "node:test";
import { csvHeadOf } from "../../../../src/dashboard/pages/datasets/csv-head.ts";

test("the columns of a CSV file are those that its first line names", () => {
  assert.deepEqual(csvHeadOf("\uFEFFweight,label\r\n1,cat\r\n"), { columns: ["weight", "label"], hasHeader: true });
  assert.deepEqual(csvHeadOf('"weight, in kg";"the ""label"""\n1;2'), {
    columns: ["weight, in kg", 'the "label"'],
    hasHeader: true,
  });
  assert.deepEqual(csvHeadOf('"two\nlines",b\n'), { columns: ["two\nlines", "b"], hasHeader: true });
});

test("a first line of numbers names nothing: columns are counted", () => {
  assert.deepEqual(csvHeadOf("0.1\t0.2\t7\n"), { columns: ["1", "2", "3"], hasHeader: false });
});

test("nothing is made up of a line that has not ended, or has one column", () => {
  assert.equal(csvHeadOf("a,b,c"), null);
  assert.equal(csvHeadOf("alone\n1\n"), null);
  assert.equal(csvHeadOf(""), null);
});
