// The search of an episodic memory: which k keys are the most similar to a query. An int8 copy of the keys, a quarter of their bytes, gives each
// similarity to within a bound that is known for every key; only keys that may be among the k nearest by these bounds are looked at in
// float32. Invariant: the answer is the one that looking at every key gives, to the bit, whatever the keys are.
//
// With k̃ = scale · code the copy of a key k and q̃ that of a query q: |q·k − q̃·k̃| ≤ ‖q‖·‖k − k̃‖ + ‖q − q̃‖·‖k̃‖. Estimates and bounds are
// counted in units of the query's own scale, so that an estimate is `scale · (products − offset)`: codes of keys are stored with 128 added
// (what an unsigned-by-signed product wants), and the offset, 128 · Σ query codes, takes it out again.

import { floatOf, kthLargest, LEAST, orderOf, topK } from "./order";
import { LANES, WORD } from "./words";

/** What is added to the codes of keys. */
const ZERO: i32 = 128;
const CODE_MAX: f32 = 127;
/** Keys and queries have length 1, their copies a little more at most. */
const LONGEST: f64 = 1.1;
/** Of float32: twice the largest relative error of one rounding. */
const EPSILON: f64 = 2.0 ** -23;
/** Keys whose codes stay in the innermost cache while the queries pass. */
const BLOCK_KEYS: i32 = 32;
/** Keys that are kept between two times of making room, for each neighbour and at least. */
const BETWEEN_MARKS: i32 = 6;
const LEAST_BETWEEN_MARKS: i32 = 128;
const UNKNOWN: f32 = -Infinity;
const LAST_SLOT: i64 = 0x7fffffff;

/**
 * What one memory's searches work on; memory-kernel.ts writes it, field by field in this order. `lanes` is the batch rounded up to whole
 * vectors, `room` the number of keys kept of each query: a multiple of 4, and 4 · k or more.
 */
@unmanaged
export class Search {
  dim: i32;
  /** Bytes of a key's code: dim, padded to whole vectors. */
  stride: i32;
  batch: i32;
  lanes: i32;
  k: i32;
  room: i32;

  /** float32 [capacity, dim] */
  keys: usize;
  /** uint8 [capacity, stride]: 128 + the codes of the keys. */
  codes: usize;
  /** float32 [capacity] */
  scales: usize;
  /** float32 [capacity]: at least ‖k − k̃‖. */
  errors: usize;

  /** float32 [batch, dim] */
  queries: usize;
  /** int16 [lanes, stride] */
  queryCodes: usize;
  /** float32 [lanes]: the queries' scales. */
  units: usize;
  /** int32 [lanes]: 128 · Σ codes. */
  offsets: usize;
  /** float32 [lanes]: ‖q‖ in units. */
  ratios: usize;
  /** float32 [lanes], in units: by how much an estimate may be off at most whatever the key's own error. */
  slacks: usize;

  /** float32 [lanes], in units: what the most that a similarity can be has to reach. */
  limits: usize;
  /** int32 [lanes]: how many keys are kept; −1 for a query that too many are near to. */
  sizes: usize;
  /** int32 [lanes]: at how many keys it is time to `compact`. */
  marks: usize;
  /** int32 [lanes, room]: the least that each similarity can be but for the slack, in units, as `orderOf` has it. */
  lowers: usize;
  /** float32 [lanes, room], in units: the most, likewise. */
  uppers: usize;
  /** float32 [lanes, room]: the similarity itself, `UNKNOWN` while nobody looked. */
  exacts: usize;
  /** int32 [lanes, room], ascending. */
  slots: usize;

  /** Scratch, float32 [4]. */
  estimates: usize;
  /** Scratch, int32 [room], as is `places`. */
  list: usize;
  places: usize;
  /** Scratch, float32 [max(room, capacity)]. */
  similarities: usize;
  /** Scratch, int32 [2 · (capacity rounded up to whole vectors)]. */
  orders: usize;
  /** Scratch, int64 [room]. */
  ranks: usize;
  /** int32 [k]: the answer to one query, nearest first (ties: the lowest slot). */
  foundSlots: usize;
  /** float32 [k]: similarities. */
  found: usize;
}

