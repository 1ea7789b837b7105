// A brain that begins with a state from a file. Invariant: what is refused leaves nothing behind, in the host or in the database.

import { blueprintOf } from "../brain/config.ts";
import { residentBytes } from "../brain/resident-bytes.ts";
import { ByteSource } from "../byte-source.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { KeyFor } from "../store/idempotency-keys.ts";
import { type AdoptionParts, adopt } from "./adoption.ts";
import type { ImportBrain } from "./api.ts";
import { bringFile } from "./bring-file.ts";
import { asRefusal, fileInvalid } from "./file-invalid.ts";
import { generateId } from "./ids.ts";
import { readFileHead } from "./state-file.ts";
import type { Visits } from "./visit.ts";

export type ImportParts = AdoptionParts & { readonly visits: Visits; readonly memoryBudgetMb: number };

/**
 * Makes a brain of the state in a file.
 * @param keyFor gives the key under which the call may be sent again
 * @throws EngramError `brain-exists` before the file is read; `file-invalid`, `bad-request` when the sender breaks off, `overloaded`
 */
export async function importState(
  { file, ...wish }: ImportBrain,
  parts: ImportParts,
  keyFor?: KeyFor<BrainRow>,
): Promise<BrainRow> {
  const { id = generateId(), name = null, tags = {} } = wish;
  const source = new ByteSource(file.bytes);
  try {
    await parts.table.refuseTaken(id);
    const head = await readFileHead(source, parts.memoryBudgetMb);
    if (file.byteLength !== null && file.byteLength !== head.byteLength) {
      throw fileInvalid(`The body has ${file.byteLength} bytes; by its header the file has ${head.byteLength}.`);
    }
    const { header, note } = head;
    const blueprint = blueprintOf(header);
    let seq = 0;
    return await parts.visits.guest(
      residentBytes(blueprint, header.labels.length),
      async (request) => {
        seq = await bringFile(head, source, request);
      },
      (place) => {
        const origin = { by: "import", brain: note?.brain ?? null, seq } as const;
        return adopt(place, { id, name, tags, ...blueprint, origin }, parts, keyFor && { keyFor });
      },
    );
  } catch (error) {
    throw asRefusal(error);
  }
}
