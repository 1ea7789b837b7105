// Keeps a data folder to one process: two PGlites on one folder lose data silently. The lock is a file that is created whole (by `link`,
// which fails when it is there) and names its holder by pid, start time and pid namespace, so that a lock left by kill −9 is known for
// stale even when its pid is in use again. A holder in another container cannot be looked up: there the file's heartbeat decides.

import {
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EngramError } from "../errors.ts";
import { dataFolderError, makeFolder } from "./data-folder.ts";
import { RESERVE_FILE } from "./disk-reserve.ts";
import { hasCode } from "./has-code.ts";

const HEARTBEAT_MS = 2_000;
/** A holder in another container that is silent for this long is taken for dead. */
const SILENCE_MS = 4 * HEARTBEAT_MS;
const ATTEMPTS = 10;

type Holder = { readonly pid: number; readonly startedAt: string; readonly namespace: string };

/**
 * Takes the lock of `dataDir`, which is created when it does not exist.
 * @param silenceMs how long a holder in another container may go without a heartbeat
 * @returns the function that gives the lock back
 * @throws EngramError `not-ready` naming the process that holds it, or why the folder cannot be written
 */
export async function lockDataDir(dataDir: string, silenceMs = SILENCE_MS): Promise<() => void> {
  try {
    makeFolder(dataDir);
    return await takeLock(dataDir, silenceMs);
  } catch (error) {
    throw dataFolderError(dataDir, error);
  }
}

async function takeLock(dataDir: string, silenceMs: number): Promise<() => void> {
  const file = join(dataDir, "engram.lock");
  const mine = JSON.stringify(self());
  const draft = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    await writeDraft(draft, mine, file, silenceMs);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (tryLink(draft, file)) return hold(file, mine);
      const held = readOrNull(file);
      if (held === null) continue; // given back just now
      const holder = parseHolder(held);
      if (holder !== null && (await isAlive(holder, file, silenceMs))) throw inUse(dataDir, holder);
      removeStale(file, held, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new EngramError("not-ready", `Could not lock the data folder ${dataDir}: other processes keep taking it.`);
}

/** On a full disk it takes the room that is kept for what must be written, unless that is a living process's. */
async function writeDraft(draft: string, mine: string, file: string, silenceMs: number): Promise<void> {
  try {
    writeFileSync(draft, mine);
  } catch (error) {
    if (!hasCode(error, "ENOSPC")) throw error;
    const holder = parseHolder(readOrNull(file) ?? "");
    if (holder !== null && (await isAlive(holder, file, silenceMs))) throw inUse(dirname(file), holder);
    rmSync(join(dirname(file), RESERVE_FILE), { force: true });
    writeFileSync(draft, mine);
  }
}

function hold(file: string, mine: string): () => void {
  const heartbeat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(file, now, now);
    } catch {
      // The folder was deleted under us: nothing is left to guard.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    if (readOrNull(file) === mine) unlinkSync(file);
  };
}

async function isAlive(holder: Holder, file: string, silenceMs: number): Promise<boolean> {
  if (holder.namespace === pidNamespace()) return isRunning(holder);
  const before = modifiedMs(file);
  if (before === null) return false;
  await sleep(silenceMs);
  return modifiedMs(file) !== before;
}

function isRunning({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if (!hasCode(error, "EPERM")) return false;
  }
  return startedAt === startTime(pid);
}

/** Removes the lock only while it still says `held`: another process may have taken it over meanwhile. */
function removeStale(file: string, held: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if (readOrNull(aside) !== held) tryLink(aside, file);
  unlinkSync(aside);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

const modifiedMs = (file: string): number | null => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;

const self = (): Holder => ({ pid: process.pid, startedAt: startTime(process.pid), namespace: pidNamespace() });

function parseHolder(text: string): Holder | null {
  try {
    const { pid, startedAt, namespace } = JSON.parse(text);
    return Number.isInteger(pid) ? { pid, startedAt: String(startedAt), namespace: String(namespace) } : null;
  } catch {
    return null; // a power cut can leave an empty file
  }
}

/** Ticks since boot at which `pid` started (field 22 of /proc/pid/stat); empty where the system has no /proc. */
function startTime(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

const inUse = (dataDir: string, { pid }: Holder): EngramError =>
  new EngramError(
    "not-ready",
    `The data folder ${dataDir} is in use by process ${pid}. Stop that process, choose another folder, or use PostgreSQL.`,
  );
