// Which brains this server knows. A brain's gateway side is made at its first use and stays; there is one per brain, however many ask at once.

import type { BrainRow, BrainTable } from "../store/brain-table.ts";
import { type BrainParts, LiveBrain } from "./live-brain.ts";
import { brainNotFound } from "./not-found.ts";

export class Registry {
  readonly #table: BrainTable;
  readonly #parts: BrainParts;
  readonly #open = new Map<string, LiveBrain>();
  readonly #opening = new Map<string, Promise<LiveBrain>>();

  constructor(table: BrainTable, parts: BrainParts) {
    this.#table = table;
    this.#parts = parts;
  }

  /** The brains that are open. */
  get all(): readonly LiveBrain[] {
    return [...this.#open.values()];
  }

  /** @throws EngramError brain-not-found */
  async get(id: string): Promise<LiveBrain> {
    const open = this.#open.get(id);
    if (open !== undefined) return open;
    let opening = this.#opening.get(id);
    if (opening === undefined) {
      opening = this.#find(id).finally(() => this.#opening.delete(id));
      this.#opening.set(id, opening);
    }
    return opening;
  }

  /** Takes up a brain whose row is there; the one that is open already if somebody was faster. */
  add(row: BrainRow): LiveBrain {
    const open = this.#open.get(row.id);
    if (open?.row.uid === row.uid) return open;
    const brain = new LiveBrain(row, this.#parts);
    this.#open.set(row.id, brain);
    return brain;
  }

  /** Forgets a brain that was deleted; another one may have its id by now. */
  remove(brain: LiveBrain): void {
    if (this.#open.get(brain.row.id) === brain) this.#open.delete(brain.row.id);
  }

  async #find(id: string): Promise<LiveBrain> {
    const row = await this.#table.find(id);
    if (row === null) throw brainNotFound(id);
    return this.add(row);
  }
}
