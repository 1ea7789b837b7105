// Moves brains between hosts so that none is out of time while another idles (host/rebalance.ts says which). Invariants: one brain moves at a
// time; a move has been worth it for several looks in a row; after it the shares get time to show what it did, and the brain stays where it is.

import { type HostBusyness, type Move, planMove } from "../host/rebalance.ts";

const LOOK_MS = 1_000;
/** So many looks in a row have to say the same. */
const LOOKS = 3;
/** Shares are smoothed over 3 s (host/load-meter.ts): after a move nothing is decided on what was before it. */
const REST_MS = 15_000;
const BRAIN_REST_MS = 5 * 60_000;

export type BalancerParts = {
  readonly hosts: () => readonly HostBusyness[];
  /** Whether `brain` is one that serves calls and can move. */
  readonly isMovable: (brain: string) => boolean;
  /** Never rejects. @returns whether the brain has moved */
  readonly move: (move: Move) => Promise<boolean>;
};

export class Balancer {
  readonly #parts: BalancerParts;
  readonly #timer: NodeJS.Timeout;
  readonly #movedAtMs = new Map<string, number>();
  #restsUntilMs = 0;
  #wanted: Move | null = null;
  #looks = 0;
  #moving: Promise<void> | null = null;

  constructor(parts: BalancerParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.look(performance.now()), LOOK_MS).unref();
  }

  /** Waits for a move that is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#moving;
  }

  /** Looks at the hosts, and begins a move when it is time. */
  look(nowMs: number): void {
    if (this.#moving !== null || nowMs < this.#restsUntilMs) return;
    for (const [brain, atMs] of this.#movedAtMs) if (nowMs - atMs >= BRAIN_REST_MS) this.#movedAtMs.delete(brain);
    const move = planMove(this.#parts.hosts(), (brain) => !this.#movedAtMs.has(brain) && this.#parts.isMovable(brain));
    this.#looks = move !== null && isBetweenSame(move, this.#wanted) ? this.#looks + 1 : 1;
    this.#wanted = move;
    if (move === null || this.#looks < LOOKS) return;
    this.#wanted = null;
    this.#moving = this.#move(move, nowMs).finally(() => {
      this.#moving = null;
    });
  }

  async #move(move: Move, nowMs: number): Promise<void> {
    const startedAt = performance.now();
    const hasMoved = await this.#parts.move(move);
    const tookMs = performance.now() - startedAt;
    this.#restsUntilMs = nowMs + tookMs + REST_MS;
    if (hasMoved) this.#movedAtMs.set(move.brain, nowMs);
  }
}

const isBetweenSame = (a: Move, b: Move | null): boolean => a.from === b?.from && a.to === b.to;
