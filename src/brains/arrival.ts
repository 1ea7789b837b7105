// How a brain comes to a host: room is taken, its state is brought there, and elsewhere again when that host dies, unless the brain is why hosts
// die (quarantines.ts). Invariant: of an arrival that fails nothing is left in any host.

import { HostGone } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import { type BringingParts, type Brought, bringBack } from "./bringing.ts";
import { ATTEMPTS, unavailable } from "./host-unavailable.ts";
import { Place, type PlaceParts } from "./place.ts";
import { isOthersDoing, type Quarantines } from "./quarantines.ts";

export type ArrivalParts = BringingParts & PlaceParts & { readonly quarantines: Quarantines };

/** What is to be brought, asked anew at each attempt. */
export type Arriving = {
  /** The brain's name in the host. */
  readonly key: string;
  /** What it takes in memory. */
  readonly bytes: number;
  /** The last event of the state wanted. */
  readonly through: number;
};

/** @returns where the brain is now, and what it took. @throws EngramError `host-unavailable`, `brain-quarantined`, `brain-damaged`, `overloaded`, `database-unavailable` */
export async function arrive(
  row: BrainRow,
  arriving: () => Arriving,
  parts: ArrivalParts,
): Promise<{ readonly place: Place; readonly brought: Brought }> {
  const { quarantines, logger } = parts;
  for (let deaths = 0; ; ) {
    try {
      quarantines.refuse(row);
      const { key, bytes } = arriving();
      const place = await Place.find(parts, key, bytes);
      return { place, brought: await bring(row, place, arriving().through, parts) };
    } catch (error) {
      const isQuarantined = quarantines.of(row.uid) !== null;
      if (error instanceof HostGone) {
        if (!isOthersDoing(error, row.uid)) deaths++;
        if (deaths < ATTEMPTS || isQuarantined) continue; // a quarantined brain hears why
      }
      if (!isQuarantined) logger.error({ brain: row.id, err: error }, "brain not loaded");
      throw unavailable(error);
    }
  }
}

async function bring(row: BrainRow, place: Place, through: number, parts: ArrivalParts): Promise<Brought> {
  try {
    const brought = await bringBack(row, through, place.request, parts);
    parts.quarantines.passed({ brain: row.uid, op: "load" });
    const { baseSeq: checkpointSeq, ...facts } = brought;
    parts.logger.info({ brain: row.id, host: place.index, checkpointSeq, ...facts }, "brain loaded");
    return brought;
  } catch (error) {
    await place.leave();
    throw error;
  }
}
