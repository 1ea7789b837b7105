import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WireMessages } from "../../../src/store/wire-messages.ts";

/** A message as PostgreSQL's clients frame it; the first of a connection has no type. */
function frame(body: Uint8Array, type?: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([...(type === undefined ? [] : [Buffer.from([type])]), length, body]);
}

test("whole messages come out in order, wherever the stream was cut", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (all, cuts) => {
      const frames = all.map((body, i) => frame(body, i === 0 ? undefined : 0x51));
      const stream = Buffer.concat(frames);
      const messages = new WireMessages();
      const got: Buffer[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = cuts[i % cuts.length]!;
        messages.push(stream.subarray(at, at + size));
        at += size;
        for (let next = messages.next(); next !== null; next = messages.next()) got.push(next);
      }
      assert.deepEqual(got, frames);
    }),
  );
});
