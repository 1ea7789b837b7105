// What a host does with each request: the table of operations over the brains that it holds.
// A request that the host cannot serve is refused with a reason; anything unexpected ends the process (its brains come back from the log).

import type { Backend } from "../backend/backend.ts";
import type { Brain } from "../brain/brain.ts";
import { createBrain } from "../brain/create.ts";
import { MeasuredBrain } from "../brain/measures/measured-brain.ts";
import { type Measuring, newMeasuring, restoreMeasuring } from "../brain/measures/measuring.ts";
import { restoreBrain } from "../brain/restore.ts";
import { distributionsOf, type Weights } from "../brain/weights.ts";
import type { Matrix } from "../tensor/matrix.ts";
import { type Pace, paced } from "../tensor/pace.ts";
import type { Activity } from "./activity.ts";
import { ArrivingState } from "./arriving-state.ts";
import type { HostEncoders } from "./encoders.ts";
import { HostedBrain } from "./hosted-brain.ts";
import { ObservedBrain } from "./observed-brain.ts";
import type { BatchLimits } from "./prediction-queue.ts";
import {
  HostRefusal,
  type OperationName,
  type Piece,
  type RequestFrame,
  type RequestOf,
  type ResultOf,
} from "./protocol.ts";
import { Reclaim } from "./reclaim.ts";
import { Scheduler } from "./scheduler.ts";
import { SlicedWork } from "./sliced-work.ts";

type Reply<Op extends OperationName> = { readonly result: ResultOf<Op>; readonly body?: Uint8Array };
type Handlers = {
  readonly [Op in OperationName]: (
    request: RequestOf<Op>,
    body: Uint8Array,
    isWanted: () => boolean,
  ) => Reply<Op> | Promise<Reply<Op>>;
};

const DONE = { result: null };

export type HostParts = {
  readonly backend: Backend;
  readonly encoders: HostEncoders;
  readonly limits: BatchLimits;
  readonly activity: Activity;
};

export class HostServer {
  readonly #backend: Backend;
  readonly #encoders: HostEncoders;
  readonly #activity: Activity;
  readonly #limits: BatchLimits;
  readonly #scheduler: Scheduler;
  readonly #reclaim = new Reclaim();
  readonly #brains = new Map<string, HostedBrain>();
  readonly #arriving = new Map<string, ArrivingState>();

  constructor({ backend, encoders, limits, activity }: HostParts, onBug: (error: unknown) => void) {
    this.#backend = backend;
    this.#encoders = encoders;
    this.#limits = limits;
    this.#activity = activity;
    this.#scheduler = new Scheduler(onBug);
  }

