// Which backend computes. Only the chosen one is loaded, so that a native library that cannot be loaded hurts nobody who does not use it.

import type { Backend, BackendName } from "./backend.ts";

export type BackendOptions = {
  /** Threads of one step's dense products. */
  readonly threads: number;
};

/**
 * @param name `auto`: the fastest that this machine has
 * @returns a backend that computes one step at a time: whoever owns it runs one brain operation at once
 */
export async function selectBackend(name: "auto" | BackendName, options: BackendOptions): Promise<Backend> {
  switch (name) {
    case "auto":
    case "cpu": {
      const { CpuBackend } = await import("./cpu/cpu-backend.ts");
      return CpuBackend.create(options);
    }
    case "wasm": {
      const { CpuBackend } = await import("./cpu/cpu-backend.ts");
      return CpuBackend.inWebAssembly();
    }
    case "reference": {
      const { ReferenceBackend } = await import("./reference/reference-backend.ts");
      return new ReferenceBackend();
    }
  }
}
