// Holds the ledger against the database and the oracle, after a crash and before the next start. It collects every disagreement, and books
// what became of the calls that were under way.

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { crc32 } from "node:zlib";
import type { Backend } from "../../src/backend/backend.ts";
import type { Blueprint } from "../../src/brain/config.ts";
import { decodeEvent } from "../../src/brain/events.ts";
import { decodeChunk } from "../../src/store/chunk-codec.ts";
import type { BrainLedger, Change, Ledger, Recorded } from "./ledger.ts";
import { Oracle } from "./oracle.ts";
import type { BrainRecord, CheckpointRecord, Records } from "./records.ts";

const HASH_BYTES = 32;

/** What an audit found. */
export type Findings = { readonly faults: readonly string[]; readonly brains: number; readonly kept: number };

export class Auditor {
  readonly #backend: Backend;
  readonly #oracles = new Map<string, Oracle>();
  /** Class names of each brain, after each of its events. */
  readonly #labels = new Map<string, (readonly string[])[]>();
  #faults: string[] = [];
  #kept = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async audit(ledger: Ledger, records: Records): Promise<Findings> {
    this.#faults = [];
    this.#kept = 0;
    const rows = await records.brains();
    const visible = new Map(rows.filter(({ isHidden }) => !isHidden).map((row) => [row.id, row]));
    for (const id of visible.keys()) if (ledger.get(id) === undefined) this.#fault(`a brain ${id} that nobody made`);
    for (const table of await records.orphaned()) this.#fault(`table ${table} holds rows of brains that are gone`);
    // A fork begins with a state of its origin, whose events must have been read by then.
    for (const brain of ledger.all) {
      const row = this.#settleExistence(brain, visible.get(brain.id));
      await this.#follow(brain, row, records);
    }
    return { faults: this.#faults, brains: visible.size, kept: this.#kept };
  }

