// The encoders that a host has open: each is loaded when it is first asked for, and what loads them with the first, and stays. Invariant: what
// comes out was made by the encoder of exactly the identity that was asked for, whatever has been added to the folder under its name since.

import type { EncoderIdentity } from "../brain/encoder-identity.ts";
import { type Computing, type Encoder, EncoderUnavailable, UnreadableInput } from "../encoders/encoder.ts";
import { HostRefusal, type NotEncoded } from "./protocol.ts";

/** Runs a piece of work when it is its turn. */
type Turn = <T>(work: () => Promise<T>) => Promise<T>;

export class HostEncoders {
  readonly #folder: string;
  readonly #computing: Computing;
  /** By digest; one that could not be opened is not kept, so that it is tried again. */
  readonly #open = new Map<string, Promise<Encoder>>();

  constructor(folder: string, computing: Computing) {
    this.#folder = folder;
    this.#computing = computing;
  }

  /**
   * @param turn each input, and opening the encoder, is a piece of work of its own; none of them throws
   * @param isWanted asked before each input: whether anybody waits for the features
   * @returns float32 [inputs.length, dimension]
   * @throws HostRefusal `cancelled` when nobody does
   */
  async encode(
    identity: EncoderIdentity,
    inputs: readonly Uint8Array[],
    turn: Turn,
    isWanted: () => boolean = () => true,
  ): Promise<{ readonly features: Float32Array } | NotEncoded> {
    const encoder = await turn(() => this.#opened(identity));
    if ("unavailable" in encoder) return encoder;
    const { dimension } = encoder.info;
    const features = new Float32Array(inputs.length * dimension);
    for (const [index, input] of inputs.entries()) {
      if (!isWanted()) throw new HostRefusal("cancelled", "the features were not wanted any more");
      const row = await turn(() => this.#encodeOne(encoder, input));
      if (typeof row === "string") return { unreadable: { index, reason: row } };
      features.set(row, index * dimension);
    }
    return { features };
  }

  async #opened(identity: EncoderIdentity): Promise<Encoder | { readonly unavailable: string }> {
    const opening = this.#open.get(identity.digest) ?? this.#openAnew(identity);
    this.#open.set(identity.digest, opening);
    try {
      return await opening;
    } catch (error) {
      this.#open.delete(identity.digest);
      return { unavailable: error instanceof Error ? error.message : String(error) };
    }
  }

  async #openAnew({ name, digest }: EncoderIdentity): Promise<Encoder> {
    const { openEncoder } = await import("../encoders/open.ts");
    const encoder = await openEncoder(this.#folder, name, this.#computing);
    if (encoder.info.digest === digest) return encoder;
    encoder.dispose();
    throw new EncoderUnavailable(`The encoder ${JSON.stringify(name)} is another one now: ${encoder.info.digest}.`);
  }

  /** @returns the features, or why there are none */
  async #encodeOne(encoder: Encoder, input: Uint8Array): Promise<Float32Array | string> {
    try {
      return await encoder.encode(input);
    } catch (error) {
      if (error instanceof UnreadableInput) return error.message;
      await this.#drop(encoder);
      return `makes the model fail: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** A model that has failed may not work any more: the next call loads it anew. */
  async #drop(encoder: Encoder): Promise<void> {
    const { digest } = encoder.info;
    if ((await this.#open.get(digest)) !== encoder) return;
    this.#open.delete(digest);
    encoder.dispose();
  }
}
