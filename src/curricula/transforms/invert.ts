// What was bright is dark.

/** @param range `unit`: `1 − x`; `signed`: `−x`. @returns float32, as long as `x` */
export const invert = (x: Float32Array, range: "unit" | "signed"): Float32Array =>
  range === "unit" ? x.map((value) => 1 - value) : x.map((value) => -value);
