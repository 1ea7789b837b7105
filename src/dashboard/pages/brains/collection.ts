// The server's brains as the list knows them: read page by page, kept up to date by the stream, with the numbers of those that somebody looks at.
// Each row is a signal of its own, so that what happens to a brain draws its row alone.

import { batch, type Signal, signal } from "@preact/signals";
import pLimit from "p-limit";
import { CallFailed, get, pathOf } from "../../api/client.ts";
import type { Brain, BrainList, MetricHistory, StreamMessage } from "../../api/types.ts";
import { slotsOfHistory } from "../../ui/spark.ts";
import { LAST_HOUR, type Row, type RowNumbers, rowOf, withBrain, withHistory, withMessage } from "./rows.ts";

/** The most that the API gives at once. */
const PAGE = 200;
/** So many are read without being asked for; sorting and searching look at these. */
const AT_ONCE = 1_000;
/** Calls under way together: the list must not be what keeps a server busy. */
const CALLS = 4;

/** A brain that is taught is read anew so often at most. */
const SOON_MS = 3_000;

const NAMES = "samples,accuracyWindow,memoryFill";

export type ListState = {
  /** Whether the first page is there. */
  readonly isRead: boolean;
  readonly error: Error | null;
  /** Whether the server has brains that are not listed. */
  readonly hasMore: boolean;
};

export class Collection {
  readonly state = signal<ListState>({ isRead: false, error: null, hasMore: false });
  /** All that are known, oldest first. */
  readonly ids = signal<readonly string[]>([]);
  readonly #rows = new Map<string, Signal<Row>>();
  readonly #wanted = new Set<string>();
  /** Whose numbers are there, or on their way. */
  readonly #asked = new Set<string>();
  /** Born or gone while a page was on its way: the page may not know. */
  readonly #meanwhile = new Map<string, "born" | "gone">();
  readonly #beingRead = new Set<string>();
  readonly #soon = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #limit = pLimit(CALLS);
  readonly #controller = new AbortController();
  #most = AT_ONCE;
  #reading: Promise<void> | null = null;

  row(id: string): Signal<Row> | undefined {
    return this.#rows.get(id);
  }

