// A file that nobody else sees: its name is gone right after it was made, so that its room is free once it is closed, or the process is killed.

import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { EngramError } from "../errors.ts";
import { folderError, makeFolder } from "../store/data-folder.ts";
import { hasCode } from "../store/has-code.ts";

export class ScratchFile {
  readonly #file: FileHandle;
  readonly #folder: string;
  #byteLength = 0;

  private constructor(file: FileHandle, folder: string) {
    this.#file = file;
    this.#folder = folder;
  }

  /**
   * @param folder is made where it is missing
   * @throws EngramError `not-ready` when no file can be made there, `storage-full`
   */
  static async create(folder: string): Promise<ScratchFile> {
    try {
      makeFolder(folder);
      const path = join(folder, `${randomUUID()}.scratch`);
      const file = await open(path, "wx+", 0o600);
      try {
        await unlink(path);
      } catch (error) {
        await file.close();
        throw error;
      }
      return new ScratchFile(file, folder);
    } catch (error) {
      throw refusal(folder, error);
    }
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** For libraries that read by it; it stays this file's. */
  get fd(): number {
    return this.#file.fd;
  }

  /** Appends `bytes`; one at a time. @throws EngramError `storage-full` */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let from = 0; from < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, from, bytes.length - from, this.#byteLength);
        from += bytesWritten;
        this.#byteLength += bytesWritten;
      }
    } catch (error) {
      throw refusal(this.#folder, error);
    }
  }

  /** Fills `into` with the bytes from `position` on. */
  async read(into: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < into.length; ) {
      const { bytesRead } = await this.#file.read(into, filled, into.length - filled, position + filled);
      if (bytesRead === 0)
        throw new RangeError(`ScratchFile.read: the file ends before byte ${position + into.length}`);
      filled += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function refusal(folder: string, error: unknown): unknown {
  if (!hasCode(error, "ENOSPC")) return folderError("scratch folder", folder, "ENGRAM_SCRATCH_DIR", error);
  const detail = `The disk of the scratch folder ${folder} is full. Nothing was changed.`;
  return new EngramError("storage-full", detail, [], { cause: error });
}
