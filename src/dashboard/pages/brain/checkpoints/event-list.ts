// A brain's changes as they are listed: newest first, a stretch without gaps that grows at its old end when somebody asks, and moves along at its new
// end by itself.

import type { BrainEvent } from "../../../api/types.ts";

export type EventStretch = {
  readonly events: readonly BrainEvent[];
  /** How many were asked for: what is new pushes out what is oldest. */
  readonly asked: number;
  /** Whether the log has older ones. */
  readonly hasOlder: boolean;
};

/** @returns `before` with the newest page, or that page alone where changes between the two are unknown */
export function withNewest(before: EventStretch, page: readonly BrainEvent[], hasOlder: boolean): EventStretch {
  const oldest = page.at(-1);
  const newest = before.events[0];
  const isJoined = oldest !== undefined && newest !== undefined && oldest.seq <= newest.seq + 1;
  if (!isJoined) return { events: page, asked: page.length, hasOlder };
  const known = before.events.filter(({ seq }) => seq < oldest.seq);
  const all = [...page, ...known];
  const events = all.slice(0, Math.max(before.asked, page.length));
  return {
    events,
    asked: before.asked,
    hasOlder: events.length < all.length || (known.length === 0 ? hasOlder : before.hasOlder),
  };
}

/** @returns `before` with a page of older changes */
export function withOlder(before: EventStretch, page: readonly BrainEvent[], hasOlder: boolean): EventStretch {
  const oldest = before.events.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  const events = [...before.events, ...page.filter(({ seq }) => seq < oldest)];
  return { events, asked: events.length, hasOlder };
}