/** The largest absolute value of a row over 127: 0 for a row of zeros. */
function scaleOf(x: usize, dim: i32): f32 {
  const whole = dim & ~(LANES - 1);
  let most = f32x4.splat(0);
  for (let i: i32 = 0; i < whole; i += LANES) most = f32x4.max(most, f32x4.abs(v128.load(x + (usize(i) << 2))));
  let largest = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (let i = whole; i < dim; i++) largest = max(largest, abs(load<f32>(x + (usize(i) << 2))));
  return largest / CODE_MAX;
}

/** `round(x / scale)` of four numbers, as whole floats. */
function codesOf(values: v128, inverse: f32): v128 {
  const codes = f32x4.nearest(f32x4.mul(values, f32x4.splat(inverse)));
  return f32x4.max(f32x4.min(codes, f32x4.splat(CODE_MAX)), f32x4.splat(-CODE_MAX));
}

/** Adds, of four numbers, the squares of what `scale · code` misses, in float64. */
function addMisses(squares: v128, values: v128, codes: v128, scale: f64): v128 {
  const scales = f64x2.splat(scale);
  const low = f64x2.sub(f64x2.promote_low_f32x4(values), f64x2.mul(scales, f64x2.promote_low_f32x4(codes)));
  const upperValues = f64x2.promote_low_f32x4(upperHalf(values));
  const high = f64x2.sub(upperValues, f64x2.mul(scales, f64x2.promote_low_f32x4(upperHalf(codes))));
  return f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

function upperHalf(v: v128): v128 {
  return i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
}

/** Four numbers from column `i` on, 0 beyond the row. */
function valuesAt(x: usize, i: i32, dim: i32): v128 {
  const at = x + (usize(i) << 2);
  if (i + LANES <= dim) return v128.load(at);
  let values = f32x4.splat(0);
  if (i < dim) values = f32x4.replace_lane(values, 0, load<f32>(at));
  if (i + 1 < dim) values = f32x4.replace_lane(values, 1, load<f32>(at, 4));
  if (i + 2 < dim) values = f32x4.replace_lane(values, 2, load<f32>(at, 8));
  return values;
}

/** Copies key `slot`: `code = 128 + round(key / scale)`, padded with 128. */
export function codeKey(search: Search, slot: i32): void {
  const dim = search.dim;
  const stride = search.stride;
  const key = search.keys + usize(slot) * (usize(dim) << 2);
  const to = search.codes + usize(slot) * usize(stride);
  const scale = scaleOf(key, dim);
  const inverse: f32 = scale > 0 ? 1 / scale : 0;
  let squares = f64x2.splat(0);
  for (let i: i32 = 0; i < stride; i += LANES) {
    const values = valuesAt(key, i, dim);
    const codes = codesOf(values, inverse);
    squares = addMisses(squares, values, codes, scale);
    const shorts = i32x4.add(i32x4.trunc_sat_f32x4_s(codes), i32x4.splat(ZERO));
    const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(shorts, shorts), i16x8.splat(0));
    v128.store32_lane(to + usize(i), bytes, 0);
  }
  const square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  store<f32>(search.scales + (usize(slot) << 2), scale);
  store<f32>(search.errors + (usize(slot) << 2), f32(sqrt(square) * (1 + 1e-6)));
}

