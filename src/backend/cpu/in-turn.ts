// Two workers in turn: products on onnxruntime's threads, and what is made of them here.

/**
 * Goes through `count` parts: `compute` fills one of two buffers, then `use` reads it. The buffers alternate, so that the next part may be
 * computed meanwhile.
 * @param isAhead whether it is: with one thread to compute on, both would share it
 */
export async function inTurn<Buffer>(
  count: number,
  isAhead: boolean,
  buffers: readonly [Buffer, Buffer],
  compute: (part: number, buffer: Buffer) => Promise<void> | void,
  use: (part: number, buffer: Buffer) => void,
): Promise<void> {
  let [current, next] = buffers;
  let pending = compute(0, current);
  for (let part = 0; part < count; part++) {
    await pending;
    const isMore = part + 1 < count;
    if (isMore && isAhead) pending = compute(part + 1, next);
    use(part, current);
    if (isMore && !isAhead) pending = compute(part + 1, next);
    [current, next] = [next, current];
  }
}
