// How fast calls come to their end while any are under way, and hence when there is likely to be room for another one. Time in which
// nothing is under way does not count: a brain that rested is as fast as it was before. Pure: the clock's readings come in.

/** What was measured weighs 1/e after so much busy time: some seconds tell the speed, and a change of it is soon believed. */
const MEMORY_MS = 10_000;
/** A caller is never told to come back at once, nor later than this: what is measured is too uncertain for more. */
export const MIN_RETRY_S = 1;
export const MAX_RETRY_S = 60;

export class Pace {
  #underWay = 0;
  #atMs = 0;
  /** Both with what is older weighing less. */
  #busyMs = 0;
  #ended = 0;

  get underWay(): number {
    return this.#underWay;
  }

  begin(nowMs: number): void {
    this.#pass(nowMs);
    this.#underWay++;
  }

  end(nowMs: number): void {
    this.#pass(nowMs);
    this.#underWay--;
    this.#ended++;
  }

  /** @returns in how many whole seconds all that is under way now is likely to have ended, from 1 to 60 */
  retryAfterS(nowMs: number): number {
    this.#pass(nowMs);
    return retryAfterS(this.#underWay, this.#ended, this.#busyMs);
  }

  #pass(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    if (this.#underWay === 0) return;
    const kept = Math.exp(-passedMs / MEMORY_MS);
    this.#ended *= kept;
    this.#busyMs = this.#busyMs * kept + MEMORY_MS * (1 - kept);
  }
}

/**
 * @param underWay calls that are to end
 * @param ended calls that ended in `busyMs`; of none, nobody knows how fast they are: then they may take as long again
 * @returns whole seconds, from 1 to 60
 */
export function retryAfterS(underWay: number, ended: number, busyMs: number): number {
  const seconds = ended === 0 ? busyMs / 1000 : (underWay * busyMs) / ended / 1000;
  return Math.min(MAX_RETRY_S, Math.max(MIN_RETRY_S, Math.ceil(seconds)));
}
