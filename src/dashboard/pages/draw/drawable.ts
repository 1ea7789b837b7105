// Which brains can be drawn for: those whose input is a square, as a picture in one colour is.

import { get, send } from "../../api/client.ts";
import type { Brain, BrainList } from "../../api/types.ts";
import { pictureOf } from "../../ui/picture.ts";

const PLACE = "engram.draw";
const PAGE = 200;

/** @returns whether the brain's inputs are grey squares */
export const isDrawable = ({ config }: Brain): boolean =>
  config.encoder === null && pictureOf(config.inputDim)?.channels === 1;

/** @returns all brains that can be drawn for, oldest first */
export async function drawableBrains(signal: AbortSignal): Promise<readonly Brain[]> {
  const found: Brain[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const page: BrainList = await get<BrainList>("v1/brains", { query, signal });
    found.push(...page.brains.filter(isDrawable));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

export const rememberBrain = (id: string): void => localStorage.setItem(PLACE, id);

/** @returns the brain that one most likely wants: the one drawn for last, else one called like drawings, else the newest */
export function likelyBrain(brains: readonly Brain[]): Brain | null {
  const last = localStorage.getItem(PLACE);
  const named = ({ id, name }: Brain): boolean => /draw|digit|mnist/i.test(`${id} ${name ?? ""}`);
  return brains.find(({ id }) => id === last) ?? brains.find(named) ?? brains.at(-1) ?? null;
}

/** Small enough to answer while one draws, large enough for ten digits and more. */
const CONFIG = { inputDim: 28 * 28, hiddenDim: 1024, winners: 32, layers: 2, memorySize: 5000, neighbors: 5 };

/** @param taken ids that are not free */
export function createBrain(taken: readonly string[]): Promise<Brain> {
  let id = "drawings";
  for (let number = 2; taken.includes(id); number++) id = `drawings-${number}`;
  return send("POST", "v1/brains", { id, kind: "plastic", config: CONFIG });
}
