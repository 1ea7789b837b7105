// All datasets of the server, the newest first: for lists and for choosing one.

import { get } from "./client.ts";
import type { Dataset, DatasetList } from "./types.ts";

/** The most that the API gives at once. */
const PAGE = 200;
/** Beyond that nobody looks through a list. */
const MOST = 2000;

export async function allDatasets(signal: AbortSignal): Promise<readonly Dataset[]> {
  const found: Dataset[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const page: DatasetList = await get<DatasetList>("v1/datasets", { query, signal });
    found.push(...page.datasets);
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < MOST);
  return found.reverse();
}
