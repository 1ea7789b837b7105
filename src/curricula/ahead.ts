// Reads one piece ahead of whoever uses them: the next is at hand by the time the one before is done with.

/**
 * @param read gives piece `n`; called once for each, in order, before its turn
 * @returns a promise of each piece from `from` to before `to`; who ends the loop early waits for the one that is being read
 */
export async function* readAhead<T>(
  read: (n: number) => Promise<T>,
  from: number,
  to: number,
): AsyncGenerator<{ readonly n: number; readonly piece: Promise<T> }> {
  let next = from < to ? held(read(from)) : null;
  try {
    for (let n = from; n < to && next !== null; n++) {
      const piece: Promise<T> = next;
      next = null;
      await piece.catch(() => {}); // its reader hears of it
      if (n + 1 < to) next = held(read(n + 1));
      yield { n, piece };
    }
  } finally {
    await next?.catch(() => {});
  }
}

/** A failure is its reader's to handle, and waits for it. */
function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
