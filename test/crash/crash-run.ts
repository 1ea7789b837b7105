// Rounds of: start, look, load, kill, audit. One database (a data folder, or a PostgreSQL one) lives through all of them; the seed decides
// what the clients do and when the server is killed (not how the two meet, which no seed can).

import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "../../src/backend/backend.ts";
import { selectBackend } from "../../src/backend/select.ts";
import { Random } from "../../src/brain/random.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { type DatabaseKind, newSite, SILENT, type Site } from "../support/databases.ts";
import { Auditor, type Findings } from "./audit.ts";
import { askAgain, attempt, Fault, Gone, type Target } from "./calls.ts";
import { Client } from "./client.ts";
import { Ledger } from "./ledger.ts";
import { Records } from "./records.ts";
import { ServerProcess } from "./server-process.ts";

/** How a round ends the server. */
const ENDINGS = ["server", "server", "server", "host", "term"] as const;
const CLIENTS = 4;
/** The server is killed once so many calls were made, at random, */
const MAX_CALLS = 200;
/** and a little later. */
const MAX_DELAY_MS = 20;
/** A server that is told to stop is killed within this time. */
const MAX_TERM_MS = 300;
/** A start that is killed lives at most this long. */
const MAX_START_MS = 2_500;

export type Round = Findings & {
  readonly number: number;
  readonly ending: string;
  readonly killedStarts: number;
  readonly bootMs: number;
  readonly calls: number;
};

export type CrashRunOptions = { readonly database: DatabaseKind; readonly seed: number };

export class CrashRun {
  readonly #options: CrashRunOptions;
  readonly #site: Site;
  readonly #auditor: Auditor;
  readonly #ledger = new Ledger();
  #servers: ServerProcess[] = [];
  #number = 0;

  private constructor(options: CrashRunOptions, site: Site, backend: Backend) {
    this.#options = options;
    this.#site = site;
    this.#auditor = new Auditor(backend);
  }

  static async open(options: CrashRunOptions): Promise<CrashRun> {
    return new CrashRun(options, await newSite(options.database), await selectBackend("auto", { threads: 1 }));
  }

  /** @param tamper changes the database before the audit, which must then find it */
  async round(tamper?: (database: Database) => Promise<void>): Promise<Round> {
    const number = ++this.#number;
    const random = Random.seeded(this.#options.seed * 100_003 + number);
    this.#servers = [];
    const faults: string[] = [];
    const ending = ENDINGS[random.below(ENDINGS.length)]!;
    const killAtCall = CLIENTS + random.below(MAX_CALLS);
    const killedStarts = random.uniform() < 0.3 ? 1 + random.below(2) : 0;
    for (let i = 0; i < killedStarts; i++) await this.#killStart(random.below(MAX_START_MS));
    const startedAt = performance.now();
    const server = this.#spawn();
    let bootMs = 0;
    let calls = 0;
    try {
      const target: Target = { url: await server.listening(), isEnding: false };
      bootMs = Math.round(performance.now() - startedAt);
      await this.#look(target, faults);
      calls = await this.#load(server, target, { ending, killAtCall, random, faults });
    } catch (error) {
      faults.push(describe(error));
    }
    await server.kill();
    faults.push(...this.#servers.flatMap(({ log }) => log.filter(({ level }) => level >= 60).map(({ msg }) => msg)));
    const findings = await this.audit(tamper);
    return {
      ...findings,
      faults: [...faults, ...findings.faults],
      number,
      ending,
      killedStarts,
      bootMs,
      calls,
    };
  }

  /** Keeps what a failed round leaves. @returns where */
  async keepEvidence(folder: string): Promise<string> {
    await mkdir(folder, { recursive: true });
    for (const [index, { log }] of this.#servers.entries()) {
      await writeFile(join(folder, `server-${index}.log`), log.map((line) => JSON.stringify(line)).join("\n"));
    }
    await cp(this.#site.options.dataDir, join(folder, "data"), { recursive: true });
    return folder;
  }

  async close(): Promise<void> {
    await this.#site.dispose();
  }

  #spawn(): ServerProcess {
    const { dataDir, url } = this.#site.options;
    const server = new ServerProcess({
      ENGRAM_DATA_DIR: dataDir,
      ENGRAM_HOSTS: "1",
      ENGRAM_CHECKPOINT_EVERY_EVENTS: "7",
      ...(url === undefined ? {} : { DATABASE_URL: url }),
    });
    this.#servers.push(server);
    return server;
  }

  async #killStart(afterMs: number): Promise<void> {
    const server = this.#spawn();
    await sleep(afterMs);
    await server.kill();
  }

  /** Asks each brain what it is now, for the oracle to judge. */
  async #look(target: Target, faults: string[]): Promise<void> {
    for (const brain of this.#ledger.usable) {
      const { id, claims, seen } = brain;
      const head = await attempt<Stamp>(target, "GET", `/${id}`);
      const kept = await attempt<Stamp & { id: string; digest: string }>(target, "POST", `/${id}/checkpoints`);
      const inputs = [Array.from({ length: 6 }, (_, i) => Math.fround(Math.sin(seen + i)))];
      const asked = await attempt<Stamp & { predictions: unknown }>(target, "POST", `/${id}/predict`, {
        inputs,
        topK: 3,
      });
      if (head.is !== "answered" || kept.is !== "answered" || asked.is !== "answered") {
        faults.push(`${id} does not answer: ${JSON.stringify([head, kept, asked])}`);
        continue;
      }
      for (const { answer } of [head, kept, asked]) brain.see(answer, seen);
      const { seq, digest } = kept.answer;
      brain.checkpoints.set(kept.answer.id, { seq, digest, isDeleted: "no" });
      claims.push({ of: "digest", seq, digest }, { of: "head", ...head.answer });
      for (const retry of brain.retries) await askAgain(target, brain, retry);
      brain.retries.clear();
      claims.push({ of: "predictions", seq: asked.answer.seq, inputs, topK: 3, predictions: asked.answer.predictions });
    }
  }

