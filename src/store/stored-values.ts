// Reads what the database gives back: text and 64-bit integers become the types that the rest of the server works with, checked.

import type { Pool } from "pg";
import {
  type Blueprint,
  KINDS,
  MODES,
  type Mode,
  type PlasticConfig,
  STORED_DEFAULTS,
  storedDirections,
  type TriarchicConfig,
  type Tuning,
} from "../brain/config.ts";
import { ENCODED_DEFAULTS } from "../brain/encoder-identity.ts";
import { initialShape, type Shape } from "../brain/shape.ts";
import { WATCHING_DEFAULTS, type Watching } from "../brain/watching.ts";
import { EngramError } from "../errors.ts";
import { answered } from "./answered.ts";

/** A bigint column, which `pg` gives as text and Prisma as a bigint. Sequence numbers and sizes are far below 2⁵³. */
export const toNumber = (value: string | bigint): number => Number(value);

export const toMode = (text: string): Mode => toOneOf(MODES, text);

/** A kind, and the configuration that the brain was created with: written once, from a complete one of that kind and its time. */
export function toBlueprint(kind: string, config: unknown): Blueprint {
  if (toOneOf(KINDS, kind) === "triarchic") {
    return { kind: "triarchic", config: { ...ENCODED_DEFAULTS, ...WATCHING_DEFAULTS, ...(config as TriarchicConfig) } };
  }
  const known = { ...STORED_DEFAULTS, ...(config as StoredPlastic) };
  return { kind: "plastic", config: { directions: storedDirections(known.readout), ...known } };
}

/** What was stored before a setting existed of which `STORED_DEFAULTS` does not say what it meant. */
type StoredPlastic = Omit<PlasticConfig, "directions"> & Partial<Pick<PlasticConfig, "directions">>;

/** A shape as it was stored, maybe before these settings existed. */
type Stored = Omit<Shape, "tuning"> & { readonly tuning: Omit<Tuning, Later> & Partial<Pick<Tuning, Later>> };
type Later = "memoryIndex" | keyof Watching;

/** A shape column; null in rows that were never tuned. */
export const toShape = (json: unknown, blueprint: Blueprint): Shape => toTunedShape(json) ?? initialShape(blueprint);

/** As `toShape`, where it is not known what was never tuned. */
export function toTunedShape(json: unknown): Shape | null {
  if (json === null) return null;
  // The column is written by the log and the checkpoints alone, which take this type, but maybe before a setting existed.
  const { tuning, layers } = json as Stored;
  const { memoryIndex } = STORED_DEFAULTS;
  return { tuning: { memoryIndex, ...WATCHING_DEFAULTS, ...tuning }, layers };
}

export function toOneOf<T extends string>(values: readonly T[], text: string): T {
  const value = values.find((known) => known === text);
  if (value === undefined) throw new EngramError("brain-damaged", `"${text}" is none of ${values.join(", ")}`);
  return value;
}

/** @returns a `brain-damaged` error that names the brain as its owner knows it */
export async function brainDamaged(pool: Pool, brainUid: string, detail: string): Promise<EngramError> {
  const { rows } = await answered(pool.query<{ id: string }>("SELECT id FROM brain WHERE uid = $1", [brainUid]));
  return new EngramError("brain-damaged", `Brain "${rows[0]?.id ?? brainUid}" is damaged: ${detail}`);
}
