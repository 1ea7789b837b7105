// Which neurons of a row fire: exactly the k largest, ties to the lowest index, listed in ascending order.
// A quickselect on integers finds the k-th largest value, one more pass picks the neurons. Floats are compared as integers because
// their bits, sign folded, have the same order: a total one, so that the count is right even were a value not a number.

/** Scratch for rows of up to `width` values. */
export class WinnerSelector {
  readonly #floats: Float32Array;
  readonly #bits: Int32Array;
  readonly #keys: Int32Array;

  constructor(width: number) {
    this.#floats = new Float32Array(width);
    this.#bits = new Int32Array(this.#floats.buffer);
    this.#keys = new Int32Array(width);
  }

  get width(): number {
    return this.#floats.length;
  }

  /**
   * Writes the indexes and values of the k largest of `values[from] … values[from + n − 1]` to `winners[to] …` and `activations[to] …`.
   * @param n at most `width`
   * @param k from 1 to n
   */
  select(
    values: Float32Array,
    from: number,
    n: number,
    k: number,
    winners: Int32Array,
    activations: Float32Array,
    to: number,
  ): void {
    this.#order(values, from, n);
    const bits = this.#bits;
    const least = kthLargest(this.#keys, n, k);
    let ties = k;
    for (let i = 0; i < n; i++) if ((bits[i] ?? 0) > least) ties--;
    let next = to;
    for (let i = 0; i < n; i++) {
      const key = bits[i] ?? 0;
      if (key < least || (key === least && ties-- <= 0)) continue;
      winners[next] = i;
      activations[next] = values[from + i] ?? 0;
      next++;
    }
  }

  /** Fills `#bits` and `#keys` with integers that are ordered as the values are. */
  #order(values: Float32Array, from: number, n: number): void {
    const floats = this.#floats;
    const bits = this.#bits;
    const keys = this.#keys;
    // + 0 turns −0 into 0: they are equal, so they must tie.
    for (let i = 0; i < n; i++) floats[i] = (values[from + i] ?? 0) + 0;
    for (let i = 0; i < n; i++) {
      const word = bits[i] ?? 0;
      const key = word ^ ((word >> 31) & 0x7fffffff);
      bits[i] = key;
      keys[i] = key;
    }
  }
}

/** Quickselect (Hoare 1961) with the median of three as pivot; reorders `keys`. */
function kthLargest(keys: Int32Array, n: number, k: number): number {
  const target = k - 1;
  let low = 0;
  let high = n - 1;
  while (low < high) {
    const pivot = medianOfThree(keys[low] ?? 0, keys[(low + high) >> 1] ?? 0, keys[high] ?? 0);
    let left = low;
    let right = high;
    while (left <= right) {
      while ((keys[left] ?? 0) > pivot) left++;
      while ((keys[right] ?? 0) < pivot) right--;
      if (left > right) break;
      const swapped = keys[left] ?? 0;
      keys[left++] = keys[right] ?? 0;
      keys[right--] = swapped;
    }
    if (target <= right) high = right;
    else if (target >= left) low = left;
    else break;
  }
  return keys[target] ?? 0;
}

const medianOfThree = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
