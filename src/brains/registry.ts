// Which brains this server knows. A brain's gateway side is made at its first use; there is one per brain, however many ask at once. Those
// at rest are let go of, unless somebody holds one still. Invariant: as long as anything can act through a brain's gateway side, no second
// one of it is made: two would write one log.

import type { BrainRow, BrainTable } from "../store/brain-table.ts";
import { type BrainParts, LiveBrain } from "./live-brain.ts";
import { brainNotFound } from "./not-found.ts";
import type { ResidencyStatus } from "./residency-status.ts";

export class Registry {
  readonly #table: BrainTable;
  readonly #parts: BrainParts;
  readonly #open = new Map<string, LiveBrain>();
  /** What nobody holds any more goes, and with it whatever could act through it. */
  readonly #atRest = new Map<string, WeakRef<LiveBrain>>();
  readonly #opening = new Map<string, Promise<LiveBrain>>();

  constructor(table: BrainTable, parts: BrainParts) {
    this.#table = table;
    this.#parts = parts;
  }

  /** The brains that are open. */
  get all(): readonly LiveBrain[] {
    return [...this.#open.values(), ...[...this.#atRest.values()].flatMap((brain) => brain.deref() ?? [])];
  }

  /** @throws EngramError brain-not-found */
  async get(id: string): Promise<LiveBrain> {
    const known = this.#known(id);
    if (known !== undefined) return known;
    let opening = this.#opening.get(id);
    if (opening === undefined) {
      opening = this.#find(id).finally(() => this.#opening.delete(id));
      this.#opening.set(id, opening);
    }
    return opening;
  }

  /** Takes up a brain whose row is there; the one that is open already if somebody was faster. */
  add(row: BrainRow): LiveBrain {
    const known = this.#known(row.id);
    if (known?.row.uid === row.uid) return known;
    const brain = new LiveBrain(row, this.#parts);
    this.#open.set(row.id, brain);
    return brain;
  }

  /** Where the brain is. */
  statusOf({ id, uid }: Pick<BrainRow, "id" | "uid">): ResidencyStatus {
    const brain = this.#seen(id);
    if (brain?.row.uid === uid) return brain.status;
    return this.#parts.quarantines.of(uid) === null ? "stored" : "quarantined";
  }

  /** The uid of the brain that has this id now, if it was opened. */
  uidOf(id: string): string | null {
    return this.#seen(id)?.row.uid ?? null;
  }

  /** Lets go of a brain that is not in memory. */
  rest(brain: LiveBrain): void {
    const { id } = brain.row;
    if (this.#open.get(id) !== brain) return;
    this.#open.delete(id);
    this.#atRest.set(id, new WeakRef(brain));
  }

  /** Forgets the names of those that are gone. */
  sweep(): void {
    for (const [id, brain] of this.#atRest) if (brain.deref() === undefined) this.#atRest.delete(id);
  }

  /** Forgets a brain that was deleted; another one may have its id by now. */
  remove(brain: LiveBrain): void {
    const { id } = brain.row;
    if (this.#open.get(id) === brain) this.#open.delete(id);
    if (this.#atRest.get(id)?.deref() === brain) this.#atRest.delete(id);
  }

  /** A brain at rest stays there. */
  #seen(id: string): LiveBrain | undefined {
    return this.#open.get(id) ?? this.#atRest.get(id)?.deref();
  }

  /** A brain at rest is held again from then on. */
  #known(id: string): LiveBrain | undefined {
    const open = this.#open.get(id);
    if (open !== undefined) return open;
    const brain = this.#atRest.get(id)?.deref();
    this.#atRest.delete(id);
    if (brain !== undefined) this.#open.set(id, brain);
    return brain;
  }

  async #find(id: string): Promise<LiveBrain> {
    const row = await this.#table.find(id);
    if (row === null) throw brainNotFound(id);
    return this.add(row);
  }
}
