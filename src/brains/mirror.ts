// A second place of a brain that follows its events while the first one serves: the place that it is about to move to. It holds an older state at
// first. Invariant: it is sent every event after that state, each once, in order; whoever serves from here once it has answered as much as
// the first one shows nothing older than that.

import type { Applied } from "../brain/measures/findings.ts";
import type { Place } from "./place.ts";

/** A copy is read and sent in pieces of this size. */
const CHUNK_BYTES = 1024 * 1024;
const HASH_BYTES = 32;

type Event = { readonly seq: number; readonly payload: Uint8Array };

export class Mirror {
  readonly place: Place;
  readonly #answers = new Map<number, Promise<Applied>>();
  #answeredSeq: number;
  /** Events that came while those before them are still being fetched. */
  #held: Event[] | null = [];
  #failure: { readonly error: unknown } | null = null;
  #wake: () => void = () => {};

  /** @param seq of the state that `place` holds */
  constructor(place: Place, seq: number) {
    this.place = place;
    this.#answeredSeq = seq;
  }

  /** Takes in an event that was committed after `open` was called for. */
  add(seq: number, payload: Uint8Array): void {
    if (this.#held === null)
      void this.send(seq, payload).catch(() => {}); // `isLevelWith` tells
    else this.#held.push({ seq, payload });
  }

  /** Sends the next event. */
  send(seq: number, payload: Uint8Array): Promise<Applied> {
    const answer = this.place.request("apply", { seq }, payload).then(({ result }) => result);
    this.#answers.set(seq, answer);
    answer.then(
      () => {
        this.#answeredSeq = seq;
        this.#wake();
      },
      (error: unknown) => {
        this.#failure ??= { error };
        this.#wake();
      },
    );
    return answer;
  }

  /** Sends what came meanwhile, and from now on each event as it comes. */
  open(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const { seq, payload } of held) this.add(seq, payload);
  }

  /** Whether it has answered event `seq`. @throws HostGone, HostRefusal when an event could not be applied */
  isLevelWith(seq: number): boolean {
    if (this.#failure !== null) throw this.#failure.error;
    return this.#answeredSeq >= seq;
  }

  /** Waits for its next answer. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** What it answers to event `seq`, which it was sent. */
  answer(seq: number): Promise<Applied> {
    const answer = this.#answers.get(seq);
    if (answer === undefined) throw new RangeError(`event ${seq} was not sent here`);
    return answer;
  }
}

/** Copies a brain's state from one place to another while it goes on. @returns its `seq`. @throws HostGone, HostRefusal */
export function copyState(from: Place, to: Place): Promise<number> {
  return from.snapshot(CHUNK_BYTES, async ({ head, header, hashes, readChunk }) => {
    const { seq, byteLength } = head;
    await to.request("loadBegin", { seq, byteLength });
    await to.request("loadPart", {}, header);
    const count = hashes.byteLength / HASH_BYTES;
    for (let index = 0; index < count; index++) await to.request("loadPart", {}, await readChunk(index));
    await to.request("loadEnd", {});
    return seq;
  });
}