/** Copies the queries, and begins their searches: every key may be near. Lanes beyond the batch keep nothing. */
export function codeQueries(search: Search): void {
  const dim = search.dim;
  const stride = usize(search.stride);
  memory.fill(search.queryCodes, 0, (usize(search.lanes) * stride) << 1);
  for (let query: i32 = 0; query < search.lanes; query++) {
    const at = usize(query) << 2;
    const row = search.queries + ((usize(query) * usize(dim)) << 2);
    const codes = search.queryCodes + ((usize(query) * stride) << 1);
    const isThere = query < search.batch;
    const scale: f32 = isThere ? scaleOf(row, dim) : 0;
    const unit: f32 = scale > 0 ? scale : 1;
    let sum = i32x4.splat(0);
    let squares = f64x2.splat(0);
    let misses = f64x2.splat(0);
    for (let i: i32 = 0; isThere && i < dim; i += LANES) {
      const values = valuesAt(row, i, dim);
      const rounded = codesOf(values, 1 / unit);
      const integers = i32x4.trunc_sat_f32x4_s(rounded);
      v128.store64_lane(codes + (usize(i) << 1), i16x8.narrow_i32x4_s(integers, integers), 0);
      sum = i32x4.add(sum, integers);
      squares = addMisses(squares, values, f32x4.splat(0), 0);
      misses = addMisses(misses, values, rounded, unit);
    }
    const square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
    const error = f64x2.extract_lane(misses, 0) + f64x2.extract_lane(misses, 1);
    const length = sqrt(square) * (1 + 1e-6);
    store<f32>(search.units + at, unit);
    store<i32>(search.offsets + at, ZERO * sumOf(sum));
    store<f32>(search.ratios + at, f32(length / f64(unit)));
    // The second part: what the float32 sums of both products round away.
    const slack = LONGEST * sqrt(error) + 2 * f64(dim) * EPSILON * length;
    store<f32>(search.slacks + at, f32(slack / f64(unit)));
    store<f32>(search.limits + at, isThere ? -Infinity : Infinity);
    store<i32>(search.sizes + at, isThere ? 0 : -1);
    store<i32>(search.marks + at, nextMark(search, 0));
  }
}

/** Writes the queries' codes as the right side of a product. @param columns int8 [stride, lanes] */
export function transposeCodes(search: Search, columns: usize): void {
  const lanes = usize(search.lanes);
  const stride = usize(search.stride);
  for (let query: usize = 0; query < lanes; query++) {
    const codes = search.queryCodes + ((query * stride) << 1);
    for (let i: usize = 0; i < stride; i++) store<i8>(columns + i * lanes + query, load<i8>(codes + (i << 1)));
  }
}

/** `products = codes · queryCodesᵀ` of `count` keys from `first` on. @param products int32 [count, lanes] */
export function multiplyCodes(search: Search, first: i32, count: i32, products: usize): void {
  const stride = search.stride;
  const keys = search.codes + usize(first) * usize(stride);
  const batch = search.batch;
  for (let from: i32 = 0; from < count; from += BLOCK_KEYS) {
    const to = min(from + BLOCK_KEYS, count);
    for (let query: i32 = 0; query < batch; query += LANES) {
      const codes = search.queryCodes + ((usize(query) * usize(stride)) << 1);
      for (let key = from; key < to; key++) {
        const code = keys + usize(key) * usize(stride);
        const out = products + ((usize(key) * usize(search.lanes) + usize(query)) << 2);
        if (query + 1 === batch) store<i32>(out, product(code, codes, stride));
        else v128.store(out, products4(code, codes, stride));
      }
    }
  }
}

function sumOf(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}

/** One key by one query. */
function product(code: usize, query: usize, stride: i32): i32 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  for (let i: usize = 0; i < usize(stride); i += 16) {
    const codes = v128.load(code + i);
    const at = query + (i << 1);
    a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(codes), v128.load(at)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(codes), v128.load(at, 16)));
  }
  return sumOf(i32x4.add(a, b));
}

/** One key by four queries. */
function products4(code: usize, queries: usize, stride: i32): v128 {
  const row = usize(stride) << 1;
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let i: usize = 0; i < usize(stride); i += 16) {
    const codes = v128.load(code + i);
    const low = i16x8.extend_low_i8x16_u(codes);
    const high = i16x8.extend_high_i8x16_u(codes);
    let at = queries + (i << 1);
    a = i32x4.add(a, i32x4.add(i32x4.dot_i16x8_s(low, v128.load(at)), i32x4.dot_i16x8_s(high, v128.load(at, 16))));
    at += row;
    b = i32x4.add(b, i32x4.add(i32x4.dot_i16x8_s(low, v128.load(at)), i32x4.dot_i16x8_s(high, v128.load(at, 16))));
    at += row;
    c = i32x4.add(c, i32x4.add(i32x4.dot_i16x8_s(low, v128.load(at)), i32x4.dot_i16x8_s(high, v128.load(at, 16))));
    at += row;
    d = i32x4.add(d, i32x4.add(i32x4.dot_i16x8_s(low, v128.load(at)), i32x4.dot_i16x8_s(high, v128.load(at, 16))));
  }
  const low = i32x4.replace_lane(i32x4.splat(sumOf(a)), 1, sumOf(b));
  return i32x4.replace_lane(i32x4.replace_lane(low, 2, sumOf(c)), 3, sumOf(d));
}

