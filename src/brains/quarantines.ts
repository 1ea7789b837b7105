// Which brains are not computed any more because that ends hosts. A host writes down what it computes (host/activity.ts), so each death is
// laid to the one piece of work that was under way, and to nobody where none or several were. Invariant: a brain is quarantined only after
// three hosts in a row ended in the very same piece of its work, with no success of that piece in between; who shared a host with it is not blamed.

import { EngramError } from "../errors.ts";
import { type HostEnd, HostGone, type Piece } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import { ATTEMPTS } from "./host-unavailable.ts";
import { uidOf } from "./place.ts";

/** A piece of work that changes or brings a brain; what only reads it is one call's matter. */
export type LethalPiece = Piece & { readonly op: Exclude<Piece["op"], "read"> };

export type Quarantine = {
  readonly piece: LethalPiece;
  /** Hosts that ended in it. */
  readonly deaths: number;
  /** Of the last of them. */
  readonly reason: string;
};

/** By the uid of the brain. */
export type QuarantineListener = (uid: string, quarantine: Quarantine) => void;

type Tally = Quarantine & { readonly atMs: number };

/** Deaths that lie further apart are not in a row: a host that is killed once a week is killed by somebody else. */
const ROW_MS = 15 * 60_000;

export class Quarantines {
  readonly #tallies = new Map<string, Tally>();
  readonly #held = new Map<string, Quarantine>();
  readonly #listener: QuarantineListener;
  readonly #nowMs: () => number;

  /** @param listener hears of each brain that is quarantined, once */
  constructor(listener: QuarantineListener, nowMs: () => number = () => performance.now()) {
    this.#listener = listener;
    this.#nowMs = nowMs;
  }

  /** Takes in that a host has ended. */
  note({ pieces, reason }: HostEnd): void {
    const [work, ...others] = pieces;
    if (work === undefined || others.length > 0) return;
    const piece = { ...work, brain: uidOf(work.brain) };
    if (!isLethal(piece)) return;
    const atMs = this.#nowMs();
    this.#forgetBefore(atMs - ROW_MS);
    const before = this.#tallies.get(piece.brain);
    const deaths = before !== undefined && isSame(before.piece, piece) ? before.deaths + 1 : 1;
    this.#tallies.set(piece.brain, { piece, deaths, reason, atMs });
    if (deaths < ATTEMPTS || this.#held.has(piece.brain)) return;
    const quarantine = { piece, deaths, reason };
    this.#held.set(piece.brain, quarantine);
    this.#listener(piece.brain, quarantine);
  }

  /** Takes in that a piece of work was done after all. */
  passed(piece: Piece): void {
    const tally = this.#tallies.get(piece.brain);
    if (tally !== undefined && isSame(tally.piece, piece)) this.#tallies.delete(piece.brain);
  }

  /** Why the brain is quarantined; null when it is not. */
  of(uid: string): Quarantine | null {
    return this.#held.get(uid) ?? null;
  }

  /** @throws EngramError `brain-quarantined` */
  refuse(row: Pick<BrainRow, "uid" | "id">): void {
    const quarantine = this.of(row.uid);
    if (quarantine !== null) throw quarantined(row.id, quarantine);
  }

  /** @throws EngramError `brain-quarantined` when the state after event `seq` cannot be had without the piece that ends hosts */
  refuseState(row: Pick<BrainRow, "uid" | "id">, seq: number): void {
    const { piece } = this.of(row.uid) ?? {};
    if (piece?.op === "apply" && seq >= (piece.seq ?? 0)) this.refuse(row);
  }

  /** Lets the brain be computed again, as if nothing had happened. @returns whether it was quarantined */
  lift(uid: string): boolean {
    this.#tallies.delete(uid);
    return this.#held.delete(uid);
  }

  #forgetBefore(ms: number): void {
    for (const [uid, { atMs }] of this.#tallies) if (atMs < ms) this.#tallies.delete(uid);
  }
}

const isLethal = (piece: Piece): piece is LethalPiece => piece.op !== "read";

const isSame = (a: Piece, b: Piece): boolean => a.op === b.op && a.seq === b.seq;

/** @returns whether `error` tells of a host that ended by other work than the brain's: that may happen any number of times */
export function isOthersDoing(error: unknown, uid: string): boolean {
  const pieces = error instanceof HostGone ? (error.end?.pieces ?? []) : [];
  return pieces.length > 0 && pieces.every(({ brain }) => uidOf(brain) !== uid);
}

function quarantined(id: string, { piece, deaths, reason }: Quarantine): EngramError {
  const what = {
    load: "bringing its state to a compute process",
    apply: `event ${piece.seq}`,
    catchUp: "making the index of its memory, or solving its readout,",
  }[piece.op];
  const earlier = piece.op === "apply" ? ` to a seq before ${piece.seq}` : "";
  const detail = `Brain "${id}" is quarantined: ${what} has ended ${deaths} compute processes in a row (the last ${reason}). Nothing of it is lost. Restore it${earlier}, delete it, or have it tried again: DELETE /v1/brains/${id}/quarantine.`;
  return new EngramError("brain-quarantined", detail);
}