  /**
   * @param isWanted whether the gateway still waits for the result
   * @throws HostRefusal for a reason that the gateway can act upon
   */
  async handle(
    request: RequestFrame,
    body: Uint8Array,
    isWanted: () => boolean,
  ): Promise<{ readonly result: unknown; readonly body?: Uint8Array }> {
    // The frame's `op` picks the handler of just that operation, which the compiler cannot follow through the table.
    const handler = this.#handlers[request.op] as (
      request: RequestFrame,
      body: Uint8Array,
      isWanted: () => boolean,
    ) => Promise<Reply<OperationName>>;
    return handler(request, body, isWanted);
  }

  readonly #handlers: Handlers = {
    create: async ({ brain, blueprint }) => {
      const created = await this.#sliced({ brain, op: "load" }, (pace) => createBrain(blueprint, this.#backend, pace));
      this.#host(brain, created, newMeasuring(blueprint), 0);
      return DONE;
    },
    loadBegin: ({ brain, seq, byteLength }) => {
      this.#arriving.set(brain, new ArrivingState(seq, byteLength));
      return DONE;
    },
    loadPart: async ({ brain }, body) => {
      await this.#activity.during({ brain, op: "load" }, () =>
        unlessDamaged(() => this.#arrivingState(brain).add(body)),
      );
      return DONE;
    },
    loadEnd: async ({ brain, seq }) => {
      const arrived = this.#arrivingState(brain);
      this.#arriving.delete(brain);
      const at = seq ?? arrived.seq;
      const { loaded, measuring } = await this.#sliced({ brain, op: "load" }, (pace) =>
        unlessDamaged(() => this.#restore(arrived, at, pace)),
      );
      this.#host(brain, loaded, measuring, at);
      return DONE;
    },
    apply: async ({ brain, seq }, body) => ({ result: await this.#resident(brain).apply(seq, body) }),
    predict: async ({ brain, rows, cols, topK, explain, isAtRest = false }, body, isWanted) => {
      const question = { inputs: matrixIn(body, rows, cols), topK, explain, isWanted };
      const hosted = this.#resident(brain);
      return { result: await (isAtRest ? hosted.predictAtRest(question) : hosted.predict(question)) };
    },
    encode: async ({ brain, encoder, sizes }, body, isWanted) => {
      const hosted = this.#resident(brain);
      const piece = { brain, op: "read" } as const;
      const turn = <T>(work: () => Promise<T>): Promise<T> => hosted.aside(() => this.#activity.during(piece, work));
      const encoded = await this.#encoders.encode(encoder, split(body, sizes), turn, isWanted);
      if (!("features" in encoded)) return { result: encoded };
      const { buffer, byteOffset, byteLength } = encoded.features;
      return { result: "encoded" as const, body: new Uint8Array(buffer, byteOffset, byteLength) };
    },
    trace: async ({ brain, rows, cols, topK, imaginations }, body) => {
      return { result: await this.#resident(brain).trace(matrixIn(body, rows, cols), { topK, imaginations }) };
    },
    measures: async ({ brain }) => ({ result: await this.#resident(brain).measures() }),
    weights: async ({ brain, bins }, _body, isWanted) => {
      const look = (weights: readonly Weights[]) =>
        this.#sliced({ brain, op: "read" }, (pace) =>
          paced(distributionsOf(weights, bins), () => (isWanted() ? pace() : refuseUnwanted())),
        );
      return { result: await this.#resident(brain).weights(look) };
    },
    compare: async ({ brain, other }) => ({ result: await this.#resident(brain).compare(this.#resident(other)) }),
    merge: async ({ brain, other, seq }) => ({
      result: await this.#resident(brain).merge(this.#resident(other), seq),
    }),
    mergeSince: async ({ brain, other, base, hasTakenIn, seq }) => ({
      result: await this.#resident(brain).mergeSince(this.#resident(base), this.#resident(other), hasTakenIn, seq),
    }),
    memorySummary: async ({ brain }) => ({ result: await this.#resident(brain).memorySummary() }),
    memoryPage: async ({ brain, ...request }) => {
      const { keys, ...result } = await this.#resident(brain).memoryPage(request);
      return keys === null ? { result } : { result, body: new Uint8Array(keys.data.buffer) };
    },
    layers: async ({ brain }) => ({ result: await this.#resident(brain).layers() }),
    snapshotBegin: ({ brain, snapshot, chunkBytes }) => this.#resident(brain).beginSnapshot(snapshot, chunkBytes),
    snapshotChunk: ({ brain, snapshot, index }) => {
      return { result: null, body: this.#resident(brain).snapshotChunk(snapshot, index) };
    },
    snapshotEnd: ({ brain, snapshot }) => {
      this.#resident(brain).endSnapshot(snapshot);
      return DONE;
    },
    unload: async ({ brain }) => {
      const hosted = this.#brains.get(brain);
      this.#brains.delete(brain);
      this.#arriving.delete(brain);
      await hosted?.dispose();
      this.#reclaim.note();
      return DONE;
    },
  };

  /** Runs long work while everything else goes on. */
  #sliced<T>(piece: Piece, work: (pace: Pace) => Promise<T>): Promise<T> {
    return new SlicedWork(this.#scheduler, (slice) => this.#activity.during(piece, slice)).run(work);
  }

  async #restore(arrived: ArrivingState, seq: number, pace: Pace) {
    const { measuring, state } = await restoreMeasuring(arrived.finish(), seq, pace);
    return { measuring, loaded: await restoreBrain(state, this.#backend, pace) };
  }

  #host(name: string, brain: Brain, measuring: Measuring, seq: number): void {
    const observed = new ObservedBrain(brain, name, seq, this.#activity);
    const measured = new MeasuredBrain(observed, measuring, seq);
    this.#brains.set(name, new HostedBrain(measured, this.#scheduler, this.#limits));
  }

  #resident(brain: string): HostedBrain {
    const hosted = this.#brains.get(brain);
    if (hosted === undefined) throw new HostRefusal("not-resident", `brain ${brain} is not in this host`);
    return hosted;
  }

  #arrivingState(brain: string): ArrivingState {
    const arriving = this.#arriving.get(brain);
    if (arriving === undefined) throw new HostRefusal("not-resident", `no state of brain ${brain} is arriving`);
    return arriving;
  }
}

function refuseUnwanted(): never {
  throw new HostRefusal("cancelled", "the result was not wanted any more");
}

/** Views of what stands one behind the other in `body`. */
function split(body: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  let from = 0;
  return sizes.map((size) => {
    from += size;
    return body.subarray(from - size, from);
  });
}

/** float32 [rows, cols], a view of the body. */
const matrixIn = (body: Uint8Array, rows: number, cols: number): Matrix => ({
  rows,
  cols,
  data: new Float32Array(body.buffer, body.byteOffset, rows * cols),
});

/** @throws HostRefusal `damaged` when `read` throws: what it reads came from outside */
async function unlessDamaged<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HostRefusal) throw error;
    throw new HostRefusal("damaged", error instanceof Error ? error.message : String(error));
  }
}
