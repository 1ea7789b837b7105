// Whether a brain has changed since something was read of it.

import { useEffect, useState } from "preact/hooks";
import type { LiveStream } from "../../api/live-stream.ts";

const MAX_PER_SECOND = 2;

/** @param seq of the state that was read; null before */
export function useHasChanged(live: LiveStream, brain: string, seq: number | null): boolean {
  const [latest, setLatest] = useState(0);
  const [gaps, setGaps] = useState(0);
  const [readAt, setReadAt] = useState({ seq, gaps });
  useEffect(
    () =>
      live.listen(
        { brains: [brain], topics: ["events"], maxPerSecond: MAX_PER_SECOND },
        {
          onMessage: (message) => {
            if ("seq" in message && message.brain === brain) setLatest(message.seq);
          },
          // What was missed may have been a change.
          onGap: () => setGaps((count) => count + 1),
        },
      ),
    [live, brain],
  );
  useEffect(() => setReadAt({ seq, gaps }), [seq]);
  return seq !== null && (latest > seq || (readAt.seq === seq && gaps > readAt.gaps));
}
