// What turns inputs of other kinds into features, before a brain sees them. Invariants: an encoder changes nothing and remembers nothing; features
// of encoders with different identities mean different things, and no brain ever meets both.

import type { EncoderIdentity } from "../brain/encoder-identity.ts";

export type EncoderInfo = EncoderIdentity & {
  /** Features of one input: the `inputDim` of its brains. */
  readonly dimension: number;
};

/** An input that the encoder cannot take; the message says why. */
export class UnreadableInput extends Error {}

/** An encoder that cannot be had here: its files or a package are missing, or are not what they were. */
export class EncoderUnavailable extends Error {}

/** What onnxruntime computes networks on; `webgpu` comes with it and wants Vulkan, `cuda` wants its own libraries beside it. */
export const PROVIDERS = ["cpu", "webgpu", "cuda"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** How an encoder's model is computed. Features of different providers differ in their last digits. */
export type Computing = { /** Of the processor. */ readonly threads: number; readonly provider: Provider };

/** To try a model out. */
export const ON_ONE_THREAD: Computing = { threads: 1, provider: "cpu" };

export interface Encoder {
  readonly info: EncoderInfo;
  /**
   * @param input an image's file, or a text as UTF-8
   * @returns float32 [dimension], finite: the same bits each time, whatever is encoded beside it
   * @throws UnreadableInput when it cannot take it
   */
  encode(input: Uint8Array): Promise<Float32Array>;
  dispose(): void;
}
