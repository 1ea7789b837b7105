// Traces of what is shown, asked for anew as it changes: not more often than every `LEAST_MS`, the latest wins, and what comes late is not heard.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { pathOf, send } from "../../../api/client.ts";
import type { Resource } from "../../../api/resource.ts";
import type { TraceAnswer } from "../../../api/types.ts";

/** What is to be traced, as the API takes it. */
export type Asked =
  | { readonly inputs: readonly (readonly number[])[] }
  | { readonly images: readonly string[] }
  | { readonly texts: readonly string[] };

export type Traced = TraceAnswer;

const LEAST_MS = 120;
const TOP_K = 10;

/** @param asked the same object as long as it is the same; null: nothing is asked */
export function useTraces(brain: string, asked: Asked | null): Resource<Traced> {
  const [state, setState] = useState<Omit<Resource<Traced>, "reload">>({ data: null, error: null, isLoading: false });
  const [attempt, setAttempt] = useState(0);
  const askedAt = useRef(0);
  // Another attempt asks again.
  useEffect(() => {
    if (asked === null) return setState({ data: null, error: null, isLoading: false });
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async (): Promise<void> => {
      askedAt.current = performance.now();
      try {
        const body = { ...asked, topK: TOP_K, imaginations: true };
        const answer = await send<TraceAnswer>("POST", pathOf(brain, "trace"), body, { signal });
        if (!signal.aborted) setState({ data: answer, error: null, isLoading: false });
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
  }, [brain, asked, attempt]);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);
  return { ...state, reload };
}
