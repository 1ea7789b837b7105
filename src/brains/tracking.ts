// One brain's predictions that wait for labels: remembered before they are answered, so many and no more, and each label taken once.
// They are no part of the brain: remembering one changes nothing of it.

import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { KeyClaim } from "../store/idempotency-keys.ts";
import type { TrackedPrediction, TrackedPredictions, TrackedSummary } from "../store/tracked-predictions.ts";
import type { Matrix } from "../tensor/matrix.ts";
import type { PredictAnswer } from "./api.ts";
import { Claims } from "./claims.ts";
import { brainNotFound } from "./not-found.ts";
import { PendingQuota } from "./pending-quota.ts";

export type TrackingPolicy = {
  /** How long a prediction takes a label, in hours. */
  readonly ttlHours: number;
  /** Predictions of one brain that may wait at once. */
  readonly maxPending: number;
};

export type TrackingParts = {
  readonly tracked: TrackedPredictions;
  readonly trackingPolicy: TrackingPolicy;
  readonly newId: () => string;
};

export class Tracking {
  readonly #row: BrainRow;
  readonly #parts: TrackingParts;
  readonly #claims = new Claims();
  readonly #quota: PendingQuota;

  constructor(row: BrainRow, parts: TrackingParts) {
    this.#row = row;
    this.#parts = parts;
    this.#quota = new PendingQuota(parts.trackingPolicy.maxPending, () => parts.tracked.countPending(row.uid));
  }

  get ttlHours(): number {
    return this.#parts.trackingPolicy.ttlHours;
  }

  /**
   * Makes predictions and remembers them. @returns the answer, an id on each prediction
   * @param claim of the call's key, which is kept with them
   * @throws EngramError `tracking-full` before anything is predicted
   */
  async track(inputs: Matrix, predict: () => Promise<PredictAnswer>, claim?: KeyClaim): Promise<PredictAnswer> {
    const taken = await this.#quota.take(inputs.rows, async () => {
      const { predictions: untracked, ...stamp } = await predict();
      const predictions = untracked.map((prediction) => ({ id: this.#parts.newId(), ...prediction }));
      const answer = { ...stamp, predictions };
      const key = claim && { ...claim, known: answer };
      const isKept = await this.#parts.tracked.add(this.#row.uid, inputs, predictions, stamp.seq, this.ttlHours, key);
      if (!isKept) throw brainNotFound(this.#row.id);
      return answer;
    });
    if (taken === null) throw this.#full();
    return taken.value;
  }

  /** Runs `use` with the predictions of these ids, which nobody else settles meanwhile; those that do not exist are missing. */
  settling<T>(ids: readonly string[], use: (found: ReadonlyMap<string, TrackedPrediction>) => Promise<T>): Promise<T> {
    return this.#claims.hold(ids, async () => use(await this.#parts.tracked.find(this.#row.uid, ids)));
  }

  summary(): Promise<TrackedSummary> {
    return this.#parts.tracked.summary(this.#row.uid);
  }

  #full(): EngramError {
    const { maxPending } = this.#parts.trackingPolicy;
    return new EngramError(
      "tracking-full",
      `Brain ${this.#row.id} may have ${maxPending} predictions that wait for labels, and these would be more: give feedback, wait until old ones expire, or predict without \`track\`.`,
    );
  }
}
