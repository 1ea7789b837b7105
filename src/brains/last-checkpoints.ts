// The checkpoints of a shutdown: as many as there is time for. They only save the next start a replay: the log has every change that was
// acknowledged, so what is left is said in one line and nothing is lost.

import type { Logger } from "pino";
import { isOverWithin } from "../deadline.ts";
import type { Database } from "../store/database.ts";
import type { LiveBrain } from "./live-brain.ts";

/** A checkpoint costs its host and the database. */
const AT_ONCE = 4;
/** One that takes longer (a large brain, or a host that hangs) goes on beside the next. */
const PATIENCE_MS = 1_000;
const SHOWN_BRAINS = 10;

type Settling = Pick<LiveBrain, "isBehind" | "settle"> & { readonly row: { readonly id: string } };

/** Brings the checkpoints of `brains` up to date within `ms`. Never rejects. */
export async function settleAll(
  brains: readonly Settling[],
  ms: number,
  { database, logger }: { readonly database: Pick<Database, "presence">; readonly logger: Logger },
): Promise<void> {
  const unsaved = new Map(
    brains.filter(({ isBehind }) => isBehind).map((brain) => [brain, "there was no time for it"]),
  );
  if (unsaved.size === 0) return;
  const { presence } = database;
  if (presence.isUp) await settleSome([...unsaved.keys()], ms, unsaved);
  if (unsaved.size === 0) return;
  const reasons = presence.isUp ? [...new Set(unsaved.values())] : ["the database is away"];
  const shown = [...unsaved.keys()].slice(0, SHOWN_BRAINS).map(({ row }) => row.id);
  logger.warn(
    { count: unsaved.size, brains: shown, reasons: reasons.slice(0, SHOWN_BRAINS) },
    "not every brain has a checkpoint of its last state; nothing is lost, the next start replays the log",
  );
}

/** @param unsaved loses those that are done, and learns why others failed */
async function settleSome(brains: readonly Settling[], ms: number, unsaved: Map<Settling, string>): Promise<void> {
  const waiting = [...brains];
  const begun: Promise<void>[] = [];
  let isOver = false;
  const settle = async (brain: Settling): Promise<void> => {
    try {
      await brain.settle();
      unsaved.delete(brain);
    } catch (error) {
      if (!isOver) unsaved.set(brain, error instanceof Error ? error.message : String(error));
    }
  };
  const worker = async (): Promise<void> => {
    for (let brain = waiting.shift(); brain !== undefined && !isOver; brain = waiting.shift()) {
      const settling = settle(brain);
      begun.push(settling);
      await isOverWithin(settling, PATIENCE_MS);
    }
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, worker)).then(() => Promise.all(begun));
  await isOverWithin(all, ms);
  isOver = true;
}
