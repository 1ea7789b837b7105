// The gateway's side of one host: starts the child process, sends it requests, and starts it again when it dies.
// Invariant: every request settles. It rejects with `HostGone` when the child ends first, with `HostRefusal` when the child refuses.
// A child that has never served and says that it cannot is not started again; one that hangs is ended (pulse.ts), which is as if it had died.

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { extname } from "node:path";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import { type HostSettings, hostArguments } from "./arguments.ts";
import { BlackBox } from "./black-box.ts";
import { FrameReader, FrameWriter } from "./frames.ts";
import { LoadMeter } from "./load-meter.ts";
import { PendingRequests, type Reply } from "./pending-requests.ts";
import {
  type Computing,
  type HostEnd,
  HostGone,
  type LoadReport,
  type OperationName,
  type ReplyFrame,
  type RequestOf,
} from "./protocol.ts";
import { Watch } from "./watch.ts";

/** A child that ran this long was healthy: the next restart waits no longer than the first. */
const HEALTHY_AFTER_MS = 10_000;
const FIRST_RESTART_MS = 50;
const LAST_RESTART_MS = 5_000;

/** This file's extension: `.ts` when run from sources, `.js` when built. */
const ENTRY = fileURLToPath(new URL(`./child${extname(import.meta.url)}`, import.meta.url));

/** What whoever watches over a host hears of it. */
export type HostListener = {
  /** It serves; at each start, with what it computes with. */
  onHello(computing: Computing): void;
  /** It has answered a request. */
  onReply(op: OperationName, durationMs: number): void;
  /** It has told of itself. */
  onReport(report: LoadReport): void;
  /** Its process has ended, before those hear of it who wait for its answers. */
  onEnd(end: HostEnd): void;
};

export class HostProcess {
  /** How busy it is. */
  readonly load = new LoadMeter();
  readonly #settings: HostSettings;
  readonly #log: Logger;
  readonly #listener: HostListener;
  readonly #blackBox: BlackBox | null;
  readonly #watch: Watch;
  readonly #pending = new PendingRequests();
  #child: ChildProcess | null = null;
  #channel: FrameWriter | null = null;
  #ready: Promise<void>;
  #markReady: () => void = () => {};
  #markUnavailable: (error: EngramError) => void = () => {};
  #restartMs = FIRST_RESTART_MS;
  #restartTimer: NodeJS.Timeout | null = null;
  #generation = 0;
  #isUp = false;
  #computing: Computing | null = null;
  #isClosing = false;
  #hasServed = false;
  /** Why the child cannot serve, where it never will. */
  #unavailable: string | null = null;
  /** Why the child that is being ended is. */
  #reason: string | null = null;
  #lastEnd: HostEnd | null = null;

