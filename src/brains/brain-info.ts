// What callers hear of a brain: its row, without what is the server's own, and where it is now.

import { effectiveBlueprint } from "../brain/shape.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { BrainInfo } from "./api.ts";
import type { ResidencyStatus } from "./residency-status.ts";

export const infoOf = (
  { uid: _, shape, createdAt, updatedAt, ...row }: BrainRow,
  status: ResidencyStatus,
): BrainInfo => ({
  ...row,
  ...effectiveBlueprint(row, shape),
  status,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
