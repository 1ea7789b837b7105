// The file that a host writes what it computes to (activity.ts), and that its gateway reads when it has died. It has no name any more once it is
// open, so that nothing of it outlives the two.

import { closeSync, ftruncateSync, openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { piecesIn } from "./activity.ts";
import type { Piece } from "./protocol.ts";

export class BlackBox {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** @returns null where no file can be had: then nobody knows what a host died of */
  static open(name: string): BlackBox | null {
    try {
      const path = join(tmpdir(), name);
      const fd = openSync(path, "wx+", 0o600);
      unlinkSync(path);
      return new BlackBox(fd);
    } catch {
      return null;
    }
  }

  /** To be handed to the host. */
  get fd(): number {
    return this.#fd;
  }

  /** What the host computes, or computed when it ended. */
  get pieces(): readonly Piece[] {
    return piecesIn(this.#fd);
  }

  /** To be called before another life of the host begins. */
  clear(): void {
    ftruncateSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
