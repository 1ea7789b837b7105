// What a brain says of a drawing, while it is drawn and whenever the brain has changed.

import { useEffect, useMemo, useState } from "preact/hooks";
import { pathOf, send } from "../../api/client.ts";
import type { Brain, PredictAnswer, Prediction } from "../../api/types.ts";
import { Latest } from "./latest.ts";

/** At most ten calls a second: nobody reads faster. */
const APART_MS = 100;
/** As many bars as there are digits. */
export const BARS = 10;

export type Verdict = { readonly prediction: Prediction | null; readonly error: unknown };

const NOTHING: Verdict = { prediction: null, error: null };

/**
 * @param picture what the brain sees; null while nothing is drawn
 * @param isConnected whether the server is there: what failed meanwhile is asked again once it is
 */
export function usePrediction(brain: Brain, picture: readonly number[] | null, isConnected: boolean): Verdict {
  const [verdict, setVerdict] = useState(NOTHING);
  const latest = useMemo(
    () =>
      new Latest<readonly number[], PredictAnswer>({
        ask: (input, signal) => send("POST", pathOf(brain.id, "predict"), { inputs: [input], topK: BARS }, { signal }),
        onAnswer: ({ predictions: [prediction] }) => setVerdict({ prediction: prediction ?? null, error: null }),
        onFailure: (error) => setVerdict((before) => ({ ...before, error })),
        apartMs: APART_MS,
      }),
    [brain.id],
  );
  useEffect(() => () => latest.drop(), [latest]);
  // A changed brain, or a server that is back, is asked again.
  useEffect(() => {
    if (picture !== null) return latest.want(picture);
    latest.drop();
    setVerdict(NOTHING);
  }, [latest, picture, brain.seq, isConnected]);
  return verdict;
}
