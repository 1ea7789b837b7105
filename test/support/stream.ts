// A client of the streams: it keeps all that it is told, and can wait for more.

import { EventEmitter, once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";

/** Any message of a stream. */
export type Told = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly epoch?: string;
  readonly brain?: string;
  readonly seq?: number;
  readonly streamSeq?: number;
  readonly coalesced?: number;
  readonly through?: number;
  readonly count?: number;
  readonly lost?: { readonly reason: string; readonly from: number; readonly to: number | null } | null;
};

type Options = ClientOptions & { readonly protocols?: readonly string[]; readonly subscribe?: object };

export class StreamClient {
  readonly socket: WebSocket;
  readonly all: Told[] = [];
  /** Resolves to the code with which the stream ends. */
  readonly closed: Promise<number>;
  readonly #arrivals = new EventEmitter();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.#arrivals.setMaxListeners(0);
    this.closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("message", (data) => {
      this.all.push(JSON.parse(String(data)));
      this.#arrivals.emit("message");
    });
  }

  /**
   * Resolves once it is greeted, and, where it is to subscribe, once that is in force.
   * @param url of the server, or of a brain on it, as for calls
   * @throws when the upgrade is refused
   */
  static async open(url: string, { protocols = [], subscribe, ...options }: Options = {}): Promise<StreamClient> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/stream`, [...protocols], options);
    const client = new StreamClient(socket);
    await once(socket, "open");
    await client.until(() => client.all.length > 0);
    if (subscribe !== undefined) await client.subscribe(subscribe);
    return client;
  }

  /** What it was told of brains. */
  get feed(): readonly Told[] {
    return this.all.filter(({ brain }) => brain !== undefined);
  }

  get epoch(): string {
    return this.all[0]?.epoch ?? "";
  }

  /** Where to go on: the last message that it was told of a brain, or its opening. */
  get position(): { readonly epoch: string; readonly streamSeq: number } {
    return { epoch: this.epoch, streamSeq: this.feed.at(-1)?.streamSeq ?? this.all[0]?.streamSeq ?? 0 };
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** @returns the answer: what is in force, or a problem */
  async subscribe(wish: object = {}): Promise<Told> {
    const before = this.all.length;
    this.say({ type: "subscribe", ...wish });
    const answer = () =>
      this.all.slice(before).find(({ type }) => type === "subscribed" || (type === "problem" && before > 0));
    await this.until(() => answer() !== undefined);
    return answer() as Told;
  }

  /** Resolves as soon as `isThere`, or once `count` messages of brains have come. */
  async until(wanted: number | (() => boolean)): Promise<void> {
    const isThere = typeof wanted === "number" ? () => this.feed.length >= wanted : wanted;
    while (!isThere()) await once(this.#arrivals, "message");
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

/** @returns status and problem of a refused upgrade */
export async function refusedStream(
  address: string,
  { protocols = [], ...options }: Options = {},
): Promise<{ readonly status: number; readonly body: { readonly type: string; readonly detail: string } }> {
  const socket = new WebSocket(address.replace(/^http/, "ws"), [...protocols], options);
  const [, response] = await once(socket, "unexpected-response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) };
}
