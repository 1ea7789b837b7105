// `encoders …` as people type it, on a folder of the test.

import assert from "node:assert/strict";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ENCODERS_USAGE, runEncoders } from "../../../src/cli/encoders.ts";
import { MEANS, writeDefinition } from "../../support/tiny-encoder.ts";

let scratch: string;
let folder: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "engram-cli-"));
  folder = join(scratch, "encoders");
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function typed(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runEncoders(
    args,
    folder,
    (text) => out.push(text),
    (text) => err.push(text),
  );
  return { code, out: out.join(""), err: err.join("") };
}

test("an encoder is added, listed, checked and removed", async () => {
  assert.deepEqual(await typed("list"), { code: 0, out: `No encoder in ${folder}.\n`, err: "" });
  const added = await typed("add", await writeDefinition(join(scratch, "source")));
  assert.match(added.out, /^Added means: images to 3 features, digest [0-9a-f]{64}\n$/);
  assert.deepEqual([added.code, added.err], [0, ""]);
  assert.equal((await typed("list")).out, added.out.replace("Added ", ""));
  assert.deepEqual(await typed("check"), { code: 0, out: "means: works\n", err: "" });
  assert.deepEqual(await typed("check", "means"), { code: 0, out: "means: works\n", err: "" });
  assert.deepEqual(await typed("remove", "means"), { code: 0, out: "Removed means.\n", err: "" });
  assert.equal((await typed("list")).out, `No encoder in ${folder}.\n`);
});

test("what does not work is said on standard error, with exit code 1", async () => {
  const path = await writeDefinition(join(scratch, "source"));
  await typed("add", path);
  const again = await typed("add", path);
  assert.deepEqual([again.code, again.out], [1, ""]);
  assert.match(again.err, /--replace/);
  assert.equal((await typed("add", path, "--replace")).code, 0);
  for (const [args, why] of [
    [["remove", "other"], /no encoder "other"/],
    [["check", "other"], /no encoder "other"/],
    [["add", join(scratch, "none.json")], /cannot be read/],
    [["add", path, "--replace", "--from", join(scratch, "nowhere")], /cannot be read/],
  ] as const) {
    const { code, out, err } = await typed(...args);
    assert.deepEqual([code, out], [1, ""], args.join(" "));
    assert.match(err, why);
  }
});

test("an encoder whose files have changed fails its check, and is still listed; one that says nothing is listed with what is wrong", async () => {
  await typed("add", await writeDefinition(join(scratch, "source")));
  await writeFile(join(folder, "means", "means.onnx"), "something else");
  const checked = await typed("check");
  assert.deepEqual([checked.code, checked.out], [1, ""]);
  assert.match(checked.err, /SHA-256/);
  assert.match((await typed("list")).out, /^means: images to 3/);
  await writeFile(join(folder, "means", "encoder.json"), JSON.stringify({ ...MEANS, name: "other" }));
  const { code, out } = await typed("list");
  assert.equal(code, 0);
  assert.match(out, /means.*its name is other/);
});

test("what is no command is refused with exit code 2", async () => {
  for (const args of [
    [],
    ["sing"],
    ["add"],
    ["add", "a", "b"],
    ["remove"],
    ["list", "a"],
    ["check", "a", "b"],
    ["list", "--all"],
  ]) {
    const { code, out, err } = await typed(...args);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.notEqual(err, "");
  }
  assert.deepEqual(await typed("--help"), { code: 0, out: ENCODERS_USAGE, err: "" });
});

test("a name that is a path removes nothing outside of the folder", async () => {
  const source = join(scratch, "source");
  await writeDefinition(source, { ...MEANS, name: "source" });
  await typed("add", await writeDefinition(join(scratch, "other")));
  await writeFile(join(source, "encoder.json"), JSON.stringify({ ...MEANS, name: "source" }));
  const { code } = await typed("remove", "../source");
  assert.equal(code, 1);
  await access(join(source, "encoder.json"));
});
