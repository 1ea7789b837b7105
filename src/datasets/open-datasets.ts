// Which datasets lie ready on the local disk: whoever opens one that is open already shares its file. Invariant: a file is closed when the last of
// its users has closed it, or everything is closed.

import type { DatasetInfo, OpenDataset } from "./api.ts";
import type { LocalSamples } from "./local-samples.ts";

type Shared = { readonly samples: Promise<LocalSamples>; users: number };

export class OpenDatasets {
  readonly #open = new Map<string, Shared>();

  /** @param bring copies the samples, when nobody has them open */
  async open(uid: string, bring: () => Promise<LocalSamples>): Promise<OpenDataset> {
    const shared = this.#open.get(uid) ?? { samples: bring(), users: 0 };
    this.#open.set(uid, shared);
    shared.users++;
    try {
      return this.#lend(uid, shared, await shared.samples);
    } catch (error) {
      await this.#leave(uid, shared);
      throw error;
    }
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(all.map(async ({ samples }) => (await samples).close()));
  }

  #lend(uid: string, shared: Shared, samples: LocalSamples): OpenDataset {
    let isClosed = false;
    const info: DatasetInfo = samples.info;
    return {
      info,
      classes: samples.classes,
      read: (rows) => samples.read(rows),
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        await this.#leave(uid, shared);
      },
    };
  }

  async #leave(uid: string, shared: Shared): Promise<void> {
    shared.users--;
    if (shared.users > 0 || this.#open.get(uid) !== shared) return;
    this.#open.delete(uid);
    const samples = await shared.samples.catch(() => null);
    await samples?.close();
  }
}
