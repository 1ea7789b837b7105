// Where calls about brains come in: who is let in, how a brain is found, and what every change and every new brain goes through.
// Invariant: once it is closed, nothing begins.

import type { BrainEvent, OutcomeOf } from "../brain/events.ts";
import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { Head } from "../store/event-log.ts";
import { type KeyClaim, type KeyFor, SERVER_SCOPE } from "../store/idempotency-keys.ts";
import type * as Api from "./api.ts";
import { infoOf } from "./brain-info.ts";
import { newBrain } from "./create.ts";
import type { LiveBrain } from "./live-brain.ts";
import { brainNotFound } from "./not-found.ts";
import type { Terms } from "./terms.ts";
import type { EngramParts, Works } from "./works.ts";
import { answered, type Conditions, type Done, stampOf } from "./writer.ts";

export class Reception {
  readonly #parts: Pick<EngramParts, "encoders" | "feed" | "memoryBudgetMb" | "table">;
  readonly #works: Pick<Works, "once" | "registry">;
  #isClosed = false;

  constructor(parts: EngramParts, works: Works) {
    this.#parts = parts;
    this.#works = works;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Refuses all that comes from now on. */
  close(): void {
    this.#isClosed = true;
  }

  /** @throws EngramError brain-not-found, also where another brain than the one that is meant has this id */
  async open(id: string, { uid }: Pick<Terms, "uid"> = {}): Promise<LiveBrain> {
    this.#refuseWhenClosed();
    const brain = await this.#works.registry.get(id);
    if (uid !== undefined && brain.row.uid !== uid) throw brainNotFound(id);
    return brain;
  }

  /** Makes one change. @returns which state it led to, and what it did */
  async change<E extends BrainEvent>(
    id: string,
    terms: Terms,
    draft: (row: BrainRow, head: Head) => E,
  ): Promise<Api.StateStamp & Omit<OutcomeOf<E>, "type">> {
    const brain = await this.open(id, terms);
    const { row } = brain;
    const known = (_event: E, head: Head) => stampOf(row, head);
    return answered(await brain.change({ draft: (head) => draft(row, head), known }, terms));
  }

  /** Makes a brain that begins empty. */
  async create(request: Api.CreateBrain, terms: Terms = {}): Promise<Api.BrainInfo> {
    this.#refuseWhenClosed();
    const make = ({ claim }: Conditions) => this.#create(request, claim);
    // An answer that nobody has had is given as the brain was when it was committed.
    const { known, outcome } = await this.#works.once.change(SERVER_SCOPE, terms, make, async () => null);
    return { ...known, ...outcome };
  }

  /** Makes a brain that arrives with a past. @param make commits the key, where there is one, as the brain appears */
  arrive(terms: Terms, make: (keyFor?: KeyFor<BrainRow>) => Promise<BrainRow>): Promise<Api.BrainInfo> {
    this.#refuseWhenClosed();
    return this.#works.once.answer(SERVER_SCOPE, terms, async ({ claim }) => {
      const keyFor = claim && ((row: BrainRow) => ({ ...claim, known: infoOf(row, "stored") }));
      return this.announce(infoOf(await make(keyFor), "stored"));
    });
  }

  /** Tells of a brain that there is now. @returns `info` */
  announce(info: Api.BrainInfo): Api.BrainInfo {
    const { id, seq, step, createdAt } = info;
    this.#parts.feed.publish({ type: "created", brain: id, seq, step, time: createdAt });
    return info;
  }

  async #create(
    request: Api.CreateBrain,
    claim: KeyClaim | undefined,
  ): Promise<Done<Api.BrainInfo, Pick<Api.BrainInfo, "status"> | null>> {
    const { encoders, memoryBudgetMb } = this.#parts;
    const created = newBrain(request, await encoders.wishedFor(request), memoryBudgetMb);
    const info = infoOf(created, "stored");
    const brain = this.#works.registry.add(await this.#parts.table.insert(created, claim && { ...claim, known: info }));
    await brain.load().catch(() => {}); // it exists now; a host that is away only makes its first use wait
    return { known: this.announce(info), outcome: { status: brain.status } };
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new EngramError("shutting-down", "The server is shutting down; try again in a moment.");
  }
}
