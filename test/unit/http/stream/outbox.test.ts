// Laws of what waits: nothing goes silently, order is kept, and there is a limit.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Outbox, type Outgoing } from "../../../../src/http/stream/outbox.ts";
import { Ring } from "../../../../src/http/stream/ring.ts";
import { learned, modeChanged } from "./support.ts";

const LIMIT = 5;

/** What is offered (an event or a lesson of one of three brains), or that one message may go. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant("learned" as const), brain: fc.constantFrom("a", "b", "c") }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("event" as const), brain: fc.constantFrom("a", "b", "c") }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("send" as const), brain: fc.constant("") }) },
);

function play(steps: readonly { readonly does: "learned" | "event" | "send"; readonly brain: string }[]) {
  const ring = new Ring({ messages: 10_000, bytes: 1e9 });
  let droppedTold = 0;
  const outbox = new Outbox(LIMIT, (count) => {
    droppedTold += count;
  });
  const sent: Outgoing[] = [];
  const offered: { readonly streamSeq: number; readonly samples: number }[] = [];
  const send = () => {
    const outgoing = outbox.next();
    if (outgoing !== null) sent.push(outgoing);
  };
  for (const { does, brain } of steps) {
    if (does === "send") {
      send();
      continue;
    }
    const seq = ring.last + 1;
    const message = does === "learned" ? learned(brain, seq, 1 + (seq % 3)) : modeChanged(brain, seq);
    outbox.offer(ring.append(message));
    offered.push({ streamSeq: seq, samples: message.type === "learned" ? message.samples : 0 });
  }
  const waitingAtMost = sent.length + 2 * LIMIT + 1;
  while (!outbox.isEmpty) send();
  return { sent, offered, droppedTold, waitingAtMost };
}

test("sent, coalesced and dropped messages are all that were offered, and each once", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { sent, offered, droppedTold } = play(steps);
      let dropped = 0;
      let told = 0;
      for (const each of sent) {
        if (each.kind === "dropped") dropped += each.dropped.count;
        if (each.kind === "message") told += each.waiting.count;
      }
      assert.equal(told + dropped, offered.length);
      assert.equal(dropped, droppedTold);
    }),
  );
});

test("samples add up to those that were offered, where nothing was dropped", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { sent, offered, droppedTold } = play(steps);
      if (droppedTold > 0) return;
      const samples = sent.reduce((sum, each) => {
        const message = each.kind === "message" ? each.waiting.message : null;
        return message?.type === "learned" ? sum + message.samples : sum;
      }, 0);
      assert.equal(
        samples,
        offered.reduce((sum, each) => sum + each.samples, 0),
      );
    }),
  );
});

test("places ascend, and each brain's own messages stay in the order of seq", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let place = 0;
      const seqs = new Map<string, number>();
      for (const each of play(steps).sent) {
        if (each.kind !== "message") continue;
        const { first, through, message } = each.waiting;
        assert.ok(first > place && through >= first);
        place = first;
        assert.ok(message.seq > (seqs.get(message.brain) ?? 0), "seq");
        seqs.set(message.brain, message.seq);
      }
    }),
  );
});

test("what waits is limited, whatever comes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { sent, waitingAtMost } = play(steps);
      assert.ok(sent.length <= waitingAtMost);
    }),
  );
});

test("what is dropped is what waited longest, and the word of it comes first", () => {
  const { sent } = play(Array.from({ length: LIMIT + 2 }, () => ({ does: "event" as const, brain: "a" })));
  assert.deepEqual(sent[0], { kind: "dropped", dropped: { count: 2, from: 1, to: 2 } });
  assert.deepEqual(
    sent.slice(1).map((each) => each.kind === "message" && each.waiting.first),
    [3, 4, 5, 6, 7],
  );
});

test("a merged lesson has the sums, the means over samples, and the rest of the last", () => {
  const ring = new Ring({ messages: 10, bytes: 1e6 });
  const outbox = new Outbox(LIMIT, () => {});
  outbox.offer(ring.append(learned("a", 1, 3, 1, 2)));
  outbox.offer(ring.append(learned("a", 2, 1, 0)));
  const outgoing = outbox.next();
  assert.ok(outgoing?.kind === "message" && outgoing.waiting.message.type === "learned");
  const { first, through, count, message } = outgoing.waiting;
  assert.deepEqual([first, through, count], [1, 2, 2]);
  const { samples, accuracy, reward, recycled, heldOut, seq, memory } = message;
  assert.deepEqual([samples, accuracy, reward, recycled, heldOut, seq, memory.stored], [4, 0.75, 0.5, 2, 2, 2, 2]);
});

test("what is not wanted any more goes without a word, and the rest stays in order", () => {
  const ring = new Ring({ messages: 10, bytes: 1e6 });
  const outbox = new Outbox(LIMIT, () => assert.fail("nothing is dropped"));
  for (const brain of ["a", "b", "a", "b"]) outbox.offer(ring.append(modeChanged(brain, ring.last + 1)));
  outbox.retain(({ brain }) => brain === "b", false);
  const first = outbox.next();
  assert.ok(first?.kind === "message");
  assert.equal(first.waiting.first, 2);
  outbox.clear();
  assert.equal(outbox.next(), null);
});

test("the server's numbers wait in their place, and the latest stand for those before", () => {
  const ring = new Ring({ messages: 10, bytes: 1e6 });
  const outbox = new Outbox(LIMIT, () => {});
  const numbers = (streams: number) => ({
    ...{ type: "server" as const, time: "t", residentBrains: 0, streams, hosts: [] },
    ...{ learnedRowsPerSecond: 0, predictedRowsPerSecond: 0, eventLoopLagMs: 0 },
  });
  outbox.offer(ring.append(modeChanged("a", 1)));
  outbox.offerServer(numbers(1), ring.last);
  outbox.offer(ring.append(modeChanged("a", 2)));
  outbox.offerServer(numbers(2), ring.last);
  const [first, second, third, fourth] = [outbox.next(), outbox.next(), outbox.next(), outbox.next()];
  assert.ok(first?.kind === "message" && third?.kind === "message");
  assert.deepEqual(second, { kind: "server", message: { ...numbers(2), coalesced: 2 } });
  assert.equal(fourth, null);
});