  /** @param silenceMs as `Watch` takes it */
  constructor(settings: HostSettings, silenceMs: number, log: Logger, listener: HostListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#log = log.child({ host: settings.index });
    this.#ready = this.#awaitHello();
    this.#blackBox = BlackBox.open(`engram-host-${randomUUID()}`);
    if (this.#blackBox === null) this.#log.warn("no file for what the host computes: what it dies of stays unknown");
    this.#watch = new Watch(silenceMs, (quietMs) => this.#endHung(quietMs));
    this.#start();
  }

  /** Grows at each start: what a brain was loaded into is void once this differs. */
  get generation(): number {
    return this.#generation;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether it is up and speaks: what is given to it now will probably be answered soon. */
  get isServing(): boolean {
    return this.#isUp && this.#watch.silentMs === null;
  }

  /** `up`, or why not. */
  get state(): string {
    if (this.#unavailable !== null) return `down: ${this.#unavailable}`;
    if (!this.#isUp) return `down: ${this.#lastEnd === null ? "starting" : `${this.#lastEnd.reason}, starting again`}`;
    const { silentMs } = this.#watch;
    return silentMs === null ? "up" : `down: silent for ${Math.round(silentMs / 1000)} s`;
  }

  /** Requests that have no answer yet. */
  get waiting(): number {
    return this.#pending.count;
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

  /**
   * Sends one request; requests arrive in the order of their calls.
   * @param signal aborted when nobody waits for the result any more; only for requests without effect
   * @throws HostGone, HostRefusal, and the signal's reason
   */
  async request<Op extends OperationName>(
    op: Op,
    request: RequestOf<Op>,
    body?: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Reply<Op>> {
    signal?.throwIfAborted();
    const channel = this.#channel;
    if (channel === null || !this.#isUp) throw this.gone("is not running");
    const sentMs = performance.now();
    const reply = await this.#pending.send(channel, op, request, body, signal);
    this.#listener.onReply(op, performance.now() - sentMs);
    return reply;
  }

  /** What somebody hears who asks for what its last life knew. */
  gone(what: string): HostGone {
    return new HostGone(`host ${this.#settings.index} ${what}`, this.#lastEnd);
  }

  /** Ends the child; requests still waiting reject with `HostGone`. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#watch.close();
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL"); // a host keeps nothing that is not in the log
      await exited;
    }
    this.#blackBox?.close();
  }

  #endHung(quietMs: number): void {
    this.#reason = `ended after ${Math.round(quietMs / 1000)} s of silence`;
    this.#log.error({ pid: this.pid, silentMs: Math.round(quietMs) }, "host hangs");
    this.#child?.kill("SIGKILL");
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
    this.#reason = null;
    this.#blackBox?.clear();
    try {
      this.#child = this.#spawn();
    } catch (error) {
      this.#log.error({ err: error }, "host not started");
      this.#ended(0, null, null);
      return;
    }
    this.#watch.begin(this.#child.pid ?? null);
    this.#child.once("close", (code, signal) => this.#ended(performance.now() - startedAt, code, signal));
  }

  /** @throws when the system has no process or no file descriptor left */
  #spawn(): ChildProcess {
    const args = [...process.execArgv, ENTRY, ...hostArguments.encode(this.#settings)];
    const box = this.#blackBox?.fd ?? "ignore";
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "pipe", box] });
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
    this.#watch.heard();
    if ("load" in reply) {
      this.load.add(reply.load);
      this.#listener.onReport(reply.load);
      return;
    }
    if ("hello" in reply) {
      const { pid, ...computing } = reply.hello;
      this.#isUp = true;
      this.#hasServed = true;
      this.#computing = computing;
      this.#log.info({ pid, ...computing }, "host ready");
      this.#listener.onHello(computing);
      this.#markReady();
      return;
    }
    if ("unavailable" in reply) {
      this.#unavailable = this.#hasServed ? null : reply.unavailable;
      if (!this.#hasServed) this.#markUnavailable(new EngramError("not-ready", reply.unavailable));
      else this.#log.error({ reason: reply.unavailable }, "host cannot compute");
      return;
    }
    this.#pending.settle(reply, body);
  }

  #ended(livedMs: number, code: number | null, signal: string | null): void {
    if (this.#isUp) this.#ready = this.#awaitHello();
    this.#isUp = false;
    this.#channel = null;
    this.#watch.end();
    this.load.reset();
    const rejectAll = this.#pending.takeAll();
    if (!this.#isClosing) this.#note(code, signal);
    rejectAll(this.gone("has ended"));
    if (this.#isClosing || this.#unavailable !== null) return;
    this.#restartMs = livedMs > HEALTHY_AFTER_MS ? FIRST_RESTART_MS : Math.min(2 * this.#restartMs, LAST_RESTART_MS);
    const { reason, pieces: computed } = this.#lastEnd ?? {};
    this.#log.error({ reason, computed, restartMs: this.#restartMs }, "host ended");
    this.#restartTimer = setTimeout(() => this.#start(), this.#restartMs);
  }

  #note(code: number | null, signal: string | null): void {
    const reason = this.#reason ?? (signal === null ? `ended with code ${code}` : `ended by ${signal}`);
    this.#lastEnd = { host: this.#settings.index, reason, pieces: this.#blackBox?.pieces ?? [] };
    this.#listener.onEnd(this.#lastEnd);
  }
}
