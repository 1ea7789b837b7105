// The sparse code of an input, from the neurons that it draws. Shared by the backends: the arithmetic is on a few numbers a row.

/** What a base makes of a batch. */
export type SparseCodes = {
  /** Neurons that a row draws. */
  readonly k: number;
  /** int32 [batch, k]: the neurons that were drawn, ascending in each row. */
  readonly winners: Int32Array;
  /** float32 [batch, k]: how strongly each fires; a row has length 1, or is zero where no neuron stands out. The weakest is 0. */
  readonly activations: Float32Array;
  /** float32 [batch]: the similarity of the nearest neuron. */
  readonly best: Float32Array;
};

/**
 * With the similarities s of the k nearest neurons: `a_j = (s_j − min s) / ‖s − min s‖`, the seed's thresholding.
 * @param winners int32 [batch, k]
 * @param similarities float32 [batch, k]; taken over
 */
export function codeFromWinners(winners: Int32Array, similarities: Float32Array, k: number): SparseCodes {
  const batch = winners.length / k;
  const best = new Float32Array(batch);
  for (let row = 0; row < batch; row++) {
    const code = similarities.subarray(row * k, (row + 1) * k);
    best[row] = code.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const threshold = code.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const length = Math.sqrt(code.reduce((sum, value) => sum + (value - threshold) ** 2, 0));
    for (let i = 0; i < k; i++) code[i] = length > 0 ? ((code[i] ?? 0) - threshold) / length : 0;
  }
  return { k, winners, activations: similarities, best };
}
