// What a brain was taught here, since the page was opened: each lesson is one call, and the last one can be taken back by going back to the state
// before it. Nobody else's changes are taken back with it: the server is told which state this page knows, and refuses where there is a newer one.

import { useState } from "preact/hooks";
import { pathOf, send } from "../../api/client.ts";
import type { Brain, LearnAnswer, RestoreAnswer } from "../../api/types.ts";
import { tell, tellFailure } from "../../ui/toasts.tsx";

export type Lesson = {
  readonly picture: readonly number[];
  readonly label: string;
  /** What the brain had said; null for nothing. */
  readonly said: string | null;
  /** Whether the brain knew it before it was told, as the server judged. */
  readonly wasRight: boolean;
  /** Kept for measuring, and not learned. */
  readonly isHeldOut: boolean;
  /** The change that it was. */
  readonly seq: number;
};

export type Lessons = {
  /** Latest first. */
  readonly all: readonly Lesson[];
  readonly isBusy: boolean;
  /** @returns whether it was learned; why not is told */
  readonly teach: (picture: readonly number[], label: string, said: string | null) => Promise<boolean>;
  readonly undo: () => Promise<void>;
};

/** @param onChange the brain has changed */
export function useLessons({ id }: Brain, onChange: () => void): Lessons {
  const [all, setAll] = useState<readonly Lesson[]>([]);
  // The seq that this page's last change led to.
  const [lastSeq, setLastSeq] = useState(0);
  const [isBusy, setBusy] = useState(false);

  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      return true;
    } catch (error) {
      tellFailure(error);
      return false;
    } finally {
      setBusy(false);
      onChange();
    }
  };

  const teach = (picture: readonly number[], label: string, said: string | null) =>
    attempt(async () => {
      const body = { inputs: [picture], labels: [label] };
      const { seq, accuracy, heldOut } = await send<LearnAnswer>("POST", pathOf(id, "learn"), body);
      const lesson = { picture, label, said, wasRight: accuracy === 1, isHeldOut: heldOut > 0, seq };
      setAll((before) => [lesson, ...before]);
      setLastSeq(seq);
    });

  const undo = async (): Promise<void> => {
    const [last, ...rest] = all;
    if (last === undefined) return;
    await attempt(async () => {
      const body = { seq: last.seq - 1 };
      const headers = { "if-match": `"${lastSeq}"` };
      const { seq } = await send<RestoreAnswer>("POST", pathOf(id, "restore"), body, { headers });
      setAll(rest);
      setLastSeq(seq);
      tell(`Lesson undone: as it was after change ${last.seq - 1}. That is change ${seq}.`);
    });
  };

  return { all, isBusy, teach, undo };
}
