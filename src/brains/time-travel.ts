// Going back to a state of the past, branching off from it, and holding two of them against each other. The state is brought back beside
// the live brain (visit.ts), which serves its callers meanwhile. Invariant: only the events `restored` and the new brain of a fork remain.

import { blueprintOf } from "../brain/config.ts";
import { EngramError } from "../errors.ts";
import { evaluate } from "../metrics/evaluation.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { HistoryStore } from "../store/history-store.ts";
import type { Matrix } from "../tensor/matrix.ts";
import { type AdoptionParts, adopt, CHUNK_BYTES, keep } from "./adoption.ts";
import type { CompareAnswer, CompareRequest, EvaluateRequest, ForkBrain, RestoreAnswer } from "./api.ts";
import { infoOf } from "./brain-info.ts";
import { checkLabels, checkScores } from "./checks.ts";
import { refuseUnkept } from "./coverage.ts";
import { encoded } from "./features.ts";
import { generateId } from "./ids.ts";
import type { LiveBrain } from "./live-brain.ts";
import type { Place } from "./place.ts";
import { refuseMismatch, type Terms } from "./terms.ts";
import type { Visits } from "./visit.ts";
import type { Conditions } from "./writer.ts";

export type TravelParts = AdoptionParts & { readonly visits: Visits; readonly history: HistoryStore };

/** Automatic checkpoints come and go: how often one that was there a moment ago may be gone when it is wanted. */
const ATTEMPTS = 3;

/**
 * Puts the brain into the state that it had after event `seq`, as one more event.
 * @throws EngramError `validation` for a `seq` that is still to come, `state-not-found` for one that is not kept any more
 */
export function restoreTo(brain: LiveBrain, seq: number, parts: TravelParts, terms: Terms): Promise<RestoreAnswer> {
  return brain.answerOnce(terms, async (conditions) => {
    refuseMismatch(brain.row.id, brain.head, conditions.ifMatch); // before work that would be for nothing
    await refuseUnkept(brain, seq, "#/seq", parts.history);
    for (let attempt = 1; ; attempt++) {
      const checkpoint = await checkpointAt(brain.row, seq, parts);
      try {
        return await brain.restoreAdmitted(checkpoint, conditions);
      } catch (error) {
        const isGone = error instanceof EngramError && error.code === "checkpoint-not-found";
        if (!isGone || attempt === ATTEMPTS) throw error;
      }
    }
  });
}

/**
 * Puts the brain into the state that the checkpoint keeps, as one more event.
 * @throws EngramError `checkpoint-not-found`; `checkpoint-damaged` before anything has changed
 */
export function restore(
  brain: LiveBrain,
  id: string,
  { checkpoints }: TravelParts,
  terms: Terms,
): Promise<RestoreAnswer> {
  return brain.answerOnce(terms, async (conditions) => {
    const checkpoint = await brain.checkpoints.find(id);
    if (!(await checkpoints.isSound(checkpoint))) {
      throw new EngramError("checkpoint-damaged", `Checkpoint "${id}" of brain "${brain.row.id}" is damaged.`);
    }
    return brain.restoreAdmitted(id, conditions);
  });
}

/** @returns the id of a sound checkpoint of the state after `seq`, made for the purpose where there is none */
async function checkpointAt(row: BrainRow, seq: number, { visits, checkpoints }: TravelParts): Promise<string> {
  const there = await checkpoints.latest(row.uid, seq);
  if (there?.seq === seq && (await checkpoints.isSound(there))) return there.id;
  const made = await visits.at(row, seq, (place) =>
    place.snapshot(CHUNK_BYTES, (snapshot) =>
      keep(snapshot, row.uid, { name: null, reason: "automatic" }, checkpoints),
    ),
  );
  return made.id;
}

/**
 * Makes a brain that begins with the state that this one had after `seq`, now when left out.
 * @throws EngramError `seq-mismatch`, `brain-exists`, and as `restoreTo`
 */
export async function fork(
  brain: LiveBrain,
  request: ForkBrain,
  parts: TravelParts,
  { ifMatch, claim }: Conditions,
): Promise<BrainRow> {
  const { row, head } = brain;
  refuseMismatch(row.id, head, ifMatch);
  const { id = generateId(), name = null, tags = {}, seq = head.seq } = request;
  await refuseUnkept(brain, seq, "#/seq", parts.history);
  await parts.table.refuseTaken(id);
  const origin = { by: "fork", brain: row.id, seq } as const;
  const key = claim && { keyFor: (made: BrainRow) => ({ ...claim, known: infoOf(made, "stored") }), owner: row.uid };
  const adopted = { id, name, tags, ...blueprintOf(row), origin };
  return brain.beside(() => parts.visits.at(row, seq, (place) => adopt(place, adopted, parts, key)));
}

/** Says what differs between two states of the brain, and how either does on given samples. @throws as `restoreTo` */
export async function compare(brain: LiveBrain, request: CompareRequest, parts: TravelParts): Promise<CompareAnswer> {
  const seqs = [request.from, request.to ?? brain.head.seq] as const;
  await refuseUnkept(brain, seqs[0], "#/from", parts.history);
  await refuseUnkept(brain, seqs[1], "#/to", parts.history);
  const samples = request.samples && (await encoded<EvaluateRequest>(brain, request.samples));
  if (samples !== undefined) {
    checkLabels(samples.labels, samples.inputs);
    checkScores({ inputs: samples.inputs, topK: 1 }, brain);
  }
  const difference = () =>
    parts.visits.both(brain.row, seqs, async (before, after) => {
      const { result } = await before.request("compare", { other: after.key });
      const { tensors } = result;
      const evaluation = samples === undefined ? null : await judge([before, after], samples);
      return {
        brain: brain.row.id,
        ...result,
        from: { seq: seqs[0], ...result.from },
        to: { seq: seqs[1], ...result.to },
        weights: {
          compared: sum(tensors.map(({ compared }) => compared)),
          changed: sum(tensors.map(({ changed }) => changed)),
        },
        evaluation,
      };
    });
  return brain.beside(difference);
}

/** How right either state is on the samples, and how often both say the same. */
async function judge([before, after]: readonly [Place, Place], { inputs, labels }: EvaluateRequest) {
  const from = await answersOf(before, inputs);
  const to = await answersOf(after, inputs);
  const same = from.filter((label, row) => label === to[row]).length;
  return {
    samples: inputs.rows,
    from: evaluate(labels, from).accuracy,
    to: evaluate(labels, to).accuracy,
    agreement: same / inputs.rows,
  };
}

async function answersOf(place: Place, { rows, cols, data }: Matrix): Promise<readonly (string | null)[]> {
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const { result } = await place.request("predict", { rows, cols, topK: 1, explain: false, isAtRest: true }, body);
  return result.predictions.map(({ label }) => label);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
