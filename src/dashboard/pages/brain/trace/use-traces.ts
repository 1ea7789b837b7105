// Traces of what is shown, asked for anew as it changes: not more often than every `LEAST_MS`, the latest wins, and what comes late is not heard.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { pathOf, send } from "../../../api/client.ts";
import type { Resource } from "../../../api/resource.ts";
import type { TraceAnswer } from "../../../api/types.ts";

/** An answer with the inputs that it is about: by then others may be shown. */
export type Traced = { readonly inputs: readonly (readonly number[])[]; readonly answer: TraceAnswer };

const LEAST_MS = 120;
const TOP_K = 10;

/** @param inputs the same array as long as they are the same; empty: nothing is asked */
export function useTraces(brain: string, inputs: readonly (readonly number[])[]): Resource<Traced> {
  const [state, setState] = useState<Omit<Resource<Traced>, "reload">>({ data: null, error: null, isLoading: false });
  const [attempt, setAttempt] = useState(0);
  const askedAt = useRef(0);
  // Another attempt asks again.
  useEffect(() => {
    if (inputs.length === 0) return setState({ data: null, error: null, isLoading: false });
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async (): Promise<void> => {
      askedAt.current = performance.now();
      try {
        const body = { inputs, topK: TOP_K, imaginations: true };
        const answer = await send<TraceAnswer>("POST", pathOf(brain, "trace"), body, { signal });
        if (!signal.aborted) setState({ data: { inputs, answer }, error: null, isLoading: false });
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        if (!signal.aborted) setState(({ data }) => ({ data, error, isLoading: false }));
      }
    };
    setState((before) => ({ ...before, isLoading: true }));
    const timer = setTimeout(ask, Math.max(0, askedAt.current + LEAST_MS - performance.now()));
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [brain, inputs, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  return { ...state, reload };
}