  #fault(what: string): void {
    this.#faults.push(what);
  }

  #settleExistence(brain: BrainLedger, row: BrainRecord | undefined): BrainRecord | undefined {
    const { id, exists, isDeleted } = brain;
    if (row === undefined && exists === "yes" && isDeleted === "no") this.#fault(`${id} is gone`);
    if (row !== undefined && isDeleted === "yes") this.#fault(`${id} was deleted and is there`);
    if (row !== undefined && exists === "no") this.#fault(`${id} was refused and is there`);
    if (row === undefined && isDeleted === "unsure") brain.isDeleted = "yes";
    else if (row !== undefined) brain.isDeleted = "no";
    brain.exists = row === undefined && exists === "unsure" ? "no" : exists === "no" ? "no" : "yes";
    return row;
  }

  async #follow(brain: BrainLedger, row: BrainRecord | undefined, records: Records): Promise<void> {
    if (row === undefined) return;
    try {
      const oracle = await this.#oracleOf(brain, row);
      await this.#readLog(brain, row, oracle, records);
      await this.#checkHead(row, oracle);
      await this.#checkCheckpoints(brain, row, oracle, records);
      await this.#checkTracked(brain, row, oracle, records);
      await this.#checkClaims(brain, oracle);
    } catch (error) {
      this.#fault(`${brain.id}: ${error instanceof Error ? error.stack : error}`);
    }
    brain.unsure.clear();
    brain.must.clear();
    brain.claims.length = 0;
  }

  async #oracleOf(brain: BrainLedger, row: BrainRecord): Promise<Oracle> {
    const known = this.#oracles.get(brain.id);
    if (known !== undefined) return known;
    // The columns were written together, of one kind.
    const blueprint = { kind: row.kind, config: row.config } as Blueprint;
    let oracle: Oracle;
    if (brain.origin === null) {
      oracle = await Oracle.born(blueprint, this.#backend);
    } else {
      const { brain: origin, seq } = brain.origin;
      const source = this.#oracles.get(origin.id);
      if (source === undefined) throw new Error(`its origin ${origin.id} was never seen`);
      oracle = Oracle.forked(seq, await source.at(seq), this.#backend);
    }
    this.#oracles.set(brain.id, oracle);
    return oracle;
  }

  /** Each event is what one call asked for, and the acknowledged ones are there, each at its place and nowhere else. */
  async #readLog(brain: BrainLedger, row: BrainRecord, oracle: Oracle, records: Records): Promise<void> {
    const events = await records.events(row.uid, oracle.seq);
    for (const { seq, type, payload, crc32: sum } of events) {
      if (seq !== oracle.seq + 1) throw new Error(`event ${oracle.seq + 1} is missing`);
      if (crc32(payload) !== sum) throw new Error(`event ${seq} does not match its checksum`);
      const event = decodeEvent(payload);
      if (event.type !== type) throw new Error(`event ${seq} is a ${event.type} in a row of ${type}`);
      oracle.append(event);
      const labels = this.#labelsAfter(brain, oracle, seq);
      const claimant = this.#claimant(brain, seq, { event, labels });
      if (claimant === null) this.#fault(`${brain.id}: nobody asked for event ${seq}, a ${type}`);
    }
    if (row.seq !== oracle.seq) this.#fault(`${brain.id}: head ${row.seq}, last event ${oracle.seq}`);
    for (const [seq, { what }] of brain.acknowledged) {
      if (seq > oracle.seq) this.#fault(`${brain.id}: ${what} was acknowledged as ${seq} and is lost`);
    }
    for (const { what } of brain.must) this.#fault(`${brain.id}: ${what} was acknowledged and is lost`);
    brain.isAudited = true;
  }

  /** @returns whose event it is; null when nobody's */
  #claimant(brain: BrainLedger, seq: number, recorded: Recorded): Change | null {
    const acknowledged = brain.acknowledged.get(seq);
    if (acknowledged !== undefined) {
      if (acknowledged.isThis(recorded)) return acknowledged;
      this.#fault(`${brain.id}: ${seq} was ${acknowledged.what} and is ${JSON.stringify(recorded.event)}`);
      return acknowledged;
    }
    for (const open of [brain.must, brain.unsure]) {
      for (const change of open) {
        if (!change.isThis(recorded)) continue;
        open.delete(change);
        if (open === brain.unsure) this.#kept++;
        change.keptAs = seq;
        return change;
      }
    }
    return null;
  }

  /** Class names after event `seq`, by the events alone. */
  #labelsAfter(brain: BrainLedger, oracle: Oracle, seq: number): readonly string[] {
    const first = brain.origin?.seq ?? 0;
    const known = this.#labels.get(brain.id) ?? [this.#labelsAt(brain.origin?.brain, first)];
    this.#labels.set(brain.id, known);
    const event = oracle.event(seq);
    let labels = known.at(-1)!;
    if (event?.type === "learned" && event.newLabels.length > 0) labels = [...labels, ...event.newLabels];
    else if (event?.type === "restored") labels = known[(event.from ?? 0) - first] ?? labels;
    known.push(labels);
    return labels;
  }

  #labelsAt(brain: BrainLedger | undefined, seq: number): readonly string[] {
    if (brain === undefined) return [];
    const first = brain.origin?.seq ?? 0;
    return this.#labels.get(brain.id)?.[seq - first] ?? this.#labelsAt(brain.origin?.brain, seq);
  }

  async #checkHead(row: BrainRecord, oracle: Oracle): Promise<void> {
    const { step, mode, labels } = await oracle.at(oracle.seq);
    if (row.step !== step || row.mode !== mode || !isDeepStrictEqual(row.labels, labels)) {
      this.#fault(
        `${row.id}: the head says step ${row.step}, ${row.mode}, ${row.labels}; the log ${step}, ${mode}, ${labels}`,
      );
    }
  }

  /** Each checkpoint can be read whole and is the oracle's state; those that were acknowledged are there, those deleted are not. */
  async #checkCheckpoints(brain: BrainLedger, row: BrainRecord, oracle: Oracle, records: Records): Promise<void> {
    const stored = await records.checkpoints(row.uid);
    const chunks = new Map<string, Buffer>();
    for (const { hash, codec, data } of await records.chunks(row.uid)) {
      chunks.set(hash.toString("hex"), await decodeChunk(codec, 1 << 20, data));
    }
    for (const checkpoint of stored) {
      const where = `${brain.id}: checkpoint ${checkpoint.id} of ${checkpoint.seq}`;
      const problem = problemOf(checkpoint, chunks);
      if (problem !== null) this.#fault(`${where} ${problem}`);
      const expected = await oracle.at(checkpoint.seq);
      if (checkpoint.digest !== expected.digest) this.#fault(`${where} is not what the log gives`);
      if (checkpoint.step !== expected.step || !isDeepStrictEqual(checkpoint.labels, expected.labels)) {
        this.#fault(`${where} says step ${checkpoint.step}, ${checkpoint.labels}`);
      }
    }
    const there = new Map(stored.map((checkpoint) => [checkpoint.id, checkpoint]));
    for (const [id, known] of brain.checkpoints) {
      const { seq, digest, isDeleted } = known;
      const found = there.get(id);
      if (found === undefined && isDeleted === "no") this.#fault(`${brain.id}: checkpoint ${id} of ${seq} is lost`);
      if (found !== undefined && isDeleted === "yes")
        this.#fault(`${brain.id}: checkpoint ${id} was deleted and is there`);
      if (found !== undefined && found.digest !== digest) this.#fault(`${brain.id}: checkpoint ${id} is another one`);
      if (isDeleted !== "no" && found === undefined) brain.checkpoints.delete(id);
      else known.isDeleted = "no";
    }
  }

  /** A tracked prediction is settled by an event that has its input, or waits. */
  async #checkTracked(brain: BrainLedger, row: BrainRecord, oracle: Oracle, records: Records): Promise<void> {
    const there = new Map((await records.tracked(row.uid)).map((record) => [record.id, record]));
    for (const [id, tracked] of brain.tracked) {
      const found = there.get(id);
      const what = `${brain.id}: tracked prediction ${id}`;
      if (found === undefined) {
        this.#fault(`${what} is lost`);
        continue;
      }
      const { settledSeq } = found;
      if (settledSeq === null && tracked.label === "yes") this.#fault(`${what} lost its label`);
      if (settledSeq !== null && tracked.label === "no") this.#fault(`${what} has a label that nobody gave`);
      if (tracked.settledSeq !== null && tracked.settledSeq !== settledSeq) this.#fault(`${what} was settled twice`);
      const event = settledSeq === null ? undefined : oracle.event(settledSeq);
      if (settledSeq !== null && (event?.type !== "learned" || !holdsRow(event.inputs, tracked.input))) {
        this.#fault(`${what} is settled by event ${settledSeq}, which does not have it`);
      }
      tracked.label = settledSeq === null ? "no" : "yes";
      tracked.settledSeq = settledSeq;
    }
  }

  async #checkClaims(brain: BrainLedger, oracle: Oracle): Promise<void> {
    for (const claim of brain.claims) {
      if (claim.seq > oracle.seq) {
        this.#fault(`${brain.id}: an answer showed state ${claim.seq}, which is not in the log`);
        continue;
      }
      const state = await oracle.at(claim.seq);
      const where = `${brain.id}: state ${claim.seq}`;
      if (claim.of === "digest" && claim.digest !== state.digest) this.#fault(`${where} is not what the log gives`);
      if (claim.of === "head" && (claim.step !== state.step || claim.mode !== state.mode)) {
        this.#fault(`${where} was at step ${claim.step} in mode ${claim.mode}, not ${state.step} in ${state.mode}`);
      }
      if (claim.of === "predictions" && !state.hasSums) {
        const expected = JSON.parse(JSON.stringify(await oracle.predict(claim.seq, claim.inputs, claim.topK)));
        if (!isDeepStrictEqual(claim.predictions, expected)) this.#fault(`${where} predicted something else`);
      }
    }
  }
}

function problemOf(
  { header, hashes, digest, byteLength }: CheckpointRecord,
  chunks: Map<string, Buffer>,
): string | null {
  if (createHash("sha256").update(header).update(hashes).digest("hex") !== digest) return "does not match its digest";
  let length = header.length;
  for (let at = 0; at < hashes.length; at += HASH_BYTES) {
    const hash = hashes.subarray(at, at + HASH_BYTES);
    const chunk = chunks.get(hash.toString("hex"));
    if (chunk === undefined) return `lacks chunk ${at / HASH_BYTES}`;
    if (!createHash("sha256").update(chunk).digest().equals(hash)) return `has a damaged chunk ${at / HASH_BYTES}`;
    length += chunk.length;
  }
  return length === byteLength ? null : `has ${length} bytes, not ${byteLength}`;
}

function holdsRow(inputs: { rows: number; cols: number; data: Float32Array }, row: readonly number[]): boolean {
  return Array.from({ length: inputs.rows }, (_, index) => index).some((index) =>
    row.every((value, col) => inputs.data[index * inputs.cols + col] === value),
  );
}
