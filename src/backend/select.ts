// Which backend computes. Only the chosen one is loaded, so that a native library that cannot be loaded hurts nobody who does not use it.

import type { Backend, BackendName, Warn } from "./backend.ts";

export type BackendOptions = {
  /** Threads of one step's dense products, and of a search. */
  readonly threads: number;
  /** Which of several processes this is, from 0. */
  readonly host?: number;
  /** Hears what whoever runs the server should know about the choice. */
  readonly warn?: Warn;
  /** Told when another backend computes than the one asked for, which does not work here: in a line, why not. */
  readonly onFallback?: (reason: string, error: unknown) => void;
};

/**
 * @param name `auto`: the fastest that this machine has
 * @returns a backend that computes one step at a time: whoever owns it runs one brain operation at once
 * @throws BackendUnavailable when the one that was named cannot be had here
 */
export async function selectBackend(name: "auto" | BackendName, options: BackendOptions): Promise<Backend> {
  switch (name) {
    case "auto": {
      const { gpuBackend } = await import("./tfjs/select.ts");
      return (await gpuBackend(options)) ?? selectBackend("cpu", options);
    }
    case "tensorflow": {
      const { tensorflowBackend } = await import("./tfjs/select.ts");
      return tensorflowBackend(options);
    }
    case "cpu": {
      const { CpuBackend } = await import("./cpu/cpu-backend.ts");
      return CpuBackend.create(options).catch((error: unknown) => {
        options.onFallback?.(`cpu does not work here: ${reasonOf(error)}`, error);
        return CpuBackend.inWebAssembly(options.warn);
      });
    }
    case "wasm": {
      const { CpuBackend } = await import("./cpu/cpu-backend.ts");
      return CpuBackend.inWebAssembly(options.warn);
    }
    case "reference": {
      const { ReferenceBackend } = await import("./reference/reference-backend.ts");
      return new ReferenceBackend(options.warn);
    }
  }
}

/** The first line of what `error` says, without the folders of this machine and the server's own files: probes show it to everybody. */
function reasonOf(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  return line.replace(/ imported from .*/, "").replaceAll(/(?:file:\/\/)?(?:\/[^\s/'":]+)+\//g, "…/");
}
