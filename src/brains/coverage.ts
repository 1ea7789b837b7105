// Which states of a brain can be had back. A base (a checkpoint, or the beginning, which the blueprint gives) reaches as far as events follow
// it without a gap and without one that replaced the state (`restored`, `merged`), which no replay crosses. Invariant: what is said to be kept, `bringBack` brings.

import { EngramError, invalid } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { HistoryStore, KeptHistory, Run } from "../store/history-store.ts";

/** The states from `from` through `to`. */
export type SeqRange = { readonly from: number; readonly to: number };

type Bases = Pick<KeptHistory, "isCreatedHere" | "first" | "replaced"> & {
  readonly checkpoints: readonly Pick<KeptHistory["checkpoints"][number], "seq">[];
};

/** @returns whether the brain can be created anew and brought through its log */
export const hasBeginning = ({ isCreatedHere, first }: Pick<KeptHistory, "isCreatedHere" | "first">): boolean =>
  isCreatedHere && first === 1;

/** The `seq` of the bases, ascending. */
const basesOf = (kept: Bases): readonly number[] => [
  ...(hasBeginning(kept) ? [0] : []),
  ...new Set(kept.checkpoints.map(({ seq }) => seq)),
];

/** @returns the states that can be had back, as ranges that do not touch, ascending */
export function coverage(kept: Bases & { readonly runs: readonly Run[] }): readonly SeqRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const base of basesOf(kept)) {
    const run = kept.runs.find(([first, last]) => first <= base + 1 && base + 1 <= last);
    const replaced = kept.replaced.find((seq) => seq > base) ?? Number.POSITIVE_INFINITY;
    const to = Math.min(run?.[1] ?? base, replaced - 1);
    const before = ranges.at(-1);
    if (before !== undefined && base <= before.to + 1) before.to = Math.max(before.to, to);
    else ranges.push({ from: base, to });
  }
  return ranges;
}

/**
 * What a replay to `seq` may begin from, newest first: checkpoints, then null for the beginning where that does. A log without gaps is
 * assumed.
 */
export function basesFor<C extends { readonly seq: number }>(
  seq: number,
  kept: Omit<Bases, "checkpoints"> & { readonly checkpoints: readonly C[] },
): readonly (C | null)[] {
  const replaced = kept.replaced.findLast((at) => at <= seq) ?? 0;
  const least = Math.max(replaced, kept.first - 1);
  const reaching = kept.checkpoints.filter((base) => base.seq === seq || (base.seq >= least && base.seq < seq));
  return [...reaching.reverse(), ...(hasBeginning(kept) && replaced === 0 ? [null] : [])];
}

/**
 * Refuses a state that cannot be had back.
 * @param seq a whole number from 0
 * @param pointer where the request has it
 * @throws EngramError `validation` when the brain was never in that state, `state-not-found` when it is not kept
 */
export async function refuseUnkept(
  { row, head }: { readonly row: Pick<BrainRow, "id" | "uid">; readonly head: { readonly seq: number } },
  seq: number,
  pointer: string,
  history: HistoryStore,
): Promise<void> {
  if (seq > head.seq) throw invalid(pointer, `is ${seq}; brain "${row.id}" is at ${head.seq}`);
  const kept = await history.kept(row.uid);
  const [base] = kept === null ? [] : basesFor(seq, kept);
  if (base !== undefined) {
    const from = base?.seq ?? 0;
    if ((await history.countEvents(row.uid, from, seq)) === seq - from) return;
  }
  const detail = `The state of seq ${seq} of brain "${row.id}" is not kept any more; GET /v1/brains/${row.id}/history lists what is.`;
  throw new EngramError("state-not-found", detail, [{ pointer, detail: "is not kept any more" }]);
}
