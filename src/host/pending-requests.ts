// Requests to a host that have no answer yet. Invariant: each settles once, by its reply, by whoever gives it up, or with all others when the
// host ends.

import type { FrameWriter } from "./frames.ts";
import {
  type CancelFrame,
  HostRefusal,
  type OperationName,
  type ReplyFrame,
  type RequestOf,
  type ResultOf,
} from "./protocol.ts";

type Waiting = {
  readonly resolve: (reply: { result: unknown; body: Uint8Array }) => void;
  readonly reject: (reason: unknown) => void;
};

export type Reply<Op extends OperationName> = { readonly result: ResultOf<Op>; readonly body: Uint8Array };

/** What answers a request. */
type Answer = Extract<ReplyFrame, { readonly id: number }>;

export class PendingRequests {
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  get count(): number {
    return this.#waiting.size;
  }

  /**
   * Writes a request to `channel`. Resolves with its reply.
   * @param signal aborted when nobody waits for the result any more
   * @throws HostRefusal, the signal's reason, and what those are rejected with whom `takeAll` takes out
   */
  async send<Op extends OperationName>(
    channel: FrameWriter,
    op: Op,
    request: RequestOf<Op>,
    body?: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Reply<Op>> {
    const id = this.#nextId++;
    const cancel = (): void => this.#cancel(id, channel, signal?.reason);
    signal?.addEventListener("abort", cancel, { once: true });
    const reply = await new Promise<{ result: unknown; body: Uint8Array }>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      channel.write({ id, op, ...request }, body);
    }).finally(() => signal?.removeEventListener("abort", cancel));
    // The host's table of operations gives each `op` the result that the protocol names.
    return reply as Reply<Op>;
  }

  /** Settles the request that `answer` names; nobody waits for one that was given up. */
  settle(answer: Answer, body: Uint8Array): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("failure" in answer) waiting?.reject(new HostRefusal(answer.failure, answer.message));
    else waiting?.resolve({ result: answer.result, body });
  }

  /** Takes out all of them. @returns how they are rejected */
  takeAll(): (reason: unknown) => void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    return (reason) => {
      for (const { reject } of waiting) reject(reason);
    };
  }

  #cancel(id: number, channel: FrameWriter, reason: unknown): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    channel.write({ cancel: id } satisfies CancelFrame);
    waiting.reject(reason);
  }
}
