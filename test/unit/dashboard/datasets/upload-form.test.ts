import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Chosen,
  chosenOf,
  EMPTY_UPLOAD,
  type FileLike,
  FORMAT_NAMES,
  filesOf,
  formatOf,
  idOf,
  queryOf,
} from "../../../../src/dashboard/pages/datasets/upload-form.ts";

const { components } = JSON.parse(readFileSync(new URL("../../../../openapi/openapi.json", import.meta.url), "utf8"));
const idPattern = new RegExp(components.schemas.BrainId.pattern);

const file = (name: string): FileLike => ({ name, size: 1 });
const chosen = (names: readonly string[], before: Chosen<FileLike> | null = null): Chosen<FileLike> => {
  const result = chosenOf(names.map(file), before);
  if ("error" in result) throw new Error(result.error);
  return result;
};

test("a file's name tells its format", () => {
  const names = [
    "Pets.CSV",
    "a.jsonl",
    "a.ndjson",
    "f.safetensors",
    "train-images-idx3-ubyte.gz",
    "photos.zip",
    "x.txt",
  ];
  assert.deepEqual(names.map(formatOf), ["csv", "jsonl", "jsonl", "safetensors", "idx", "zip", null]);
});

test("the id that a name proposes is one that the API takes, whatever the name", () => {
  assert.equal(idOf("My Pets (2024).csv"), "my-pets-2024");
  assert.equal(idOf("Fotos für Überall.zip"), "fotos-fur-uberall");
  assert.equal(idOf("fashion-images-idx3-ubyte.gz"), "fashion");
  assert.equal(idOf("t10k-images.idx3-ubyte"), "t10k");
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.constantFrom(".csv", ".jsonl", ".zip", ""),
      (name, end) => {
        const id = idOf(name + end);
        assert.ok(id === "" || idPattern.test(id), id);
      },
    ),
  );
});

test("IDX files come in twos, together or one after the other, and their names tell which is which", () => {
  const [images, labels] = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"];
  const both = { format: "idx", samples: file(images), labels: file(labels) };
  assert.deepEqual(chosen([labels, images]), both);
  const one = chosen([labels]);
  assert.deepEqual(filesOf(one), [file(labels)]);
  assert.deepEqual(chosen([images], one), both);
});

test("files that make no dataset together are refused with a reason", () => {
  const refusal = (names: readonly string[]): string => {
    const result = chosenOf(names.map(file), null);
    return "error" in result ? result.error : "";
  };
  assert.match(refusal(["a.csv", "b.csv"]), /One file at a time/);
  assert.match(refusal(["a-idx3-ubyte", "b-idx3-ubyte"]), /two files/);
  assert.match(refusal([]), /no file/);
});

test("what is empty, or means nothing to the format, is not sent", () => {
  const draft = { id: "a", name: " Pets ", labelColumn: "kind", textColumn: "", shape: " 28 × 28 x 1" };
  const nothing = { name: undefined, labelColumn: undefined, textColumn: undefined, shape: undefined };
  assert.deepEqual(queryOf(EMPTY_UPLOAD, "csv"), nothing);
  assert.deepEqual(queryOf(draft, "csv"), { ...nothing, name: "Pets", labelColumn: "kind", shape: "28x28x1" });
  assert.deepEqual(queryOf(draft, "safetensors"), { ...nothing, name: "Pets", shape: "28x28x1" });
  assert.deepEqual(queryOf(draft, "zip"), { ...nothing, name: "Pets" });
  const texts = queryOf({ ...draft, textColumn: "text" }, "csv");
  assert.deepEqual([texts.textColumn, texts.shape], ["text", undefined]);
  assert.equal(FORMAT_NAMES.length, 5);
});
