// What the gateway does with a policy's advice: once, behind the lesson, and not against anybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { type Mode, PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import type { ModeChanged } from "../../../src/brain/events.ts";
import type { ModeAdvice } from "../../../src/brain/measures/findings.ts";
import { initialShape } from "../../../src/brain/shape.ts";
import { ModeAdviser } from "../../../src/brains/mode-advice.ts";
import { EngramError } from "../../../src/errors.ts";
import type { Head } from "../../../src/store/event-log.ts";

const INTO: ModeAdvice = { mode: "panic", reason: "drift" };
const BACK: ModeAdvice = { mode: "plastic", reason: "recovered" };

/** A brain's gateway side, as far as the adviser sees it. */
function brainOf({ seq = 10, mode = "plastic" as Mode, modePolicy = "auto" as "auto" | "fixed" } = {}) {
  const shape = initialShape({ kind: "plastic", config: { ...PLASTIC_DEFAULTS, seed: 1, modePolicy } });
  const brain: { head: Head; made: ModeChanged[]; error: Error | null; hold: Promise<void> | null } = {
    head: { seq, step: 3, mode, labels: [], shape },
    made: [],
    error: null,
    hold: null,
  };
  const lines: { level: number; msg: string }[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const closing = new AbortController();
  const make = async (draft: (head: Head) => ModeChanged): Promise<void> => {
    await brain.hold;
    const event = draft(brain.head);
    if (brain.error !== null) throw brain.error;
    brain.head = { ...brain.head, seq: brain.head.seq + 1, mode: event.mode };
    adviser.noteEvent(event, brain.head.seq);
    brain.made.push(event);
  };
  const adviser = new ModeAdviser({ id: "pets" }, make, { logger, closing: closing.signal });
  const follow = async (advice: ModeAdvice | null, at = brain.head.seq) => {
    adviser.follow({ drift: null, advice }, at);
    await nextTurn();
  };
  return { brain, adviser, lines, closing, follow };
}

test("an advice becomes one event with its reason, and is told", async () => {
  const { brain, follow, lines } = brainOf();
  await follow(INTO);
  assert.deepEqual(brain.made, [{ type: "modeChanged", mode: "panic", reason: "drift" }]);
  await follow(INTO); // of a lesson that was on its way: the brain is there already
  await follow(BACK);
  assert.deepEqual(brain.made.slice(1), [{ type: "modeChanged", mode: "plastic", reason: "recovered" }]);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["mode changed by the policy", "mode changed by the policy"],
  );
});

test("drift is told whether or not anything follows from it", async () => {
  const { adviser, brain, lines } = brainOf({ modePolicy: "fixed" });
  const drift = { detector: "adwin", error: 0.5, before: 0.1, samples: 300 } as const;
  adviser.follow({ drift, advice: null }, 10);
  await nextTurn();
  assert.deepEqual(brain.made, []);
  const {
    level: _level,
    time: _time,
    pid: _pid,
    hostname: _hostname,
    ...line
  } = { ...lines[0] } as Record<string, unknown>;
  assert.deepEqual(line, { brain: "pets", seq: 10, ...drift, msg: "drift found" });
});

test("lessons that advise the same while it is on its way add nothing", async () => {
  const { brain, follow } = brainOf();
  let go = (): void => {};
  brain.hold = new Promise((resolve) => {
    go = resolve;
  });
  for (const seq of [10, 11, 12]) await follow(INTO, seq);
  go();
  await nextTurn();
  assert.equal(brain.made.length, 1);
});

test("what was done to the mode since, or to the policy, stands", async () => {
  const hands: readonly [string, (parts: ReturnType<typeof brainOf>) => void][] = [
    ["set to what it was", ({ adviser }) => adviser.noteEvent({ type: "modeChanged" }, 11)],
    ["tuned", ({ adviser }) => adviser.noteEvent({ type: "tuned" }, 11)],
    ["restored", ({ adviser }) => adviser.noteRestored(11)],
    ["closing", ({ closing }) => closing.abort()],
    [
      "inference",
      ({ brain }) => {
        brain.head = { ...brain.head, mode: "inference" };
      },
    ],
    [
      "fixed",
      ({ brain }) => {
        const { tuning } = brain.head.shape;
        brain.head = { ...brain.head, shape: { ...brain.head.shape, tuning: { ...tuning, modePolicy: "fixed" } } };
      },
    ],
  ];
  for (const [what, act] of hands) {
    const parts = brainOf();
    let go = (): void => {};
    parts.brain.hold = new Promise((resolve) => {
      go = resolve;
    });
    await parts.follow(INTO, 10);
    act(parts);
    go();
    await nextTurn();
    assert.deepEqual(parts.brain.made, [], what);
    assert.deepEqual(parts.lines, [], what);
  }
  const { brain, adviser, follow } = brainOf({ seq: 12 });
  adviser.noteEvent({ type: "tuned" }, 11);
  adviser.noteEvent({ type: "learned" }, 12);
  await follow(INTO, 12); // of a lesson after it
  assert.equal(brain.made.length, 1);
});

test("a failure is told once, and the next lesson tries again", async () => {
  const { brain, follow, lines } = brainOf();
  brain.error = new Error("host is away");
  for (let i = 0; i < 3; i++) await follow(INTO);
  assert.deepEqual(
    lines.map(({ level }) => pino.levels.labels[level]),
    ["warn", "debug", "debug"],
  );
  brain.error = null;
  await follow(INTO);
  assert.equal(brain.made.length, 1);
  brain.error = new EngramError("storage-full", "The disk is full.");
  await follow(BACK);
  assert.equal(pino.levels.labels[lines.at(-1)!.level], "debug"); // who watches the disk has told of it
});
