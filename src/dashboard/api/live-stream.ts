// The page's one stream: what happens to brains, as it happens (docs/stream.md). Whoever listens says what it wants to hear; the stream asks for all of
// that together. It connects again by itself, and goes on behind the last message it saw; where the server cannot give what was missed, listeners
// are told, and read it from the history.

import { signal } from "@preact/signals";
import { addressOf } from "./client.ts";
import { apiKey, isKeyWanted, keyProtocol } from "./key.ts";
import type { StreamMessage } from "./types.ts";
import { combined, isWanted, type Wish } from "./wishes.ts";

export type Connection = "connecting" | "open" | "broken";

export type Listener = {
  readonly onMessage: (message: StreamMessage) => void;
  /** Messages were missed for good: what is shown must be read anew. */
  readonly onGap: () => void;
};

type Position = { readonly epoch: string; readonly streamSeq: number };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

export class LiveStream {
  readonly connection = signal<Connection>("connecting");
  readonly #listeners = new Map<Listener, Wish>();
  #socket: WebSocket | null = null;
  /** Of the connection that is open. */
  #epoch: string | null = null;
  /** The last message about a brain that arrived; before one did, where the stream began. */
  #position: Position | null = null;
  #isSubscribing = false;
  #waitMs = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener("online", () => this.#connect());
    apiKey.subscribe(() => this.#connect());
  }

  /** Tells `listener` what `wish` names from now on. @returns a function that ends it */
  listen(wish: Wish, listener: Listener): () => void {
    this.#listeners.set(listener, wish);
    this.#subscribeSoon();
    return () => {
      this.#listeners.delete(listener);
      this.#subscribeSoon();
    };
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#socket?.close();
    const url = addressOf("v1/stream");
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const key = apiKey.value;
    const socket = new WebSocket(url, key === null ? ["engram.v1"] : ["engram.v1", keyProtocol(key)]);
    this.#socket = socket;
    this.#epoch = null;
    socket.onmessage = ({ data }) => {
      // The contract of streams, openapi/asyncapi.json, says what it is.
      if (this.#socket === socket) this.#take(JSON.parse(data) as StreamMessage);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#epoch = null;
      this.connection.value = "broken";
      this.#timer = setTimeout(() => this.#connect(), this.#waitMs * (0.75 + Math.random() / 2));
      this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
    };
  }

  /** Several that begin or end together are one message: the server takes two a second in the long run. */
  #subscribeSoon(): void {
    if (this.#isSubscribing) return;
    this.#isSubscribing = true;
    queueMicrotask(() => {
      this.#isSubscribing = false;
      this.#subscribe(null);
    });
  }

  /** @param since where to go on; null: with what comes now */
  #subscribe(since: Position | null): void {
    const wish = combined([...this.#listeners.values()]);
    if (wish === null || this.#epoch === null) return;
    this.#socket?.send(JSON.stringify({ type: "subscribe", ...wish, ...(since === null ? {} : { since }) }));
  }

  #take(message: StreamMessage): void {
    switch (message.type) {
      case "hello":
        this.#waitMs = FIRST_WAIT_MS;
        this.#epoch = message.epoch;
        isKeyWanted.value = false;
        this.connection.value = "open";
        this.#subscribe(this.#position);
        // Where nothing has been heard yet, a break would be missed without a word.
        this.#position ??= { epoch: message.epoch, streamSeq: message.streamSeq };
        return;
      case "subscribed":
        if (message.lost !== null) this.#tellGap();
        return;
      case "dropped":
        this.#tellGap();
        return;
      case "problem":
        return;
      default:
        if ("streamSeq" in message && this.#epoch !== null) {
          this.#position = { epoch: this.#epoch, streamSeq: message.streamSeq };
        }
        for (const [{ onMessage }, wish] of this.#listeners) if (isWanted(wish, message)) onMessage(message);
    }
  }

  #tellGap(): void {
    for (const { onGap } of this.#listeners.keys()) onGap();
  }
}
