// From the feed to WebSockets: each message is numbered, kept for a while, turned into text once, and offered to the streams that it is for.
// Invariant: whatever its clients do or do not do, a stream holds no more than its limits, and every stream is let go in the end.

import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Feed, FeedMessage } from "../../metrics/feed.ts";
import type { ServerSample } from "../../metrics/meters.ts";
import { Audience } from "./audience.ts";
import { CLOSE } from "./close-codes.ts";
import { cloudEvents } from "./cloudevents.ts";
import { StreamConnection } from "./connection.ts";
import { Delivery, type DeliveryTally, type Sink } from "./delivery.ts";
import { type Encoding, PLAIN } from "./encoding.ts";
import { STREAM_LIMITS, type StreamLimits } from "./limits.ts";
import { Ring } from "./ring.ts";
import { ServerNumbers } from "./server-numbers.ts";
import { CLOUDEVENTS_JSON } from "./subprotocols.ts";
import type { Subscription } from "./subscription.ts";

/** Told of what becomes of messages, and of streams that are ended because nobody reads them. */
export type StreamTally = DeliveryTally & { droppedStream(): void };

/** What the hub hears, tells and looks at. */
export type HubParts = {
  readonly feed: Feed;
  readonly tally: StreamTally;
  /** The server's own numbers as they are now. */
  readonly sample: () => ServerSample;
};

type Stream = { readonly socket: WebSocket; readonly connection: StreamConnection; isAlive: boolean };

export class StreamHub {
  /** Names the numbering of messages. */
  readonly epoch = randomBytes(9).toString("base64url");
  readonly #limits: StreamLimits;
  readonly #tally: StreamTally;
  readonly #now: () => number;
  readonly #ring: Ring;
  readonly #cloudEvents: Encoding;
  readonly #streams = new Set<Stream>();
  /** By what they subscribed to, and by what their paths are about. */
  readonly #listeners = new Audience<StreamConnection>();
  readonly #paths = new Audience<StreamConnection>();
  readonly #serverListeners = new Set<StreamConnection>();
  readonly #serverNumbers: ServerNumbers;
  readonly #unsubscribe: () => void;
  readonly #pings: NodeJS.Timeout;
  #opened = 0;
  #isClosed = false;

  /** @param now a clock that never goes back, in ms */
  constructor({ feed, tally, sample }: HubParts, limits = STREAM_LIMITS, now = () => performance.now()) {
    this.#limits = limits;
    this.#tally = tally;
    this.#now = now;
    this.#ring = new Ring(limits.replay);
    this.#cloudEvents = cloudEvents(this.epoch);
    this.#serverNumbers = new ServerNumbers(sample, now, (message) => {
      for (const { delivery } of this.#serverListeners) delivery.offerServer(message);
    });
    this.#unsubscribe = feed.subscribe((message) => this.#tell(message));
    this.#pings = setInterval(() => this.#ping(), limits.pingEveryMs).unref();
  }

  /**
   * Serves a stream until its socket closes.
   * @param brain the one that its path is about; null: all
   * @param connection what the WebSocket runs on
   */
  add(socket: WebSocket, brain: string | null, connection: Socket): void {
    if (this.#isClosed) {
      socket.close(CLOSE.goingAway);
      return;
    }
    const stream: Stream = { socket, connection: this.#connect(socket, brain), isAlive: true };
    this.#streams.add(stream);
    if (brain !== null) this.#paths.add(stream.connection, [brain]);
    socket.on("message", (data, isBinary) => stream.connection.hear(isBinary ? null : String(data)));
    socket.on("pong", () => {
      stream.isAlive = true;
    });
    socket.once("close", () => this.#remove(stream));
    connection.setTimeout(this.#limits.silenceMs);
    connection.on("timeout", () => this.#letGoIfSilent(stream));
  }

  /** Ends every stream; resolves when the sockets of those that were open are closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearInterval(this.#pings);
    this.#serverNumbers.stop();
    await Promise.all([...this.#streams].map(({ socket }) => closeSoon(socket, this.#limits.closeGraceMs)));
  }

  #connect(socket: WebSocket, brain: string | null): StreamConnection {
    const [ring, limits, now] = [this.#ring, this.#limits, this.#now];
    const opening = ++this.#opened;
    let said = 0;
    const delivery = new Delivery(sinkOf(socket), {
      ring,
      limits,
      now,
      tally: this.#tally,
      encoding: socket.protocol === CLOUDEVENTS_JSON ? this.#cloudEvents : PLAIN,
      nextOwnId: () => `${opening}.${++said}`,
    });
    const connection: StreamConnection = new StreamConnection(brain, {
      ...{ delivery, ring, limits, now, epoch: this.epoch },
      onSubscribe: (subscription) => this.#listen(connection, subscription),
      close: (code, reason) => socket.close(code, reason),
    });
    return connection;
  }

  #tell(message: FeedMessage): void {
    const entry = this.#ring.append(message);
    this.#listeners.each(message.brain, ({ delivery }) => delivery.offer(entry));
    if (message.type !== "deleted") return;
    this.#paths.each(message.brain, (connection) => connection.brainDeleted());
  }

  #listen(connection: StreamConnection, { brains, topics }: Subscription): void {
    this.#stopListening(connection);
    if (topics.size > Number(topics.has("server"))) this.#listeners.add(connection, brains);
    if (!topics.has("server")) return;
    this.#serverListeners.add(connection);
    this.#serverNumbers.start();
  }

  #stopListening(connection: StreamConnection): void {
    if (connection.subscription !== null) this.#listeners.remove(connection, connection.subscription.brains);
    this.#serverListeners.delete(connection);
    if (this.#serverListeners.size === 0) this.#serverNumbers.stop();
  }

  #remove(stream: Stream): void {
    const { connection } = stream;
    this.#streams.delete(stream);
    this.#stopListening(connection);
    if (connection.brain !== null) this.#paths.remove(connection, [connection.brain]);
    connection.closed();
  }

  /** Nothing came from the peer, and it took nothing; that is in order while there is nothing to take. */
  #letGoIfSilent(stream: Stream): void {
    if (!stream.connection.delivery.isBlocked || stream.socket.readyState !== stream.socket.OPEN) return;
    this.#tally.droppedStream();
    this.#remove(stream);
    // The closing handshake needs the peer; `ws` cuts the connection when it does not answer.
    stream.socket.close(CLOSE.tryAgainLater, "reads nothing");
  }

  /** What nobody reads holds pings up, too: such streams are ended for their silence. */
  #ping(): void {
    for (const stream of this.#streams) {
      if (stream.connection.delivery.isBlocked) continue;
      if (!stream.isAlive) {
        stream.socket.terminate();
        continue;
      }
      stream.isAlive = false;
      stream.socket.ping();
    }
  }
}

function sinkOf(socket: WebSocket): Sink {
  return {
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (bytes, onFlushed) => socket.send(bytes, { binary: false }, onFlushed),
    close: (code, reason) => socket.close(code, reason),
  };
}

function closeSoon(socket: WebSocket, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), graceMs);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(CLOSE.goingAway, "server is shutting down");
  });
}
