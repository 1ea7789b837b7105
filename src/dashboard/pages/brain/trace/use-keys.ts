// Keys of remembered samples by id. A sample never changes, and no other ever gets its id: what was read once is kept.

import { useEffect, useState } from "preact/hooks";
import { CallFailed, get, pathOf } from "../../../api/client.ts";
import type { MemoryEntryAnswer } from "../../../api/types.ts";

/** Null: it was forgotten, or made room, in the meantime. */
type Key = readonly number[] | null;

const KEPT = 200;

/** @returns what was read so far, by id */
export function useKeys(brain: string, ids: readonly number[]): ReadonlyMap<number, Key> {
  const [keys, setKeys] = useState<ReadonlyMap<number, Key>>(new Map());
  const wanted = ids.filter((id) => !keys.has(id)).join();
  useEffect(() => {
    if (wanted === "") return;
    const controller = new AbortController();
    const missing = wanted.split(",").map(Number);
    Promise.all(missing.map(async (id) => [id, await keyOf(brain, id, controller.signal)] as const)).then(
      (read) => setKeys((before) => new Map([...before, ...read].slice(-KEPT))),
      // Pictures are an addition: without them the numbers still stand.
      () => {},
    );
    return () => controller.abort();
  }, [brain, wanted]);
  return keys;
}

async function keyOf(brain: string, id: number, signal: AbortSignal): Promise<Key> {
  try {
    const { entry } = await get<MemoryEntryAnswer>(pathOf(brain, "memory", "entries", String(id)), { signal });
    return entry.key ?? null;
  } catch (error) {
    if (error instanceof CallFailed && error.code === "memory-entry-not-found") return null;
    throw error;
  }
}
