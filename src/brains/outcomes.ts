// What an event did, once more: `apply` is deterministic, so the event that is applied again to the state before it gives the same outcome.
// The brain itself goes on meanwhile and does not notice.

import type { Outcome } from "../brain/events.ts";
import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { EventLog, LoggedEvent } from "../store/event-log.ts";
import type { Visits } from "./visit.ts";

export type OutcomeParts = { readonly log: EventLog; readonly visits: Visits };

export class Outcomes {
  readonly #parts: OutcomeParts;

  constructor(parts: OutcomeParts) {
    this.#parts = parts;
  }

  /**
   * @param seq of an event that was committed, and is no `restored` one
   * @throws EngramError `host-unavailable`, `database-unavailable`; `change-kept` when the state before it cannot be had any more
   */
  async of(row: BrainRow, seq: number): Promise<Outcome> {
    const { visits } = this.#parts;
    try {
      const { payload } = await this.#event(row, seq);
      return await visits.at(
        row,
        seq - 1,
        async (place) => (await place.request("apply", { seq }, payload)).result.outcome,
      );
    } catch (error) {
      throw error instanceof EngramError && error.code === "brain-damaged" ? kept(row, seq, error) : error;
    }
  }

  /** @throws EngramError brain-damaged */
  async #event({ uid }: BrainRow, seq: number): Promise<LoggedEvent> {
    for await (const [event] of this.#parts.log.read(uid, seq - 1, seq)) if (event !== undefined) return event;
    throw new Error(`the log gave no event ${seq}`);
  }
}

const kept = ({ id }: BrainRow, seq: number, cause: unknown): EngramError => {
  const detail = `Change ${seq} of brain "${id}" is kept, but what it gave cannot be computed again: the state before it is gone.`;
  return new EngramError("change-kept", detail, [], { cause });
};
