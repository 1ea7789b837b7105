// The time, for what on the page depends on it.

import { useEffect, useState } from "preact/hooks";

/** @returns the time in ms, anew every `everyMs` while the page is in sight */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNowMs(Date.now());
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
