// The steps of a brain in SIMD WebAssembly (AssemblyScript, built by scripts/build-kernels.mjs). Arguments are
// addresses in the imported memory and sizes in numbers, not bytes; arrays are row-major. Invariant: a row's result does not depend on the
// rows beside it, and sums run in one fixed order, so that it is the same to the bit on every processor.

export { backward, complete, reduce } from "./factor";
export { encodeKeys, joinFeatures, seeProducts, signProducts } from "./features";
export { learn, recall } from "./layer";
export { topK } from "./order";
export { product } from "./product";
export { multiplySamples, score } from "./scores";
export {
  codeKey,
  codeQueries,
  collect,
  multiplyCodes,
  nearestAmong,
  nearestKept,
  nearestOfAll,
  transposeCodes,
} from "./search";
export { addOuter } from "./sums";
