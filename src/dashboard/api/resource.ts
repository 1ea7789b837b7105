// Something that is read from the server for as long as a component shows it. What was read last stays while it is read anew, so that nothing jumps.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { CallFailed } from "./client.ts";

export type Resource<T> = {
  /** What was read last; null before. */
  readonly data: T | null;
  /** Why the latest attempt failed; null when it did not. */
  readonly error: CallFailed | Error | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
};

/**
 * @param key names what is read: another key drops what there is
 * @param load reads it; its signal is aborted when nobody waits any more
 */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: Error | null; isLoading: boolean }>({
    key,
    data: null,
    error: null,
    isLoading: true,
  });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  // Another attempt reads again.
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...(before.key === key ? before : { key, data: null, error: null }), isLoading: true }));
    latest.current(controller.signal).then(
      (data) => setState((now) => (controller.signal.aborted ? now : { key, data, error: null, isLoading: false })),
      (error: Error) => setState((now) => (controller.signal.aborted ? now : { ...now, key, error, isLoading: false })),
    );
    return () => controller.abort();
  }, [key, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  const isCurrent = state.key === key;
  return {
    data: isCurrent ? state.data : null,
    error: isCurrent ? state.error : null,
    isLoading: !isCurrent || state.isLoading,
    reload,
  };
}
