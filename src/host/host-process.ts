// The gateway's side of one host: starts the child process, sends it requests, and starts it again when it dies.
// Invariant: every request settles. It rejects with `HostGone` when the child ends first, with `HostRefusal` when the child refuses.
// A child that has never served and says that it cannot is not started again.

import { type ChildProcess, spawn } from "node:child_process";
import { extname } from "node:path";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import { type HostSettings, hostArguments } from "./arguments.ts";
import { FrameReader, FrameWriter } from "./frames.ts";
import {
  type Computing,
  HostGone,
  HostRefusal,
  type OperationName,
  type ReplyFrame,
  type RequestOf,
  type ResultOf,
} from "./protocol.ts";

type Waiting = {
  readonly resolve: (reply: { result: unknown; body: Uint8Array }) => void;
  readonly reject: (error: Error) => void;
};

export type Reply<Op extends OperationName> = { readonly result: ResultOf<Op>; readonly body: Uint8Array };

/** A child that ran this long was healthy: the next restart waits no longer than the first. */
const HEALTHY_AFTER_MS = 10_000;
const FIRST_RESTART_MS = 50;
const LAST_RESTART_MS = 5_000;

/** This file's extension: `.ts` when run from sources, `.js` when built. */
const ENTRY = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));

export class HostProcess {
  readonly #settings: HostSettings;
  readonly #log: Logger;
  readonly #onHello: (computing: Computing) => void;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | null = null;
  #channel: FrameWriter | null = null;
  #ready: Promise<void>;
  #markReady: () => void = () => {};
  #markUnavailable: (error: EngramError) => void = () => {};
  #nextId = 1;
  #restartMs = FIRST_RESTART_MS;
  #restartTimer: NodeJS.Timeout | null = null;
  #generation = 0;
  #isUp = false;
  #computing: Computing | null = null;
  #isClosing = false;
  #hasServed = false;
  #isUnavailable = false;

  /** @param onHello told at each start what the child computes with */
  constructor(settings: HostSettings, log: Logger, onHello: (computing: Computing) => void) {
    this.#settings = settings;
    this.#onHello = onHello;
    this.#log = log.child({ host: settings.index });
    this.#ready = this.#awaitHello();
    this.#start();
  }

  /** Grows at each start: what a brain was loaded into is void once this differs. */
  get generation(): number {
    return this.#generation;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** What the child computes with; null while it is down. */
  get computing(): Computing | null {
    return this.#isUp ? this.#computing : null;
  }

  get index(): number {
    return this.#settings.index;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves once the child serves requests. @throws EngramError `not-ready` when it says at its first start that it never will */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Sends one request; requests arrive in the order of their calls. @throws HostGone, HostRefusal */
  async request<Op extends OperationName>(op: Op, request: RequestOf<Op>, body?: Uint8Array): Promise<Reply<Op>> {
    const channel = this.#channel;
    if (channel === null || !this.#isUp) throw new HostGone(`host ${this.#settings.index} is not running`);
    const id = this.#nextId++;
    const reply = await new Promise<{ result: unknown; body: Uint8Array }>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      channel.write({ id, op, ...request }, body);
    });
    // The host's table of operations gives each `op` the result that the protocol names.
    return reply as Reply<Op>;
  }

  /** Ends the child; requests still waiting reject with `HostGone`. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL"); // a host keeps nothing that is not in the log
    await exited;
  }

  #awaitHello(): Promise<void> {
    const hello = new Promise<void>((resolve, reject) => {
      this.#markReady = resolve;
      this.#markUnavailable = reject;
    });
    // Whoever asks `ready` hears of it.
    hello.catch(() => {});
    return hello;
  }

  #start(): void {
    this.#generation++;
    const startedAt = performance.now();
    try {
      this.#child = this.#spawn();
    } catch (error) {
      this.#log.error({ err: error }, "host not started");
      this.#ended(0, null, null);
      return;
    }
    this.#child.once("close", (code, signal) => this.#ended(performance.now() - startedAt, code, signal));
  }

  /** @throws when the system has no process or no file descriptor left */
  #spawn(): ChildProcess {
    const args = [...process.execArgv, ENTRY, ...hostArguments.encode(this.#settings)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "pipe"] });
    child.once("error", (error) => this.#log.error({ err: error }, "host process"));
    // The fourth entry of `stdio` makes this a duplex pipe (on Unix a socket pair); without descriptors there is no `stdio` at all.
    const channel = child.stdio?.[3] as Duplex | undefined;
    if (channel === undefined) throw new Error("no channel to the host");
    this.#channel = new FrameWriter(channel);
    const reader = new FrameReader();
    channel.on("data", (chunk: Uint8Array) => {
      try {
        // Our own child is the only writer, and it writes `ReplyFrame`s.
        for (const { header, body } of reader.push(chunk)) this.#receive(header as ReplyFrame, body);
      } catch (error) {
        this.#log.error({ err: error }, "host sent what cannot be read");
        child.kill("SIGKILL");
      }
    });
    channel.on("error", (error) => this.#log.debug({ err: error }, "host channel"));
    return child;
  }

  #receive(reply: ReplyFrame, body: Uint8Array): void {
    if ("hello" in reply) {
      const { pid, ...computing } = reply.hello;
      this.#isUp = true;
      this.#hasServed = true;
      this.#computing = computing;
      this.#log.info({ pid, ...computing }, "host ready");
      this.#onHello(computing);
      this.#markReady();
      return;
    }
    if ("unavailable" in reply) {
      this.#isUnavailable = !this.#hasServed;
      if (this.#isUnavailable) this.#markUnavailable(new EngramError("not-ready", reply.unavailable));
      else this.#log.error({ reason: reply.unavailable }, "host cannot compute");
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("failure" in reply) waiting?.reject(new HostRefusal(reply.failure, reply.message));
    else waiting?.resolve({ result: reply.result, body });
  }

  #ended(livedMs: number, code: number | null, signal: string | null): void {
    if (this.#isUp) this.#ready = this.#awaitHello();
    this.#isUp = false;
    this.#channel = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new HostGone(`host ${this.#settings.index} ended (${signal ?? code})`));
    if (this.#isClosing || this.#isUnavailable) return;
    this.#restartMs = livedMs > HEALTHY_AFTER_MS ? FIRST_RESTART_MS : Math.min(2 * this.#restartMs, LAST_RESTART_MS);
    this.#log.error({ code, signal, restartMs: this.#restartMs }, "host ended");
    this.#restartTimer = setTimeout(() => this.#start(), this.#restartMs);
  }
}
