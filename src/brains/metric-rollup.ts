// Puts old numbers of all brains together to coarser ones, in the background, so that a history of years takes bounded room.
// Invariant: what is put together replaces its parts in one statement; a crash at any moment leaves the one or the other.

import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { blockOf, decodePoints } from "../metrics/blocks.ts";
import { type Point, rollUp } from "../metrics/points.ts";
import { TIERS, type Tier } from "../metrics/tiers.ts";
import type { BlockGroup, MetricBlocks } from "../store/metric-blocks.ts";

/**
 * Puts together what is due, and deletes what is too old altogether; the oldest first.
 * @param limit stored blocks that are enough for this time
 * @returns how many blocks went, at most `limit`; fewer when that was all
 */
export async function rollUpSome(store: MetricBlocks, limit: number, nowMs = Date.now()): Promise<number> {
  let went = 0;
  for (const [place, tier] of TIERS.entries()) {
    const before = new Date(nowMs - 1000 * tier.keepS);
    const next = TIERS[place + 1];
    for (let some = 1; some > 0 && went < limit; went += some) {
      some =
        next === undefined
          ? await store.deleteEnded(tier.stepS, before, limit)
          : await rollUpTier(store, tier, next, before, limit);
    }
  }
  return Math.min(went, limit);
}

async function rollUpTier(store: MetricBlocks, from: Tier, to: Tier, before: Date, limit: number): Promise<number> {
  let went = 0;
  for (const group of await store.dueGroups(from.stepS, to.spanS, before, limit)) {
    went += await rollUpGroup(store, group, to.stepS);
  }
  return went;
}

/** @returns how many blocks went; none when somebody else took them, or their brain is gone */
async function rollUpGroup(store: MetricBlocks, group: BlockGroup, stepS: number): Promise<number> {
  const parts = await store.group(group);
  const fine: Point[] = [];
  for (const { json } of parts) {
    fine.push(...decodePoints(json));
    await setImmediate(); // calls come first
  }
  const points = rollUp(fine, 1000 * stepS);
  if (points.length === 0) return 0;
  const block = blockOf({ id: randomUUID(), brainUid: group.brainUid, stepS }, points);
  return (await store.replace(parts, block)) ? parts.length : 0;
}