  /** @returns how many calls were made */
  async #load(server: ServerProcess, target: Target, plan: Plan): Promise<number> {
    const { random, faults, killAtCall, ending } = plan;
    const progress = new Progress();
    const clients = Array.from(
      { length: CLIENTS },
      (_, i) => new Client(`r${this.#number}c${i}`, target, this.#ledger, random.below(2 ** 31), () => progress.add()),
    );
    const running = clients.map((client) =>
      client.run().catch((error: unknown) => {
        if (!(error instanceof Gone)) faults.push(describe(error));
      }),
    );
    const allEnded = Promise.all(running);
    await Promise.race([progress.reaches(ending === "host" ? killAtCall / 2 : killAtCall), allEnded]);
    if (ending === "host") {
      for (const pid of server.hosts) process.kill(pid, "SIGKILL");
      await Promise.race([progress.reaches(killAtCall), allEnded]);
    }
    await sleep(random.below(MAX_DELAY_MS));
    target.isEnding = true;
    if (ending === "term") {
      server.signal("SIGTERM");
      await sleep(random.below(MAX_TERM_MS));
    }
    await server.kill();
    await allEnded;
    return progress.calls;
  }

  /** Reads the database as the kill left it; an embedded one from a copy, so that the next start finds what the kill left. @param tamper as of `round` */
  async audit(tamper?: (database: Database) => Promise<void>): Promise<Findings> {
    const { options } = this.#site;
    const copy = join(options.dataDir, "..", `engram-audit-${process.pid}`);
    if (options.url === undefined) await cp(options.dataDir, copy, { recursive: true });
    const database = await openDatabase({ ...options, dataDir: copy, log: SILENT });
    try {
      if (options.url !== undefined) await quiet(database);
      await tamper?.(database);
      return await this.#auditor.audit(this.#ledger, new Records(database.pool));
    } finally {
      await database.close();
      await rm(copy, { recursive: true, force: true });
    }
  }
}

type Stamp = { readonly seq: number; readonly step: number; readonly mode: string };
type Plan = {
  readonly ending: (typeof ENDINGS)[number];
  readonly killAtCall: number;
  readonly random: Random;
  readonly faults: string[];
};

/** Counts calls, for who waits for one of them. */
class Progress {
  calls = 0;
  #waiting: { readonly at: number; readonly resolve: () => void }[] = [];

  add(): void {
    this.calls++;
    for (const { at, resolve } of this.#waiting) if (this.calls >= at) resolve();
  }

  reaches(at: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.calls >= at) resolve();
      else this.#waiting.push({ at, resolve });
    });
  }
}

const describe = (error: unknown): string =>
  error instanceof Fault && error.cause !== undefined
    ? `${error.message}: ${error.cause}`
    : String(error instanceof Error ? error.stack : error);

/** A statement that the killed server had sent is still carried out; until then the database is not as the next server will find it. */
async function quiet({ pool }: Database): Promise<void> {
  const others = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'engram' AND state = 'active'`;
  for (let tries = 0; tries < 200; tries++) {
    const { rows } = await pool.query<{ count: number }>(others);
    if (rows[0]?.count === 0) return;
    await sleep(50);
  }
  throw new Error("the killed server's statements do not end");
}
