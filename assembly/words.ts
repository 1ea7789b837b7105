// The widths that all kernels share.

/** Numbers in a vector. */
export const LANES: i32 = 4;
/** Bytes of a number. */
export const WORD: usize = 4;
