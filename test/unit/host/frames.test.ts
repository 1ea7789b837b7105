import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { encodeFrame, FrameReader, FrameWriter } from "../../../src/host/frames.ts";

const frames = fc.array(fc.tuple(fc.dictionary(fc.string(), fc.jsonValue()), fc.uint8Array({ maxLength: 300 })), {
  maxLength: 8,
});

test("frames come out as they went in, however the stream is chopped", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, sizes) => {
      const stream = Buffer.concat(sent.flatMap(([header, body]) => encodeFrame(header, body)));
      const reader = new FrameReader();
      const received = [];
      for (let offset = 0, i = 0; offset < stream.length; i++) {
        const size = sizes[i % sizes.length]!;
        received.push(...reader.push(stream.subarray(offset, offset + size)));
        offset += size;
      }
      assert.equal(received.length, sent.length);
      for (const [i, frame] of received.entries()) {
        assert.deepEqual(frame.header, JSON.parse(JSON.stringify(sent[i]![0])));
        assert.deepEqual([...frame.body], [...sent[i]![1]]);
      }
    }),
  );
});

test("a frame's body stands at the start of its own buffer, so that float32 views are aligned", () => {
  const [frame] = new FrameReader().push(Buffer.concat(encodeFrame({ odd: "length" }, new Uint8Array(8))));
  assert.equal(frame?.body.byteOffset, 0);
  assert.equal(frame?.body.buffer.byteLength, 8);
});

test("frames that are written in one turn of the event loop go out together, in order", async () => {
  const writes: Buffer[] = [];
  const stream = new Writable({
    writev(chunks, done) {
      writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk)));
      done();
    },
  });
  const writer = new FrameWriter(stream);
  const turns = [[1, 2, 3], [4], [5, 6]];
  for (const turn of turns) {
    for (const id of turn) {
      writer.write({ id }, new Uint8Array(id));
      await Promise.resolve(); // still the same turn
    }
    await nextTurn();
    await nextTurn();
  }
  const reader = new FrameReader();
  const received = writes.map((bytes) => reader.push(bytes));
  assert.deepEqual(
    received.map((frames) => frames.map(({ header, body }) => [header, body.length])),
    turns.map((turn) => turn.map((id) => [{ id }, id])),
  );
});

test("an absurd length is refused instead of waited for", () => {
  const prefix = Buffer.alloc(8, 0xff);
  assert.throws(() => new FrameReader().push(prefix), /length/);
});
