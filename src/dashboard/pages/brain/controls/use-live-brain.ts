// How far a brain has come, as it happens; and, while it is taught, what else is told of it is read anew now and then: lessons may bring classes,
// which no message names.

import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveStream } from "../../../api/live-stream.ts";
import type { Brain } from "../../../api/types.ts";

/** How far a brain has come. */
export type Stamp = { readonly seq: number; readonly step: number };

const REREAD_MS = 3_000;

export function useLiveBrain(brain: Brain, live: LiveStream, onChange: () => void): Stamp {
  const { id } = brain;
  const [told, setTold] = useState<Stamp>(brain);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reread = (): void => {
      timer = undefined;
      latest.current();
    };
    const end = live.listen(
      { brains: [id], topics: ["events"], maxPerSecond: 10 },
      {
        onMessage: (message) => {
          if (!("brain" in message)) return;
          setTold({ seq: message.seq, step: message.step });
          if (message.type === "learned") timer ??= setTimeout(reread, REREAD_MS);
        },
        onGap: () => {},
      },
    );
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [id, live]);
  return told.seq > brain.seq ? told : brain;
}
