import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Header } from "tar";
import { TAR_END, TarError, tarEntries, tarHeader } from "../../../src/brains/tar.ts";
import { ByteSource, CutOff } from "../../../src/byte-source.ts";
import { tarOf } from "../../support/files.ts";

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size = 700): Promise<[string, Buffer][]> {
  const entries: [string, Buffer][] = [];
  for await (const entry of tarEntries(new ByteSource(pieces(bytes, size)))) {
    entries.push([entry.path, Buffer.from(await entry.take(entry.size))]);
  }
  return entries;
}

test("what is written is read, in pieces of any size", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,9}(\/[a-z0-9.-]{1,60})?$/), fc.uint8Array({ maxLength: 1500 }))),
      fc.integer({ min: 1, max: 2000 }),
      async (files, size) => {
        const expected = files.map(([path, content]) => [path, Buffer.from(content)]);
        assert.deepEqual(await read(tarOf(files), size), expected);
      },
    ),
  ));

test("bytes changed at random are read or refused, never anything else", () =>
  fc.assert(
    fc.asyncProperty(fc.nat(2047), fc.nat(255), fc.option(fc.nat(2048)), async (at, value, length) => {
      const bytes = tarOf([["a/b", Buffer.alloc(600, "x")]]);
      bytes[at] = value;
      await read(bytes.subarray(0, length ?? bytes.length)).catch((error: unknown) => {
        assert.ok(error instanceof TarError || error instanceof CutOff, String(error));
      });
    }),
    { numRuns: 1000 },
  ));

const headed = (type: "Directory" | "SymbolicLink" | "ExtendedHeader", size: number): Buffer => {
  const block = Buffer.alloc(512);
  new Header({ path: "odd", size, mode: 0o644, type, linkpath: "/etc/passwd" }).encode(block, 0);
  return block;
};

test("folders are passed over; links and long names are refused", async () => {
  const file = tarOf([["a", Buffer.from("1")]]);
  assert.deepEqual(await read(Buffer.concat([headed("Directory", 0), file])), [["a", Buffer.from("1")]]);
  for (const type of ["SymbolicLink", "ExtendedHeader"] as const) {
    await assert.rejects(read(Buffer.concat([headed(type, 0), file])), /no plain file/);
  }
});

test("zeros may follow the end, and nothing else; a name that does not fit is not written", async () => {
  const file = tarOf([["a", Buffer.from("1")]]);
  assert.equal((await read(Buffer.concat([file, Buffer.alloc(9_000)]))).length, 1);
  await assert.rejects(read(Buffer.concat([file, TAR_END, Buffer.of(1)])), /behind its end/);
  assert.throws(() => tarHeader("x".repeat(300), 1, new Date()), RangeError);
});
