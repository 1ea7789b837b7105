// How much memory the brains of all hosts take together, and who makes room: whoever brings a state to a host takes room for it first. Where
// there is none, the brains that were used least recently are asked to leave; where all are called all the time, those that came first are
// asked to leave between two calls, so that everybody has a turn. Invariants: what is taken is within the budget, but for a state that is
// larger than all of it, which stands alone, and for brains that grew where they are; those who wait are served in order, and not for ever.

import { EngramError } from "../errors.ts";

/** A brain that could leave. */
export type Tenant = {
  /** Bytes that it takes. */
  readonly bytes: number;
  /** Whether nothing of it is under way. */
  readonly isIdle: boolean;
  /** How long it stays at least while it is busy, though others wait. */
  readonly turnMs: number;
  /**
   * Asks it to leave.
   * @param isBusy whether it is to leave as soon as what is under way is over, though more calls come
   * @returns whether it did; never rejects
   */
  evict(isBusy: boolean): Promise<boolean>;
};

/** Room that was taken, until it is given back. */
export type Room = {
  readonly bytes: number;
  /** Follows a brain that has grown or shrunk where it is. */
  resize(bytes: number): void;
  /** A second call does nothing. */
  release(): void;
};

type Waiting = {
  readonly bytes: number;
  readonly grant: () => void;
};

export type MemoryBudgetOptions = {
  /** Processes that the brains are spread over. */
  readonly hosts?: number;
  /** How long one waits for room. */
  readonly waitMs?: number;
  /** How long a brain that could not leave is not asked again. */
  readonly restMs?: number;
  /** A clock, in ms. */
  readonly now?: () => number;
};

/** V8 reserves 10 GiB of 128 TiB of addresses for each WebAssembly memory: 12,800 to a process. Some hosts get more brains than others. */
const MEMORIES_PER_HOST = 8_000;
const WAIT_MS = 10_000;
const REST_MS = 250;
/** How often it is looked whether somebody's turn is over. */
const LOOK_MS = 50;
/** Brains that leave at once: most of them write a checkpoint, which costs their host and the database. */
const LEAVING_AT_ONCE = 4;
const MIB = 1024 * 1024;

export class MemoryBudget {
  /** What a brain counts for at least, in bytes for each of its WebAssembly memories: no host gets more of them than it has room for. */
  readonly leastPerMemory: number;
  readonly #budget: number;
  readonly #waitMs: number;
  readonly #restMs: number;
  readonly #now: () => number;
  #taken = 0;
  /** In the order of their last use. */
  readonly #tenants = new Set<Tenant>();
  /** When they came, in that order. */
  readonly #arrivals = new Map<Tenant, number>();
  readonly #leaving = new Set<Tenant>();
  /** Those that could not leave just now. */
  readonly #resting = new Set<Tenant>();
  #queue: Waiting[] = [];
  #look: NodeJS.Timeout | null = null;

  /** @param budget in bytes */
  constructor(
    budget: number,
    { hosts = 1, waitMs = WAIT_MS, restMs = REST_MS, now = () => performance.now() }: MemoryBudgetOptions = {},
  ) {
    this.#budget = budget;
    this.leastPerMemory = budget / (hosts * MEMORIES_PER_HOST);
    this.#waitMs = waitMs;
    this.#restMs = restMs;
    this.#now = now;
  }

  /** Bytes that are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether there is room for so much without asking anybody to leave. */
  hasRoom(bytes: number): boolean {
    return this.#queue.length === 0 && this.#taken + bytes <= this.#budget;
  }

  /** Takes room, once there is some. @throws EngramError `overloaded` when everybody stays for too long */
  take(bytes: number): Promise<Room> {
    return new Promise((resolve, reject) => {
      const grant = (): void => {
        clearTimeout(timer);
        this.#taken += bytes;
        resolve(this.#room(bytes));
      };
      const waiting = { bytes, grant };
      const timer = setTimeout(() => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        reject(this.#overloaded(bytes));
        this.review();
      }, this.#waitMs);
      this.#queue.push(waiting);
      this.review();
    });
  }

  /** Tells that a brain is there, or was used: it will be asked last. */
  used(tenant: Tenant): void {
    this.#tenants.delete(tenant);
    this.#tenants.add(tenant);
    if (!this.#arrivals.has(tenant)) this.#arrivals.set(tenant, this.#now());
    if (this.#isShort) this.review();
  }

  /** Tells that a brain has left. */
  left(tenant: Tenant): void {
    this.#tenants.delete(tenant);
    this.#arrivals.delete(tenant);
  }

  /** Serves those who wait, and asks others to leave for those who go on waiting. */
  review(): void {
    for (let next = this.#queue[0]; next !== undefined && this.#fits(next.bytes); next = this.#queue[0]) {
      this.#queue.shift();
      next.grant();
    }
    if (!this.#isShort) return;
    for (const tenant of this.#tenants) if (tenant.isIdle) this.#ask(tenant, false);
    if (this.#queue.length > 0 && this.#missing > 0) this.#takeTurns();
  }

  #takeTurns(): void {
    for (const [tenant, since] of this.#arrivals) if (this.#now() - since >= tenant.turnMs) this.#ask(tenant, true);
    this.#look ??= setTimeout(() => {
      this.#look = null;
      this.review();
    }, LOOK_MS).unref();
  }

  /** Asks a brain to leave, if that is needed and it was not asked just now. */
  #ask(tenant: Tenant, isBusy: boolean): void {
    if (this.#leaving.size >= LEAVING_AT_ONCE || this.#missing <= 0) return;
    if (this.#leaving.has(tenant) || this.#resting.has(tenant)) return;
    this.#leaving.add(tenant);
    void tenant.evict(isBusy).then((hasLeft) => {
      this.#leaving.delete(tenant);
      if (!hasLeft) this.#rest(tenant);
      this.review();
    });
  }

  #rest(tenant: Tenant): void {
    this.#resting.add(tenant);
    setTimeout(() => {
      this.#resting.delete(tenant);
      this.review();
    }, this.#restMs).unref();
  }

  #fits(bytes: number): boolean {
    return this.#taken + bytes <= this.#budget || this.#taken === 0;
  }

  get #isShort(): boolean {
    return this.#queue.length > 0 || this.#taken > this.#budget;
  }

  /** Bytes that are wanted beyond the budget, when all who were asked to leave have left. */
  get #missing(): number {
    let wanted = this.#taken - this.#budget;
    for (const { bytes } of this.#queue) wanted += bytes;
    for (const { bytes } of this.#leaving) wanted -= bytes;
    return wanted;
  }

  #room(bytes: number): Room {
    const change = (by: number): void => {
      this.#taken += by;
      this.review();
    };
    let held = bytes;
    let isReleased = false;
    return {
      get bytes() {
        return held;
      },
      resize(to) {
        if (isReleased || to === held) return;
        const by = to - held;
        held = to;
        change(by);
      },
      release() {
        if (isReleased) return;
        isReleased = true;
        change(-held);
      },
    };
  }

  #overloaded(bytes: number): EngramError {
    const mb = (size: number) => Math.ceil(size / MIB);
    const detail = `The brains in use take the memory budget of ${mb(this.#budget)} MB, and ${mb(bytes)} MB more did not become free in ${this.#waitMs / 1000} s; try again shortly.`;
    return new EngramError("overloaded", detail);
  }
}
