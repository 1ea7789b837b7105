// One stream and its client: it is greeted, says what it wants to hear, and hears it (docs/stream.md). Invariant: what happens between the
// opening and the first subscription is delivered, too; what is not understood changes nothing.

import { EngramError } from "../../errors.ts";
import { toProblem } from "../problem.ts";
import { MAX_BRAINS, TOPICS } from "../schemas/subscribe.ts";
import { Allowance } from "./allowance.ts";
import { startAfter } from "./catching-up.ts";
import { CLOSE } from "./close-codes.ts";
import type { Delivery } from "./delivery.ts";
import { MAX_CLIENT_BYTES, type StreamLimits } from "./limits.ts";
import type { Ring } from "./ring.ts";
import { ENGRAM_V1 } from "./subprotocols.ts";
import { defaultSubscription, readSubscribe, type Subscription, type Wish } from "./subscription.ts";

export type ConnectionParts = {
  readonly delivery: Delivery;
  readonly ring: Ring;
  readonly epoch: string;
  readonly limits: StreamLimits;
  /** A clock that never goes back, in ms. */
  readonly now: () => number;
  /** Told what is to be in force, before anything of it is delivered. */
  readonly onSubscribe: (subscription: Subscription) => void;
  readonly close: (code: number, reason: string) => void;
};

export class StreamConnection {
  /** The brain that the path is about; null: all. */
  readonly brain: string | null;
  readonly #parts: ConnectionParts;
  readonly #openedAfter: number;
  readonly #allowance: Allowance;
  readonly #patience: NodeJS.Timeout;
  #subscription: Subscription | null = null;
  #isClosed = false;

  constructor(brain: string | null, parts: ConnectionParts) {
    const { delivery, ring, epoch, limits, now } = parts;
    this.brain = brain;
    this.#parts = parts;
    this.#openedAfter = ring.last;
    this.#allowance = new Allowance(limits.clientBurst, limits.clientPerSecond, now());
    this.#patience = setTimeout(() => this.#follow(saidNothing(brain)), limits.subscribeWithinMs).unref();
    delivery.say({
      type: "hello",
      time: new Date().toISOString(),
      protocol: ENGRAM_V1,
      epoch,
      streamSeq: ring.last,
      brains: brain === null ? null : [brain],
      topics: TOPICS,
      subscribeWithinMs: limits.subscribeWithinMs,
      limits: {
        messageBytes: MAX_CLIENT_BYTES,
        brains: MAX_BRAINS,
        replayMessages: limits.replay.messages,
        replayBytes: limits.replay.bytes,
        waitingMessages: limits.waitingMessages,
        silenceMs: limits.silenceMs,
      },
    });
  }

  get delivery(): Delivery {
    return this.#parts.delivery;
  }

  /** What is in force; null before the first. */
  get subscription(): Subscription | null {
    return this.#subscription;
  }

  /** Takes in what the client says. @param text null: it was no text */
  hear(text: string | null): void {
    if (this.#isClosed) return;
    const { now, close } = this.#parts;
    if (!this.#allowance.take(now())) {
      close(CLOSE.policyViolation, "too many messages");
      return;
    }
    try {
      if (text === null) throw new EngramError("not-json", "The message is binary; send JSON as text.");
      this.#follow(readSubscribe(text, this.brain));
    } catch (error) {
      if (!(error instanceof EngramError)) throw error;
      this.delivery.say({ type: "problem", time: new Date().toISOString(), problem: toProblem(error) });
    }
  }

  /** The brain that the path is about is no more: all of it is told, and then the stream ends. */
  brainDeleted(): void {
    if (this.#subscription === null) this.#follow(saidNothing(this.brain));
    this.delivery.endAfterwards(CLOSE.normal, "brain deleted");
  }

  /** The socket is closed, or about to be: nothing is heard or told any more. */
  closed(): void {
    this.#isClosed = true;
    clearTimeout(this.#patience);
    this.delivery.stop();
  }

  /** @throws EngramError validation: `since` is in the future */
  #follow({ subscription, since, at }: Wish): void {
    const { delivery, ring, epoch, onSubscribe } = this.#parts;
    const isFirst = this.#subscription === null;
    const position = since ?? (isFirst ? { epoch, streamSeq: this.#openedAfter } : null);
    const start = position === null ? null : startAfter({ ...position, at }, epoch, ring, subscription);
    clearTimeout(this.#patience);
    onSubscribe(subscription);
    this.#subscription = subscription;
    const { brains, topics, maxPerSecond } = subscription;
    delivery.say({
      type: "subscribed",
      time: new Date().toISOString(),
      brains: brains === null ? null : [...brains],
      topics: [...topics],
      maxPerSecond,
      after: start?.after ?? ring.last,
      lost: start?.lost ?? null,
    });
    delivery.follow(subscription, start?.after ?? null);
  }
}

const saidNothing = (brain: string | null): Wish => ({
  subscription: defaultSubscription(brain),
  since: null,
  at: "#",
});
