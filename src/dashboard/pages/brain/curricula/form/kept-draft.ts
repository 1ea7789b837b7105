// The curriculum that somebody is filling in, kept in this tab: another view, or a reload, loses nothing of it.

import type { PlanDraft } from "./draft.ts";

const placeOf = (brain: string): string => `engram.curriculum.${brain}`;

export function keptDraft(brain: string): PlanDraft | null {
  const text = sessionStorage.getItem(placeOf(brain));
  // Nobody but this file writes there.
  return text === null ? null : (JSON.parse(text) as PlanDraft);
}

/** @param draft null: there is none to be kept any more */
export function keepDraft(brain: string, draft: PlanDraft | null): void {
  if (draft === null) sessionStorage.removeItem(placeOf(brain));
  else sessionStorage.setItem(placeOf(brain), JSON.stringify(draft));
}
