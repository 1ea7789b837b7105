// From the feed to WebSockets: each message is turned into text once and sent to all who want it. A client that does not read is let go, so
// that the server's memory never pays for a slow network.

import type { WebSocket } from "ws";
import type { Feed, FeedMessage } from "../metrics/feed.ts";

/** Close codes of RFC 6455 and its registry. */
export const CLOSE = { normal: 1000, goingAway: 1001, tryAgainLater: 1013 } as const;

const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const PING_EVERY_MS = 30_000;
/** How long peers may take to answer the closing handshake at shutdown. */
const CLOSE_GRACE_MS = 1000;

type Stream = { readonly socket: WebSocket; readonly brain: string | null; isAlive: boolean };

export class StreamHub {
  readonly #streams = new Set<Stream>();
  readonly #onDrop: () => void;
  readonly #unsubscribe: () => void;
  readonly #pings: NodeJS.Timeout;
  #isClosed = false;

  /** @param onDrop told of each stream that is ended because it reads too slowly */
  constructor(feed: Feed, onDrop: () => void) {
    this.#onDrop = onDrop;
    this.#unsubscribe = feed.subscribe((message) => this.#send(message));
    this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS).unref();
  }

  /**
   * Sends what happens to `brain` (null: to every brain) to `socket` until it closes. What it sends is ignored.
   */
  add(socket: WebSocket, brain: string | null): void {
    if (this.#isClosed) {
      socket.close(CLOSE.goingAway);
      return;
    }
    const stream: Stream = { socket, brain, isAlive: true };
    this.#streams.add(stream);
    socket.on("pong", () => {
      stream.isAlive = true;
    });
    socket.on("close", () => this.#streams.delete(stream));
  }

  /** Ends every stream; resolves when the sockets of those that were open are closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearInterval(this.#pings);
    await Promise.all([...this.#streams].map(({ socket }) => closeSoon(socket)));
  }

  #send(message: FeedMessage): void {
    let text: string | undefined;
    for (const stream of this.#streams) {
      if (stream.brain !== null && stream.brain !== message.brain) continue;
      text ??= JSON.stringify(message);
      this.#sendText(stream, text);
      if (message.type === "deleted" && stream.brain !== null) this.#end(stream, CLOSE.normal, "brain deleted");
    }
  }

  #sendText(stream: Stream, text: string): void {
    const { socket } = stream;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#onDrop();
      this.#end(stream, CLOSE.tryAgainLater, "reads too slowly");
    } else if (socket.readyState === socket.OPEN) socket.send(text);
  }

  #end(stream: Stream, code: number, reason: string): void {
    this.#streams.delete(stream);
    // The closing handshake needs the peer; `ws` cuts the connection when it does not answer.
    stream.socket.close(code, reason);
  }

  #ping(): void {
    for (const stream of this.#streams) {
      if (!stream.isAlive) {
        stream.socket.terminate();
        continue;
      }
      stream.isAlive = false;
      stream.socket.ping();
    }
  }
}

function closeSoon(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(CLOSE.goingAway, "server is shutting down");
  });
}
