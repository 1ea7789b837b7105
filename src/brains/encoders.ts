// The encoders of this server: what there is, and what a brain that is being created gets of the one that it names.

import { infoOf } from "../encoders/definition.ts";
import { type EncoderInfo, EncoderUnavailable } from "../encoders/encoder.ts";
import { definitionOf, encoderNames } from "../encoders/folder.ts";
import { invalid } from "../errors.ts";
import type { Wish } from "./api.ts";

/** Read anew each time: an encoder may be added while the server runs. */
export class Encoders {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** By name; without those whose definition cannot be read. */
  async list(): Promise<readonly EncoderInfo[]> {
    const names = await encoderNames(this.#folder);
    const infos = await Promise.all(names.map((name) => this.find(name).catch(() => null)));
    return infos.filter((info) => info !== null);
  }

  /** @throws EncoderUnavailable */
  async find(name: string): Promise<EncoderInfo> {
    return infoOf(await definitionOf(this.#folder, name));
  }

  /** The encoder that a brain is to be created with; null for none. @throws EngramError `validation` where there is no such encoder */
  async wishedFor({ config }: Wish): Promise<EncoderInfo | null> {
    const name = config?.encoder;
    if (name === undefined) return null;
    try {
      return await this.find(name);
    } catch (error) {
      if (!(error instanceof EncoderUnavailable)) throw error;
      throw invalid(
        "#/config/encoder",
        `is ${JSON.stringify(name)}, which this server does not have: GET /v1/encoders lists them`,
      );
    }
  }
}