/**
 * Keeps, of `count` keys from `first` on, those that may be among a query's k nearest going by what was seen so far.
 * @param products int32 [count, lanes]
 */
export function collect(search: Search, first: i32, count: i32, products: usize): void {
  const end = usize(search.lanes) << 2;
  const whole = count & ~(LANES - 1);
  for (let key: i32 = 0; key < whole; key += LANES) collect4(search, first, key, products);
  for (let key = whole; key < count; key++) {
    const scale = load<f32>(search.scales + (usize(first + key) << 2));
    for (let at: usize = 0; at < end; at += WORD) {
      const raw = load<i32>(products + usize(key) * end + at) - load<i32>(search.offsets + at);
      keep(search, first + key, at, scale * f32(raw));
    }
  }
}

/** Four keys from `key` on: those that the largest of their estimates rules out with the largest of their errors are many. */
function collect4(search: Search, first: i32, key: i32, products: usize): void {
  const end = usize(search.lanes) << 2;
  const offsets = search.offsets;
  const ratios = search.ratios;
  const limits = search.limits;
  const scales = search.scales + (usize(first + key) << 2);
  const errors = search.errors + (usize(first + key) << 2);
  const scaleA = v128.load32_splat(scales);
  const scaleB = v128.load32_splat(scales, 4);
  const scaleC = v128.load32_splat(scales, 8);
  const scaleD = v128.load32_splat(scales, 12);
  const error = f32x4.splat(
    max(max(load<f32>(errors), load<f32>(errors, 4)), max(load<f32>(errors, 8), load<f32>(errors, 12))),
  );
  const a = products + usize(key) * end;
  const b = a + end;
  const c = b + end;
  const d = c + end;
  for (let lane: usize = 0; lane < end; lane += 16) {
    const offset = v128.load(offsets + lane);
    const ea = f32x4.mul(scaleA, f32x4.convert_i32x4_s(i32x4.sub(v128.load(a + lane), offset)));
    const eb = f32x4.mul(scaleB, f32x4.convert_i32x4_s(i32x4.sub(v128.load(b + lane), offset)));
    const ec = f32x4.mul(scaleC, f32x4.convert_i32x4_s(i32x4.sub(v128.load(c + lane), offset)));
    const ed = f32x4.mul(scaleD, f32x4.convert_i32x4_s(i32x4.sub(v128.load(d + lane), offset)));
    const highest = f32x4.pmax(f32x4.pmax(ea, eb), f32x4.pmax(ec, ed));
    const limit = f32x4.sub(v128.load(limits + lane), f32x4.mul(error, v128.load(ratios + lane)));
    if (!v128.any_true(f32x4.ge(highest, limit))) continue;
    keepLanes(search, first + key, lane, ea, i32x4.bitmask(f32x4.ge(ea, limit)));
    keepLanes(search, first + key + 1, lane, eb, i32x4.bitmask(f32x4.ge(eb, limit)));
    keepLanes(search, first + key + 2, lane, ec, i32x4.bitmask(f32x4.ge(ec, limit)));
    keepLanes(search, first + key + 3, lane, ed, i32x4.bitmask(f32x4.ge(ed, limit)));
  }
}

function keepLanes(search: Search, slot: i32, lane: usize, estimates: v128, mask: i32): void {
  if (mask === 0) return;
  v128.store(search.estimates, estimates);
  while (mask !== 0) {
    const i = usize(ctz(mask)) << 2;
    mask &= mask - 1;
    keep(search, slot, lane + i, load<f32>(search.estimates + i));
  }
}

/** Keeps a key of a query if it may be near. @param at bytes to the query's lane */
function keep(search: Search, slot: i32, at: usize, estimate: f32): void {
  const doubt = load<f32>(search.errors + (usize(slot) << 2)) * load<f32>(search.ratios + at);
  if (estimate + doubt < load<f32>(search.limits + at)) return;
  const size = load<i32>(search.sizes + at);
  if (size < 0) return;
  const place = at * usize(search.room) + (usize(size) << 2);
  store<i32>(search.lowers + place, orderOf(estimate - doubt));
  store<f32>(search.uppers + place, estimate + doubt);
  store<f32>(search.exacts + place, UNKNOWN);
  store<i32>(search.slots + place, slot);
  store<i32>(search.sizes + at, size + 1);
  if (size + 1 === load<i32>(search.marks + at)) compact(search, i32(at >> 2));
}

