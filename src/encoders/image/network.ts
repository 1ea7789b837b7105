// The network of an image encoder, whatever computes it.

export interface Network {
  /**
   * @param picture float32 as `writePlanes` has it
   * @returns float32 [dimension]
   */
  run(picture: Float32Array): Promise<Float32Array>;
  dispose(): void;
}
