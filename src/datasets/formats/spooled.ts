// An upload whose parts are wanted in another order than they come waits on the disk.

import type { Bytes } from "../../byte-source.ts";
import { ScratchFile } from "../scratch-file.ts";

const COPIED_BYTES = 256 * 1024;

/**
 * @returns the next `count` bytes of `source`, in a file that its taker closes
 * @throws CutOff where there are fewer; EngramError `storage-full`
 */
export async function spooled(source: Bytes, count: number, scratchDir: string): Promise<ScratchFile> {
  const file = await ScratchFile.create(scratchDir);
  try {
    for (let left = count; left > 0; left -= COPIED_BYTES) {
      await file.append(await source.take(Math.min(left, COPIED_BYTES)));
    }
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
