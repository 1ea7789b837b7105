// What a button does: once at a time, and told in a notice.

import { useCallback, useState } from "preact/hooks";
import { tell, tellFailure } from "./toasts.tsx";

export type Action = {
  readonly isBusy: boolean;
  /** @param work does it, and says what it did; null: nothing to say */
  readonly run: (work: () => Promise<string | null>) => Promise<void>;
};

export function useAction(): Action {
  const [isBusy, setIsBusy] = useState(false);
  const run = useCallback(async (work: () => Promise<string | null>) => {
    setIsBusy(true);
    try {
      const done = await work();
      if (done !== null) tell(done);
    } catch (error) {
      tellFailure(error);
    }
    setIsBusy(false);
  }, []);
  return { isBusy, run };
}
