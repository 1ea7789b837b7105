// Looking into an episodic memory: what is there per class, its entries page by page, and who voted. Nothing here changes anything.

import type { Ballot } from "./ballot.ts";
import type { MemoryClass, MemoryEntry, MemoryPage, MemoryPageRequest, MemoryReader, MemorySummary } from "./brain.ts";
import type { MemoryFill } from "./events.ts";
import type { MemoryEntries } from "./memory-entries.ts";
import type { MemoryKeys } from "./memory-keys.ts";
import type { MemoryPolicy } from "./memory-policy.ts";
import { labelOf } from "./prediction.ts";

/** Numbers in the keys of one page at most, except that one key always goes. */
const MOST_KEY_NUMBERS = 2 ** 20;

export class MemoryView implements MemoryReader {
  readonly #entries: MemoryEntries;
  readonly #keys: MemoryKeys;
  readonly #policy: MemoryPolicy;
  readonly #labels: readonly string[];

  /** A view of the present state; it holds until the memory changes. */
  constructor(entries: MemoryEntries, keys: MemoryKeys, policy: MemoryPolicy, labels: readonly string[]) {
    this.#entries = entries;
    this.#keys = keys;
    this.#policy = policy;
    this.#labels = labels;
  }

  get fill(): MemoryFill {
    const { stored, capacity } = this.#entries;
    return { stored, capacity };
  }

  summary(): MemorySummary {
    const { stored, capacity, seqs } = this.#entries;
    const ages = this.#labels.map(() => ({ count: 0, oldest: Number.POSITIVE_INFINITY, newest: 0 }));
    for (let slot = 0; slot < stored; slot++) {
      const age = ages[this.#entries.classOf(slot)];
      if (age === undefined) continue;
      const seq = seqs.get(slot);
      age.count++;
      age.oldest = Math.min(age.oldest, seq);
      age.newest = Math.max(age.newest, seq);
    }
    const classes = ages.map(({ count, oldest, newest }, classId): MemoryClass => {
      const label = labelOf(this.#labels, classId);
      return { label, count, newestSeq: writtenDown(newest), oldestSeq: count === 0 ? null : writtenDown(oldest) };
    });
    return { policy: this.#policy.name, index: this.#keys.indexState(stored), stored, capacity, classes };
  }

  async page({ limit, before, label, withKeys }: MemoryPageRequest): Promise<MemoryPage> {
    const { cols } = this.#keys;
    const size = withKeys ? Math.min(limit, Math.max(1, Math.floor(MOST_KEY_NUMBERS / cols))) : limit;
    const classId = label === null ? null : this.#labels.indexOf(label);
    const slots = this.#newest(size + 1, before, classId);
    const isMore = slots.length > size;
    const shown = slots.slice(0, size);
    const entries = shown.map((slot) => this.#entry(slot));
    const next = isMore ? (entries.at(-1)?.id ?? null) : null;
    return { entries, next, keys: withKeys ? await this.#keys.of(Int32Array.from(shown)) : null };
  }

  /** The samples that were asked, most similar first. */
  explain({ slots, similarities }: Ballot) {
    return Array.from(slots, (slot, i) => ({ ...this.#entry(slot), similarity: similarities[i] ?? 0 }));
  }

  #entry(slot: number): MemoryEntry {
    const { ids, seqs } = this.#entries;
    const label = labelOf(this.#labels, this.#entries.classOf(slot));
    return { id: ids.get(slot), label, seq: writtenDown(seqs.get(slot)) };
  }

  /** The slots of the `limit` largest ids below `before`, largest first, in one pass: new samples tend to lie in high slots. */
  #newest(limit: number, before: number | null, classId: number | null): number[] {
    const { stored, ids } = this.#entries;
    const best: number[] = [];
    for (let slot = stored - 1; slot >= 0; slot--) {
      const id = ids.get(slot);
      if ((before !== null && id >= before) || (classId !== null && this.#entries.classOf(slot) !== classId)) continue;
      let at = best.length;
      while (at > 0 && ids.get(best[at - 1] ?? 0) < id) at--;
      if (at === limit) continue;
      best.splice(at, 0, slot);
      if (best.length > limit) best.pop();
    }
    return best;
  }
}

/** 0 stands for a sample that was stored before its event's number was written down. */
const writtenDown = (seq: number): number | null => (seq === 0 ? null : seq);
