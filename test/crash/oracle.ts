// What a brain must be: its events, folded one after the other from its beginning by the mathematics alone, in this process. Nothing that
// the server stored but the events is used, so an equal digest says that checkpoints, replays and restores lost no bit.

import { createHash } from "node:crypto";
import type { Backend } from "../../src/backend/backend.ts";
import type { Blueprint } from "../../src/brain/config.ts";
import { createBrain } from "../../src/brain/create.ts";
import type { BrainEvent, Restored } from "../../src/brain/events.ts";
import { hasSums } from "../../src/brain/limits.ts";
import { MeasuredBrain } from "../../src/brain/measures/measured-brain.ts";
import { newMeasuring, restoreMeasuring } from "../../src/brain/measures/measuring.ts";
import { restoreBrain } from "../../src/brain/restore.ts";
import { decodeHeader, encodeHeader } from "../../src/brain/state.ts";
import { decodeSafetensors, encodeSafetensors, layOut } from "../../src/tensor/safetensors.ts";

/** A state, as a safetensors file, and what the server must call it. */
export type OracleState = {
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly step: number;
  readonly mode: string;
  readonly labels: readonly string[];
  /** Whether predictions may use more than the state has: what is solved of its sums while there is time. */
  readonly hasSums: boolean;
};

/** States are kept this many events apart, for those that are asked for later. */
const STRIDE = 40;
const CHUNK_BYTES = 64 * 1024;

export class Oracle {
  readonly #backend: Backend;
  readonly #baseSeq: number;
  readonly #events: (BrainEvent | Restored)[] = [];
  /** States by `seq`, the first of them the beginning's. */
  readonly #states: Map<number, OracleState>;

  private constructor(backend: Backend, baseSeq: number, base: OracleState) {
    this.#backend = backend;
    this.#baseSeq = baseSeq;
    this.#states = new Map([[baseSeq, base]]);
  }

  static async born(blueprint: Blueprint, backend: Backend): Promise<Oracle> {
    const brain = new MeasuredBrain(await createBrain(blueprint, backend), newMeasuring(blueprint), 0);
    return new Oracle(backend, 0, await stateOf(brain));
  }

  /** A brain that began with another one's state. */
  static forked(seq: number, state: OracleState, backend: Backend): Oracle {
    return new Oracle(backend, seq, state);
  }

  get seq(): number {
    return this.#baseSeq + this.#events.length;
  }

  /** @returns event `seq`; undefined before the brain's log begins, or after its end */
  event(seq: number): BrainEvent | Restored | undefined {
    return this.#events[seq - this.#baseSeq - 1];
  }

  append(event: BrainEvent | Restored): void {
    this.#events.push(event);
  }

  async at(seq: number): Promise<OracleState> {
    const known = this.#states.get(seq);
    if (known !== undefined) return known;
    if (seq < this.#baseSeq || seq > this.seq) throw new RangeError(`the log has no state ${seq}`);
    const start = Math.max(...[...this.#states.keys()].filter((other) => other < seq));
    let measured = await this.#brainOf(this.#states.get(start)!, start);
    for (let at = start + 1; at <= seq; at++) {
      const event = this.event(at)!;
      if (event.type === "restored") {
        if (event.from === undefined)
          throw new Error("a restored event of the first logs, which does not say its source");
        measured.brain.dispose();
        measured = await this.#brainOf(await this.at(event.from), at);
      } else {
        await measured.apply(event, at);
        while (measured.isEvaluating) await measured.evaluatePiece();
      }
      if (at % STRIDE === 0 || at === seq) this.#states.set(at, await stateOf(measured));
    }
    measured.brain.dispose();
    return this.#states.get(seq)!;
  }

  /** What the state of `seq` answers. */
  async predict(seq: number, inputs: readonly (readonly number[])[], topK: number): Promise<unknown> {
    const { brain } = await this.#brainOf(await this.at(seq), seq);
    const data = Float32Array.from(inputs.flat());
    const predictions = await brain.predict({ rows: inputs.length, cols: data.length / inputs.length, data }, topK);
    brain.dispose();
    return predictions;
  }

  async #brainOf({ bytes }: OracleState, seq: number): Promise<MeasuredBrain> {
    const { tensors, metadata } = decodeSafetensors(bytes.slice()); // the brain takes the arrays over
    const { measuring, state } = await restoreMeasuring({ header: decodeHeader(metadata), tensors }, seq);
    return new MeasuredBrain(await restoreBrain(state, this.#backend), measuring, seq);
  }
}

async function stateOf(measured: MeasuredBrain): Promise<OracleState> {
  const { header, tensors } = await measured.state();
  const { step, mode, labels } = header;
  const metadata = encodeHeader(header);
  const file = layOut(tensors, metadata);
  const hashes = file.parts.flatMap((part) => cut(part).map((chunk) => createHash("sha256").update(chunk).digest()));
  const digest = createHash("sha256").update(file.header).update(Buffer.concat(hashes)).digest("hex");
  return {
    ...{ bytes: encodeSafetensors(tensors, metadata), digest, step, mode, labels: [...labels] },
    hasSums: hasSums(header),
  };
}

const cut = (part: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(part.length / CHUNK_BYTES) }, (_, index) =>
    part.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  );
