// A disk of a few MiB for tests that fill it: a tmpfs in a mount namespace of its own, which is gone when this process ends, however it ends.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MIB = 1024 * 1024;
const MOUNT = 'mount -t tmpfs -o size="$1" tmpfs "$0" && echo mounted && exec cat';

export class SmallDisk {
  /** Where it is for a process that `prefix` starts. */
  readonly folder: string;
  readonly #keeper: ChildProcess;

  private constructor(folder: string, keeper: ChildProcess) {
    this.folder = folder;
    this.#keeper = keeper;
  }

  /** @returns the disk, or null where this user may not mount one */
  static async open(mib: number): Promise<SmallDisk | null> {
    const folder = await mkdtemp(join(tmpdir(), "engram-disk-"));
    const keeper = spawn("unshare", ["-rm", "sh", "-c", MOUNT, folder, `${mib}m`], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const mounted = once(keeper.stdout, "data").then(() => true);
    const ended = Promise.race([once(keeper, "error"), once(keeper, "exit")]).then(() => false);
    if (await Promise.race([mounted, ended])) return new SmallDisk(folder, keeper);
    await rm(folder, { recursive: true, force: true });
    return null;
  }

  /** The same folder for this process. */
  get path(): string {
    return `/proc/${this.#keeper.pid}/root${this.folder}`;
  }

  /** What starts a command where the disk is. */
  get prefix(): readonly string[] {
    return ["nsenter", `--target=${this.#keeper.pid}`, "--user", "--mount", "--preserve-credentials", "--"];
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Takes all room that is left, but for `leaveBytes`. */
  fill(leaveBytes = 0): void {
    const filler = openSync(join(this.path, "filler"), "a");
    const bytes = Buffer.alloc(MIB);
    try {
      for (;;) {
        const room = this.freeBytes - leaveBytes;
        if (room <= 0) return;
        writeSync(filler, bytes, 0, Math.min(room, MIB));
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    } finally {
      closeSync(filler);
    }
  }

  /** Gives back what `fill` took. */
  empty(): void {
    rmSync(join(this.path, "filler"), { force: true });
  }

  async close(): Promise<void> {
    this.#keeper.stdin?.end();
    await once(this.#keeper, "exit");
    await rm(this.folder, { recursive: true, force: true });
  }
}