  rows(): readonly Row[] {
    return this.ids.value.flatMap((id) => this.#rows.get(id)?.peek() ?? []);
  }

  /** Reads the list (anew); one reading at a time. */
  read(): Promise<void> {
    this.#reading ??= this.#readPages().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Reads further than so far. */
  async readMore(): Promise<void> {
    this.#most += AT_ONCE;
    await this.#reading;
    await this.read();
  }

  /** Somebody looks at the row. @returns a function that says that nobody does any more */
  want(id: string): () => void {
    this.#wanted.add(id);
    this.#ask(id);
    return () => this.#wanted.delete(id);
  }

  /** @returns when all that is known has its numbers, or has failed to get them */
  async wantAll(): Promise<void> {
    await Promise.all(this.ids.value.map((id) => this.#askNow(id, () => true)));
  }

  take(message: StreamMessage): void {
    if (!("brain" in message)) return;
    const id = message.brain;
    if (message.type === "deleted") {
      this.#meanwhile.set(id, "gone");
      this.#remove(id);
      return;
    }
    const row = this.#rows.get(id);
    const next = row === undefined || message.type === "created" ? null : withMessage(row.peek(), message);
    if (row !== undefined && next !== null) {
      row.value = next;
      if (message.type === "learned" && this.#wanted.has(id)) this.#readSoon(id);
    } else if (row !== undefined || message.type === "created") void this.#readBrain(id);
  }

  /** Messages were missed: everything is read anew. */
  async recover(): Promise<void> {
    this.#asked.clear();
    await this.read();
  }

  close(): void {
    this.#controller.abort();
    for (const timer of this.#soon.values()) clearTimeout(timer);
    this.#limit.clearQueue();
  }

  async #readPages(): Promise<void> {
    this.#meanwhile.clear();
    const { signal } = this.#controller;
    const read: Brain[] = [];
    let cursor: string | undefined;
    try {
      do {
        const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
        const page = await get<BrainList>("v1/brains", { query, signal });
        read.push(...page.brains);
        cursor = page.nextCursor ?? undefined;
        if (!this.state.peek().isRead) this.#show(read, cursor !== undefined);
      } while (cursor !== undefined && read.length < this.#most);
      this.#show(read, cursor !== undefined);
    } catch (error) {
      if (signal.aborted) return;
      // What `get` throws is an Error, as all that the platform throws.
      this.state.value = { ...this.state.peek(), error: error as Error };
      return;
    }
    for (const id of this.#wanted) this.#ask(id);
  }

  #show(brains: readonly Brain[], hasMore: boolean): void {
    const there = brains.filter(({ id }) => this.#meanwhile.get(id) !== "gone");
    const ids = new Set(there.map(({ id }) => id));
    const born = this.ids.peek().filter((id) => this.#meanwhile.get(id) === "born" && !ids.has(id));
    batch(() => {
      for (const brain of there) this.#put(brain);
      for (const id of this.#rows.keys()) if (!ids.has(id) && !born.includes(id)) this.#rows.delete(id);
      this.ids.value = [...ids, ...born];
      this.state.value = { isRead: true, error: null, hasMore };
    });
  }

  #put(brain: Brain): void {
    const row = this.#rows.get(brain.id);
    if (row === undefined) this.#rows.set(brain.id, signal(rowOf(brain)));
    else row.value = row.peek().brain.createdAt === brain.createdAt ? withBrain(row.peek(), brain) : rowOf(brain);
  }

  #remove(id: string): void {
    this.#rows.delete(id);
    this.#asked.delete(id);
    clearTimeout(this.#soon.get(id));
    this.#soon.delete(id);
    this.ids.value = this.ids.peek().filter((each) => each !== id);
  }

  /** Lessons may bring classes, which no message names. */
  #readSoon(id: string): void {
    if (this.#soon.has(id)) return;
    const read = (): void => {
      this.#soon.delete(id);
      void this.#readBrain(id);
    };
    this.#soon.set(id, setTimeout(read, SOON_MS));
  }

  async #readBrain(id: string): Promise<void> {
    if (this.#beingRead.has(id)) return;
    this.#beingRead.add(id);
    try {
      const { signal } = this.#controller;
      const brain = await this.#limit(() => get<Brain>(pathOf(id), { signal }));
      this.#meanwhile.set(id, "born");
      batch(() => {
        this.#put(brain);
        if (!this.ids.peek().includes(id)) this.ids.value = [...this.ids.peek(), id];
      });
    } catch {
      // It is gone again, or the next reading of the list brings it.
    } finally {
      this.#beingRead.delete(id);
    }
  }

  #ask(id: string): void {
    void this.#askNow(id, () => this.#wanted.has(id));
  }

  /** @param isWanted whether anybody still waits for it when its turn comes */
  async #askNow(id: string, isWanted: () => boolean): Promise<void> {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    await this.#limit(async () => {
      const row = this.#rows.get(id);
      const isThere = row !== undefined && isWanted() && (await this.#readNumbers(row));
      if (!isThere) this.#asked.delete(id);
    });
  }

  /** @returns whether they came */
  async #readNumbers(row: Signal<Row>): Promise<boolean> {
    const { id, seq, createdAt } = row.peek().brain;
    const path = pathOf(id, "metrics");
    const { signal } = this.#controller;
    try {
      const query = { names: NAMES, step: LAST_HOUR.stepMs / 1000 };
      const hour = await get<MetricHistory>(path, { query, signal });
      const isQuiet = seq > 0 && lastOf(hour, "samples") === null;
      const whole = isQuiet
        ? await get<MetricHistory>(path, { query: { names: NAMES, from: createdAt }, signal })
        : hour;
      const slots = slotsOfHistory(hour, "accuracyWindow", LAST_HOUR);
      row.value = withHistory(row.peek(), seq === 0 ? UNTAUGHT : numbersOf(whole), slots, Date.now());
      return true;
    } catch (error) {
      if (!signal.aborted && error instanceof CallFailed && row.peek().numbers === null) {
        row.value = withHistory(row.peek(), UNKNOWN, [], Date.now());
      }
      return false;
    }
  }
}

const UNKNOWN: RowNumbers = { seq: 0, samples: null, accuracy: null, memoryFill: null };
/** Before its first change a brain has taken in nothing. */
const UNTAUGHT: RowNumbers = { seq: 0, samples: 0, accuracy: null, memoryFill: 0 };

const lastOf = ({ series }: MetricHistory, name: string): number | null =>
  series[name]?.last.findLast((value) => value !== null) ?? null;

const numbersOf = (history: MetricHistory): RowNumbers => ({
  seq: history.seqs.last.findLast((seq) => seq !== null) ?? 0,
  samples: lastOf(history, "samples"),
  accuracy: lastOf(history, "accuracyWindow"),
  memoryFill: lastOf(history, "memoryFill"),
});
