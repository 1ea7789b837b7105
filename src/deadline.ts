// An end by which several things must be over, one after the other, and waits that know it.

/** Time that may be taken, all in all. */
export class Deadline {
  readonly #startMs = performance.now();
  readonly #timeoutMs: number;

  /** @param timeoutMs `Infinity` for one that never comes */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @returns what is left in ms until `share` (0 to 1) of the time has passed; never negative */
  leftMs(share: number): number {
    if (this.#timeoutMs === Number.POSITIVE_INFINITY) return this.#timeoutMs;
    return Math.max(0, this.#startMs + share * this.#timeoutMs - performance.now());
  }
}

/** Waits for `work`, no longer than `ms`. @returns whether it is over; its failure, where it fails in time, is thrown */
export async function isOverWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const isOver = work.then(() => true);
  if (ms === Number.POSITIVE_INFINITY) return isOver;
  isOver.catch(() => {}); // one that fails later fails for nobody
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([isOver, isLate]);
  } finally {
    clearTimeout(timer);
  }
}