/** At how many keys it is time again, with `size` at hand: the limit rises while there are few. */
function nextMark(search: Search, size: i32): i32 {
  return min(search.room, size + max(BETWEEN_MARKS * search.k, LEAST_BETWEEN_MARKS));
}

/**
 * Looks at the k keys of one query that are certain to be the nearest, which raises its limit, and drops those that cannot reach it. Where most
 * of the room stays taken, gives the query up.
 */
function compact(search: Search, query: i32): void {
  const at = usize(query) << 2;
  const size = load<i32>(search.sizes + at);
  if (size <= search.k) return;
  const row = (usize(query) * usize(search.room)) << 2;
  const lowers = search.lowers + row;
  const uppers = search.uppers + row;
  const exacts = search.exacts + row;
  const slots = search.slots + row;
  const end = usize(size) << 2;
  for (let i = size; i % LANES !== 0; i++) store<i32>(lowers + (usize(i) << 2), LEAST);
  const kth = kthLargest(lowers, size, search.k, LEAST, i32.MAX_VALUE, search.list);
  lookAt(search, query, kth);
  let least: f32 = Infinity;
  for (let i: usize = 0; i < end; i += WORD) {
    if (load<i32>(lowers + i) >= kth) least = min(least, load<f32>(exacts + i));
  }
  const limit = least / load<f32>(search.units + at) - load<f32>(search.slacks + at);
  let left: usize = 0;
  for (let i: usize = 0; i < end; i += WORD) {
    const upper = load<f32>(uppers + i);
    store<i32>(lowers + left, load<i32>(lowers + i));
    store<f32>(uppers + left, upper);
    store<f32>(exacts + left, load<f32>(exacts + i));
    store<i32>(slots + left, load<i32>(slots + i));
    left += select(WORD, usize(0), upper >= limit); // no branch: nobody could predict it
  }
  const kept = i32(left >> 2);
  const isGivenUp = kept > search.room - (search.room >> 2);
  store<i32>(search.sizes + at, isGivenUp ? -1 : kept);
  store<i32>(search.marks + at, nextMark(search, kept));
  store<f32>(search.limits + at, isGivenUp ? Infinity : limit);
}

/** Computes the similarities of a query to those of its keys whose `lowers` are `least` or more, where they are not known. */
function lookAt(search: Search, query: i32, least: i32): void {
  const row = (usize(query) * usize(search.room)) << 2;
  const size = load<i32>(search.sizes + (usize(query) << 2));
  let count: usize = 0;
  for (let i = row; i < row + (usize(size) << 2); i += WORD) {
    const exact = load<f32>(search.exacts + i);
    if (exact > UNKNOWN || load<i32>(search.lowers + i) < least) continue;
    store<i32>(search.list + count, load<i32>(search.slots + i));
    store<i32>(search.places + count, i32(i));
    count += WORD;
  }
  similaritiesOf(search, query, search.list, i32(count >> 2));
  const unit = load<f32>(search.units + (usize(query) << 2));
  for (let i: usize = 0; i < count; i += WORD) {
    const place = usize(load<i32>(search.places + i));
    const similarity = load<f32>(search.similarities + i);
    store<f32>(search.exacts + place, similarity);
    store<i32>(search.lowers + place, max(load<i32>(search.lowers + place), orderOf(similarity / unit)));
    store<f32>(search.uppers + place, similarity / unit);
  }
}

/** Finds a query's k nearest among the keys that `collect` kept. @returns false where the query was given up */
export function nearestKept(search: Search, query: i32): bool {
  compact(search, query);
  const size = load<i32>(search.sizes + (usize(query) << 2));
  if (size < 0) return false;
  lookAt(search, query, LEAST);
  const row = (usize(query) * usize(search.room)) << 2;
  rank(search.exacts + row, search.slots + row, size, search.ranks);
  answer(search, size);
  return true;
}

