// What is kept of the feed: the last messages, within bounds.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fifo } from "../../../../src/http/stream/fifo.ts";
import { type Entry, Ring } from "../../../../src/http/stream/ring.ts";
import { created, modeChanged } from "./support.ts";

test("numbers ascend by one, and what is asked for by number is found", () => {
  const ring = new Ring({ messages: 4, bytes: 1e6 });
  assert.deepEqual([ring.first, ring.last, ring.after(0)], [1, 0, undefined]);
  for (let seq = 1; seq <= 10; seq++) ring.append(modeChanged("a", seq));
  assert.deepEqual([ring.first, ring.last], [7, 10]);
  assert.equal(ring.after(0)?.streamSeq, 7);
  assert.equal(ring.after(8)?.streamSeq, 9);
  assert.equal(ring.after(10), undefined);
  assert.deepEqual(JSON.parse(String(ring.after(9)?.bytes)), { streamSeq: 10, ...modeChanged("a", 10) });
});

test("it stays within its bytes, and readers hear of all that goes, in order", () => {
  const bytes = 2000;
  const ring = new Ring({ messages: 1000, bytes });
  const gone: number[] = [];
  const reader = { evicted: ({ streamSeq }: Entry) => void gone.push(streamSeq) };
  ring.join(reader);
  for (let count = 0; count < 200; count++) ring.append(created(`brain-${"x".repeat(count)}`));
  let kept = 0;
  for (let at = ring.after(0); at !== undefined; at = ring.after(at.streamSeq)) kept += at.bytes.byteLength;
  assert.ok(kept > bytes / 2 && kept <= bytes, `${kept} bytes`);
  assert.deepEqual(
    gone,
    Array.from({ length: ring.first - 1 }, (_, index) => index + 1),
  );
  ring.leave(reader);
  ring.append(created(`brain-${"x".repeat(1500)}`));
  assert.equal(gone.length < ring.first - 1, true);
});

test("a message larger than all of the room is there until the next one comes", () => {
  const ring = new Ring({ messages: 10, bytes: 100 });
  ring.append(created("x".repeat(500)));
  assert.equal(ring.after(0)?.streamSeq, 1);
  ring.append(created("y"));
  assert.equal(ring.after(0)?.streamSeq, 2);
});

test("a queue gives what it was given, whatever is done to it", () => {
  const step = fc.oneof(fc.nat(9), fc.constant("shift" as const), fc.constant("retain" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 500 }), (steps) => {
      const fifo = new Fifo<number>();
      let model: number[] = [];
      for (const each of steps) {
        if (each === "shift") assert.equal(fifo.shift(), model.shift());
        else if (each === "retain") {
          const removed = fifo.retain((value) => value % 2 === 0);
          assert.deepEqual(
            removed,
            model.filter((value) => value % 2 === 1),
          );
          model = model.filter((value) => value % 2 === 0);
        } else {
          fifo.push(each);
          model.push(each);
        }
        assert.deepEqual([fifo.length, fifo.peek(), fifo.at(1)], [model.length, model[0], model[1]]);
      }
    }),
  );
});
