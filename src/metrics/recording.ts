// What of the feed goes into the history of a brain's numbers: the numbers themselves, and what people want to see marked beside them.

import type { Feed, FeedMessage } from "./feed.ts";
import type { Marker } from "./points.ts";
import type { Recorder } from "./recorder.ts";

/** `learned` comes too often to be marked; the others make no sense beside numbers. */
const UNMARKED = new Set<FeedMessage["type"]>(["created", "deleted", "learned", "measured", "curriculum"]);

/**
 * Records what happens, as long as there is a feed.
 * @param uidOf the uid of the brain that has this id now, null when nobody knows
 */
export function recordFeed(feed: Feed, recorder: Recorder, uidOf: (id: string) => string | null): void {
  feed.subscribe((message) => {
    const uid = uidOf(message.brain);
    if (uid === null) return;
    if (message.type === "measured") recorder.note(uid, message.seq, message.numbers);
    else if (!UNMARKED.has(message.type)) recorder.mark(uid, markerOf(message));
  });
}

function markerOf({ brain: _, step: _step, time, seq, type, ...details }: FeedMessage): Marker {
  return { timeMs: Date.parse(time), seq, type, details };
}
