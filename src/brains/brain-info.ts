// What callers hear of a brain: its row, without what is the server's own.

import { effectiveBlueprint } from "../brain/shape.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { BrainInfo } from "./api.ts";

export const infoOf = ({ uid: _, shape, createdAt, updatedAt, ...row }: BrainRow): BrainInfo => ({
  ...row,
  ...effectiveBlueprint(row, shape),
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
