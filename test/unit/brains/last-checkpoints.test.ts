// The checkpoints of a shutdown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { settleAll } from "../../../src/brains/last-checkpoints.ts";
import type { Presence } from "../../../src/store/database-watch.ts";

type Line = { readonly count: number; readonly brains: string[]; readonly reasons: string[] };

async function run(
  settles: Record<string, (() => Promise<void>) | null>,
  ms: number,
  presence: Presence = { isUp: true },
) {
  const lines: Line[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const settled: string[] = [];
  const brains = Object.entries(settles).map(([id, settle]) => ({
    row: { id },
    isBehind: settle !== null,
    settle: async () => {
      await settle?.();
      settled.push(id);
    },
  }));
  const startedAt = performance.now();
  await settleAll(brains, ms, { database: { presence }, logger });
  return { settled, lines, tookMs: performance.now() - startedAt };
}

const never = (): Promise<void> => new Promise(() => {});

test("those that are behind are settled, the others left alone, and nothing is said when all went well", async () => {
  const { settled, lines } = await run({ a: () => sleep(5), b: null, c: () => sleep(1) }, Number.POSITIVE_INFINITY);
  assert.deepEqual([settled.sort(), lines], [["a", "c"], []]);
});

test("what hangs or fails does not keep the others from being settled, and is told in one line", async () => {
  const hung = Object.fromEntries([1, 2, 3, 4].map((index) => [`hung-${index}`, never]));
  const failing = async () => {
    throw new Error("disk is full");
  };
  const { settled, lines, tookMs } = await run({ ...hung, failing, late: () => sleep(1) }, 1500);
  assert.deepEqual(settled, ["late"]);
  assert.deepEqual(
    lines.map(({ count, reasons }) => ({ count, reasons })),
    [{ count: 5, reasons: ["there was no time for it", "disk is full"] }],
  );
  assert.ok(tookMs < 10_000);
});

test("nothing is tried while the database is away", async () => {
  const away = { isUp: false, reason: "gone", since: new Date() } as const;
  const { settled, lines } = await run({ a: () => sleep(1) }, 1000, away);
  assert.deepEqual(settled, []);
  assert.deepEqual(lines[0]?.reasons, ["the database is away"]);
});
