// The page's one stream: what happens to brains, as it happens (docs/stream.md). It connects again by itself, and goes on behind the last message
// it saw; where the server cannot give what was missed, listeners are told, and read it from the history.

import { signal } from "@preact/signals";
import { addressOf } from "./client.ts";
import { apiKey, isKeyWanted, keyProtocol } from "./key.ts";
import type { StreamMessage, Topic } from "./types.ts";

export type Connection = "connecting" | "open" | "broken";

/** What a page wants to hear. */
export type Wish = {
  /** Ids; null for all brains. */
  readonly brains: readonly string[] | null;
  readonly topics: readonly Topic[];
  /** Most messages a second; numbers are merged beyond. */
  readonly maxPerSecond: number;
};

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
  #socket: WebSocket | null = null;
  #wish: Wish | null = null;
  #listener: Listener | null = null;
  #epoch: string | null = null;
  #position: Position | null = null;
  #waitMs = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener("online", () => this.#connect());
    apiKey.subscribe(() => this.#connect());
  }

  /** Hears what `wish` names from now on, instead of what was heard before. @returns a function that ends it */
  listen(wish: Wish, listener: Listener): () => void {
    this.#wish = wish;
    this.#listener = listener;
    this.#position = null;
    this.#subscribe();
    return () => {
      if (this.#listener === listener) this.#listener = null;
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
      this.connection.value = "broken";
      this.#timer = setTimeout(() => this.#connect(), this.#waitMs * (0.75 + Math.random() / 2));
      this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
    };
  }

  #subscribe(): void {
    if (this.#wish === null || this.#epoch === null) return;
    const since = this.#position;
    this.#socket?.send(JSON.stringify({ type: "subscribe", ...this.#wish, ...(since === null ? {} : { since }) }));
  }

  #take(message: StreamMessage): void {
    switch (message.type) {
      case "hello":
        this.#waitMs = FIRST_WAIT_MS;
        this.#epoch = message.epoch;
        isKeyWanted.value = false;
        this.connection.value = "open";
        this.#subscribe();
        return;
      case "subscribed":
        if (message.lost !== null) this.#listener?.onGap();
        return;
      case "dropped":
        this.#listener?.onGap();
        return;
      default:
        if ("streamSeq" in message && this.#epoch !== null) {
          this.#position = { epoch: this.#epoch, streamSeq: message.streamSeq };
        }
        this.#listener?.onMessage(message);
    }
  }
}
