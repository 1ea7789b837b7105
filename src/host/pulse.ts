// Whether a process that should speak every half second is alive. One that computes without a word (a long step keeps its event loop) is busy, not
// hung, as long as it uses processor time; one that does neither is stopped or stuck. Invariant: what counts is time in which we could have heard
// it: after a pause of our own (a suspended machine) it gets the chance to speak first.

/** How often hosts report, and how often the gateway looks at them. */
export const PULSE_MS = 500;
/** Silence that is worth telling. */
const NOTABLE_MS = 2_000;
/** Less of the processor than this is no computing. */
const BUSY_SHARE = 0.1;
/** A process that computes without a word gets so many times the limit: it may be in an endless loop. */
const BUSY_PATIENCE = 10;

export class Pulse {
  readonly #limitMs: number;
  #silentMs = 0;
  #idleMs = 0;
  #cpuMs: number | null = null;

  /** @param limitMs silence without computing after which the process counts as hung; 0: never */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  heard(): void {
    this.#silentMs = 0;
    this.#idleMs = 0;
  }

  /**
   * To be called every `PULSE_MS`.
   * @param elapsedMs since the last look
   * @param cpuMs processor time that the process has used so far; null where the system does not tell: then silence alone counts
   */
  look(elapsedMs: number, cpuMs: number | null): void {
    const countedMs = Math.min(elapsedMs, 2 * PULSE_MS);
    const usedMs = cpuMs !== null && this.#cpuMs !== null ? cpuMs - this.#cpuMs : 0;
    this.#cpuMs = cpuMs;
    this.#silentMs += countedMs;
    if (usedMs < BUSY_SHARE * elapsedMs) this.#idleMs += countedMs;
  }

  /** How long it has neither spoken nor computed; null while that is not worth telling. */
  get silentMs(): number | null {
    return this.#idleMs >= NOTABLE_MS ? this.#idleMs : null;
  }

  get isHung(): boolean {
    if (this.#limitMs === 0) return false;
    return this.#idleMs >= this.#limitMs || this.#silentMs >= BUSY_PATIENCE * this.#limitMs;
  }

  /** How long it has not spoken. */
  get quietMs(): number {
    return this.#silentMs;
  }
}
