// Pictures to features: decoded, brought to the network's size and scale, and sent through it.

import { type ImageDefinition, infoOf } from "../definition.ts";
import { type Encoder, type EncoderInfo, UnreadableInput } from "../encoder.ts";
import { decodeImage } from "./decode.ts";
import type { Network } from "./network.ts";
import { numbersOf, writePlanes } from "./planes.ts";

export class ImageEncoder implements Encoder {
  readonly info: EncoderInfo;
  readonly #input: ImageDefinition["input"];
  readonly #network: Network;

  /** @param network taken over */
  constructor(definition: ImageDefinition, network: Network) {
    this.info = infoOf(definition);
    this.#input = definition.input;
    this.#network = network;
  }

  async encode(file: Uint8Array): Promise<Float32Array> {
    const pixels = await decodeImage(file, this.#input);
    const picture = new Float32Array(numbersOf(this.#input));
    writePlanes(pixels, this.#input, picture);
    const features = await this.#network.run(picture);
    if (!features.every(Number.isFinite)) throw new UnreadableInput("gives features that are not finite");
    return features;
  }

  dispose(): void {
    this.#network.dispose();
  }
}
