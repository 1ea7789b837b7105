// What of the log is listed, and how more of it is read. One reading at a time: a later wish takes the place of an earlier one.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get, pathOf } from "../../../api/client.ts";
import type { BrainEvent, EventList } from "../../../api/types.ts";
import { type EventStretch, withNewest, withOlder } from "./event-list.ts";

const PAGE = 50;

export type Stretch = {
  readonly stretch: EventStretch | null;
  readonly error: Error | null;
  readonly isLoading: boolean;
  /** Reads what is new. */
  readonly reload: () => void;
  readonly readOlder: () => void;
};

const NOTHING_READ = { stretch: null, error: null, isLoading: true };

/** @param kind lists changes of this kind alone; null: all */
export function useStretch(brain: string, kind: BrainEvent["type"] | null): Stretch {
  const [state, setState] = useState<Pick<Stretch, "stretch" | "error" | "isLoading">>(NOTHING_READ);
  const known = useRef<EventStretch | null>(null);
  const controller = useRef(new AbortController());
  const read = useCallback(
    async (isOlder: boolean): Promise<void> => {
      controller.current.abort();
      const own = new AbortController();
      controller.current = own;
      const oldest = known.current?.events.at(-1);
      const older = isOlder && oldest !== undefined ? { before: oldest.seq } : {};
      setState((before) => ({ ...before, isLoading: true }));
      try {
        const query = { limit: PAGE, ...older, ...(kind === null ? {} : { type: kind }) };
        const page = await get<EventList>(pathOf(brain, "events"), { query, signal: own.signal });
        const join = isOlder ? withOlder : withNewest;
        const before = known.current ?? { events: [], asked: PAGE, hasOlder: false };
        known.current = join(before, page.events, page.nextCursor !== null);
        setState({ stretch: known.current, error: null, isLoading: false });
      } catch (error) {
        // What `get` throws is an Error, as all that the platform throws.
        if (!own.signal.aborted) setState({ stretch: known.current, error: error as Error, isLoading: false });
      }
    },
    [brain, kind],
  );
  useEffect(() => {
    known.current = null;
    setState(NOTHING_READ);
    void read(false);
    return () => controller.current.abort();
  }, [read]);
  const reload = useCallback(() => void read(false), [read]);
  const readOlder = useCallback(() => void read(true), [read]);
  return { ...state, reload, readOlder };
}
