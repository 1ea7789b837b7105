// Which brains this server knows. A brain's gateway side is made at its first use and stays; there is one per brain, however many ask at once.

import type { BrainRow, BrainTable } from "../store/brain-table.ts";
import { type BrainParts, LiveBrain } from "./live-brain.ts";
import { brainNotFound } from "./not-found.ts";

export class Registry {
  readonly #table: BrainTable;
  readonly #parts: BrainParts;
  readonly #brains = new Map<string, Promise<LiveBrain>>();

  constructor(table: BrainTable, parts: BrainParts) {
    this.#table = table;
    this.#parts = parts;
  }

  /** @throws EngramError brain-not-found */
  get(id: string): Promise<LiveBrain> {
    const known = this.#brains.get(id);
    if (known !== undefined) return known;
    const opening = this.#open(id);
    this.#brains.set(id, opening);
    opening.catch(() => this.#forget(id, opening));
    return opening;
  }

  /** Takes up a brain that was just inserted. */
  add(row: BrainRow): LiveBrain {
    const brain = new LiveBrain(row, this.#parts);
    this.#brains.set(row.id, Promise.resolve(brain));
    return brain;
  }

  /** Forgets a brain that was deleted. */
  remove(id: string): void {
    this.#brains.delete(id);
  }

  /** The brains that are open. */
  async all(): Promise<LiveBrain[]> {
    const settled = await Promise.allSettled(this.#brains.values());
    return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  }

  async #open(id: string): Promise<LiveBrain> {
    const row = await this.#table.find(id);
    if (row === null) throw brainNotFound(id);
    return new LiveBrain(row, this.#parts);
  }

  #forget(id: string, opening: Promise<LiveBrain>): void {
    if (this.#brains.get(id) === opening) this.#brains.delete(id);
  }
}
