// A model that computes in a thread of its own: tfjs computes where it is called, which would hold its host up, and keeps what it knows in globals,
// of which two copies in one thread disturb each other. Invariant: one input at a time.

import { parentPort, type Worker } from "node:worker_threads";
import { startWorker } from "../start-worker.ts";
import { EncoderUnavailable } from "./encoder.ts";

/** What a thread says: first that it is ready, or why it never will be; then an answer to each input, in order. */
type Said = { readonly features: Float32Array } | { readonly failure: string } | "ready";

/** In the thread: loads a model, and computes what is sent. */
export async function serve<Input>(load: () => Promise<(input: Input) => Promise<Float32Array>>): Promise<void> {
  const say = (said: Said): void => parentPort?.postMessage(said);
  const failureOf = (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) });
  try {
    const compute = await load();
    parentPort?.on("message", (input: Input) => {
      compute(input).then(
        (features) => say({ features }),
        (error) => say(failureOf(error)),
      );
    });
    say("ready");
  } catch (error) {
    say(failureOf(error));
  }
}

type Waiting = { readonly resolve: (said: Said) => void; readonly reject: (error: Error) => void };

export class ModelThread<Input> {
  readonly #worker: Worker;
  /** Who waits for what the thread says next, first to last. */
  readonly #waiting: Waiting[] = [];
  /** Why nobody will answer any more. */
  #ended: Error | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.unref();
    worker.on("message", (said: Said) => this.#waiting.shift()?.resolve(said));
    worker.on("error", (error) => this.#end(error));
    worker.on("exit", () => this.#end(new Error("the model's thread has ended")));
  }

  /**
   * @param asker `import.meta.url` of the file that asks
   * @param entry the thread's file beside it, without its ending
   * @param packages that it needs, for people
   * @throws EncoderUnavailable when it cannot load the model
   */
  static async start<Input>(
    asker: string,
    entry: string,
    model: object,
    packages: string,
  ): Promise<ModelThread<Input>> {
    const thread = new ModelThread<Input>(startWorker(asker, entry, model));
    const said = await thread.#next();
    if (said === "ready") return thread;
    thread.dispose();
    const why = "failure" in said ? said.failure : "it says nothing that is known";
    throw new EncoderUnavailable(`The model cannot be loaded: ${why} (it needs the packages ${packages})`);
  }

  /** @throws Error what the model throws */
  async run(input: Input): Promise<Float32Array> {
    const answer = this.#next();
    this.#worker.postMessage(input);
    const said = await answer;
    if (typeof said === "object" && "features" in said) return said.features;
    throw new Error(typeof said === "object" ? said.failure : "the model's thread began again");
  }

  dispose(): void {
    void this.#worker.terminate();
  }

  #next(): Promise<Said> {
    return new Promise((resolve, reject) => {
      if (this.#ended === null) this.#waiting.push({ resolve, reject });
      else reject(this.#ended);
    });
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