/** Finds a query's k nearest among the `count` keys in `list`. */
export function nearestAmong(search: Search, query: i32, count: i32): void {
  similaritiesOf(search, query, search.list, count);
  rank(search.similarities, search.list, count, search.ranks);
  answer(search, count);
}

/** Finds a query's k nearest among the first n keys, whose similarities are known. @param similarities float32 [n] */
export function nearestOfAll(search: Search, similarities: usize, n: i32): void {
  topK(similarities, n, search.k, 1, search.foundSlots, search.found, search.orders);
  rank(search.found, search.foundSlots, search.k, search.ranks);
  answer(search, search.k);
}

/** Similarities of a query to the keys in `list`, int32 [count], summed in the order of assembly/product.ts. */
function similaritiesOf(search: Search, query: i32, list: usize, count: i32): void {
  const rowBytes = usize(search.dim) << 2;
  const whole = rowBytes & ~15;
  const keys = search.keys;
  const x = search.queries + usize(query) * rowBytes;
  for (let i: i32 = 0; i < count; i += LANES) {
    const a = keys + slotOf(list, i) * rowBytes;
    const b = keys + slotOf(list, min(i + 1, count - 1)) * rowBytes;
    const c = keys + slotOf(list, min(i + 2, count - 1)) * rowBytes;
    const d = keys + slotOf(list, min(i + 3, count - 1)) * rowBytes;
    let as = f32x4.splat(0);
    let bs = as;
    let cs = as;
    let ds = as;
    for (let at: usize = 0; at < whole; at += 16) {
      const value = v128.load(x + at);
      as = f32x4.add(as, f32x4.mul(value, v128.load(a + at)));
      bs = f32x4.add(bs, f32x4.mul(value, v128.load(b + at)));
      cs = f32x4.add(cs, f32x4.mul(value, v128.load(c + at)));
      ds = f32x4.add(ds, f32x4.mul(value, v128.load(d + at)));
    }
    const out = search.similarities + (usize(i) << 2);
    store<f32>(out, withRest(as, x, a, whole, rowBytes));
    if (i + 1 < count) store<f32>(out, withRest(bs, x, b, whole, rowBytes), 4);
    if (i + 2 < count) store<f32>(out, withRest(cs, x, c, whole, rowBytes), 8);
    if (i + 3 < count) store<f32>(out, withRest(ds, x, d, whole, rowBytes), 12);
  }
}

function slotOf(list: usize, i: i32): usize {
  return usize(load<i32>(list + (usize(i) << 2)));
}

/** The sum of the lanes, and of the products that did not fill a vector. */
function withRest(sums: v128, x: usize, key: usize, from: usize, to: usize): f32 {
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  for (let at = from; at < to; at += WORD) sum += load<f32>(x + at) * load<f32>(key + at);
  return sum;
}

/** Writes `count` similarities and their slots as integers, larger for the nearer, of the equally near for the lower slot. */
function rank(similarities: usize, slots: usize, count: i32, ranks: usize): void {
  for (let i: i32 = 0; i < count; i++) {
    const similarity = load<f32>(similarities + (usize(i) << 2));
    const slot = i64(load<i32>(slots + (usize(i) << 2)));
    store<i64>(ranks + (usize(i) << 3), (i64(orderOf(similarity)) << 32) | (LAST_SLOT - slot));
  }
}

/** Writes the k nearest of `count` ranked keys. */
function answer(search: Search, count: i32): void {
  sortDown(search.ranks, count);
  for (let i: usize = 0; i < usize(search.k); i++) {
    const value = load<i64>(search.ranks + (i << 3));
    store<i32>(search.foundSlots + (i << 2), i32(LAST_SLOT - (value & LAST_SLOT)));
    store<f32>(search.found + (i << 2), floatOf(i32(value >> 32)));
  }
}

/** Sorts integers, largest first (Shell 1959). */
function sortDown(values: usize, count: i32): void {
  for (let gap = count / 2; gap > 0; gap /= 2) {
    const step = usize(gap) << 3;
    for (let i = gap; i < count; i++) {
      let at = values + (usize(i) << 3);
      const value = load<i64>(at);
      while (at >= values + step && load<i64>(at - step) < value) {
        store<i64>(at, load<i64>(at - step));
        at -= step;
      }
      store<i64>(at, value);
    }
  }
}
