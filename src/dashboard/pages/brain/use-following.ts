// Reads again what a view shows while its brain changes: soon after a change, never more often than a view can be read, and never while the reading
// before is still under way.

import { useEffect, useRef } from "preact/hooks";
import type { LiveStream } from "../../api/live-stream.ts";

type Readable = { readonly isLoading: boolean; readonly reload: () => void };

/**
 * @param brain its id
 * @param everyMs the least time between two readings
 */
export function useFollowing(live: LiveStream, brain: string, everyMs: number, resources: readonly Readable[]): void {
  const latest = useRef(resources);
  latest.current = resources;
  useEffect(() => {
    let isStale = false;
    const mark = (): void => {
      isStale = true;
    };
    const timer = setInterval(() => {
      if (!isStale || document.hidden || latest.current.some(({ isLoading }) => isLoading)) return;
      isStale = false;
      for (const { reload } of latest.current) reload();
    }, everyMs);
    const end = live.listen({ brains: [brain], topics: ["events"], maxPerSecond: 4 }, { onMessage: mark, onGap: mark });
    return () => {
      clearInterval(timer);
      end();
    };
  }, [live, brain, everyMs]);
}
