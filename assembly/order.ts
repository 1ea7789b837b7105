// The k largest of many numbers. Floats are compared as integers of the same order. Invariant: of equal numbers those of the lowest index come
// first, and −0 counts as 0.

import { LANES, WORD } from "./words";

/** What a place that holds no number is filled with. */
export const LEAST: i32 = i32.MIN_VALUE;

/** Integers in the order of the floats: the bits of +0 or more as they are, those below with the other bits flipped; −0 counts as 0. */
export function ordered(values: v128): v128 {
  const bits = f32x4.add(values, f32x4.splat(0));
  return v128.xor(bits, v128.and(i32x4.shr_s(bits, 31), i32x4.splat(0x7fffffff)));
}

function sumOf(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

/** How many of the keys are at least `bound`; `end` is a whole number of vectors away. */
function countFrom(keys: usize, end: usize, bound: i32): i32 {
  const least = i32x4.splat(bound);
  let count = i32x4.splat(0);
  for (let at = keys; at < end; at += 16) count = i32x4.sub(count, i32x4.ge_s(v128.load(at), least));
  return sumOf(count);
}

/** Writes those keys that are in [low, high] to `to`, padded to whole vectors. @returns how many there are */
function gather(keys: usize, end: usize, low: i32, high: i32, to: usize): i32 {
  const lows = i32x4.splat(low);
  const highs = i32x4.splat(high);
  let next = to;
  for (let at = keys; at < end; at += 16) {
    const v = v128.load(at);
    let mask = i32x4.bitmask(v128.and(i32x4.ge_s(v, lows), i32x4.le_s(v, highs)));
    while (mask !== 0) {
      store<i32>(next, load<i32>(at + (usize(ctz(mask)) << 2)));
      next += WORD;
      mask &= mask - 1;
    }
  }
  const count = i32((next - to) >> 2);
  for (let i = count; i % LANES !== 0; i++) {
    store<i32>(next, LEAST);
    next += WORD;
  }
  return count;
}

/**
 * The k-th largest of n keys, by bisection: the largest t of which `count(keys ≥ t) ≥ k`. Once few keys are left between the bounds, they
 * are gathered into `scratch`, and the rest of the way is short.
 */
export function kthLargest(keys: usize, n: i32, k: i32, low: i32, high: i32, scratch: usize): i32 {
  let from = keys;
  let end = keys + (usize((n + LANES - 1) / LANES) << 4);
  let wanted = k;
  let size = n;
  let above = 0; // keys over `high`
  let atLeast = n; // keys from `low` on
  while (low < high) {
    const middle = i32((i64(low) + i64(high) + 1) >> 1);
    const count = countFrom(from, end, middle);
    if (count >= wanted) {
      low = middle;
      atLeast = count;
    } else {
      high = middle - 1;
      above = count;
    }
    const left = atLeast - above;
    if (size > 64 && left * 4 <= size) {
      size = gather(from, end, low, high, scratch);
      from = scratch;
      end = scratch + (usize((size + LANES - 1) / LANES) << 4);
      wanted -= above;
      atLeast = size;
      above = 0;
    }
  }
  return low;
}

/**
 * The k largest of n values, ties to the lowest index, in ascending order of index: int32 [k] to `winners`, gain · value to `activations`.
 * @param keys scratch, int32 [2 · (n rounded up to whole vectors)]
 */
export function topK(values: usize, n: i32, k: i32, gain: f32, winners: usize, activations: usize, keys: usize): void {
  const whole = n & ~(LANES - 1);
  const padded = (n + LANES - 1) & ~(LANES - 1);
  let lows = i32x4.splat(i32.MAX_VALUE);
  let highs = i32x4.splat(LEAST);
  for (let i = 0; i < whole; i += LANES) {
    const key = ordered(v128.load(values + (usize(i) << 2)));
    v128.store(keys + (usize(i) << 2), key);
    lows = i32x4.min_s(lows, key);
    highs = i32x4.max_s(highs, key);
  }
  let low = min(
    min(i32x4.extract_lane(lows, 0), i32x4.extract_lane(lows, 1)),
    min(i32x4.extract_lane(lows, 2), i32x4.extract_lane(lows, 3)),
  );
  let high = max(
    max(i32x4.extract_lane(highs, 0), i32x4.extract_lane(highs, 1)),
    max(i32x4.extract_lane(highs, 2), i32x4.extract_lane(highs, 3)),
  );
  for (let i = whole; i < padded; i++) {
    let key = LEAST;
    if (i < n) {
      key = i32x4.extract_lane(ordered(f32x4.splat(load<f32>(values + (usize(i) << 2)))), 0);
      low = min(low, key);
      high = max(high, key);
    }
    store<i32>(keys + (usize(i) << 2), key);
  }

  const end = keys + (usize(padded) << 2);
  const least = kthLargest(keys, n, k, low, high, end);
  let ties = k - (least === i32.MAX_VALUE ? 0 : countFrom(keys, end, least + 1));
  const bound = i32x4.splat(least);
  let next: usize = 0;
  for (let at = keys; at < end; at += 16) {
    let mask = i32x4.bitmask(i32x4.ge_s(v128.load(at), bound));
    while (mask !== 0) {
      const index = i32((at - keys) >> 2) + ctz(mask);
      mask &= mask - 1;
      if (load<i32>(keys + (usize(index) << 2)) === least && ties-- <= 0) continue;
      if (index >= n) continue;
      store<i32>(winners + next, index);
      store<f32>(activations + next, gain * load<f32>(values + (usize(index) << 2)));
      next += WORD;
    }
  }
}

/** `ordered` of one float. */
export function orderOf(value: f32): i32 {
  const bits = reinterpret<i32>(value + 0);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/** The float that `orderOf` gave this integer. */
export function floatOf(order: i32): f32 {
  return reinterpret<f32>(order ^ ((order >> 31) & 0x7fffffff));
}
