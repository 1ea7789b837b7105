// From a request to a brain's blueprint: the caller's wishes over the defaults, and what no server should be asked for refused.

import { randomInt, randomUUID } from "node:crypto";
import {
  type Blueprint,
  PLASTIC_DEFAULTS,
  type PlasticConfig,
  TRIARCHIC_DEFAULTS,
  type TriarchicConfig,
} from "../brain/config.ts";
import { ENCODED_DEFAULTS, type Encoded } from "../brain/encoder-identity.ts";
import { MAX_READOUT_INPUT_DIM, readoutFor } from "../brain/limits.ts";
import { initialShape } from "../brain/shape.ts";
import type { EncoderInfo } from "../encoders/encoder.ts";
import { invalid } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { ConfigWishes, CreateBrain, TriarchicWishes, Wish } from "./api.ts";
import { excessOf } from "./excess.ts";
import { generateId } from "./ids.ts";
import { checkNeighbors } from "./tuning.ts";

const MAX_SEED = 2 ** 32;

/**
 * @param wish what the caller set, each value in its own range already
 * @param seed for the brain's generator unless the caller chose one, uint32
 * @param encoder that it names, if one
 * @throws EngramError validation, when values do not go together or the brain would not fit `budgetMb`
 */
export function completeBlueprint(
  wish: Wish,
  seed: number,
  budgetMb: number,
  encoder: EncoderInfo | null = null,
): Blueprint {
  const blueprint = completed(wish, encoder, seed);
  const excess = excessOf(blueprint, budgetMb);
  if (excess !== null) throw invalid("#/config", `makes ${excess}`);
  return blueprint;
}

/** @returns the row of a brain that knows nothing yet. @throws EngramError as `completeBlueprint` */
export function newBrain(request: CreateBrain, encoder: EncoderInfo | null, budgetMb: number): BrainRow {
  const { id = generateId(), name = null, tags = {} } = request;
  const blueprint = completeBlueprint(request, randomInt(MAX_SEED), budgetMb, encoder);
  const createdAt = new Date();
  return {
    ...{ uid: randomUUID(), id, name, tags, ...blueprint, shape: initialShape(blueprint), origin: null },
    ...{ mode: "plastic", seq: 0, step: 0, labels: [], createdAt, updatedAt: createdAt },
  };
}

function completed(wish: Wish, encoder: EncoderInfo | null, seed: number): Blueprint {
  const given = { seed, ...encodedBy(encoder, wish.config?.inputDim) };
  return wish.kind === "plastic"
    ? { kind: "plastic", config: completePlastic(wish.config ?? {}, given) }
    : { kind: "triarchic", config: completeTriarchic(wish.config ?? {}, given) };
}

/** What is not the caller's to choose; `inputDim` where an encoder says it. */
type Settled = { readonly seed: number; readonly inputDim?: number } & Encoded;

/** @throws EngramError `validation` where the caller wants another `inputDim` than the encoder gives */
function encodedBy(encoder: EncoderInfo | null, inputDim: number | undefined): Omit<Settled, "seed"> {
  if (encoder === null) return ENCODED_DEFAULTS;
  const { dimension, ...identity } = encoder;
  if (inputDim !== undefined && inputDim !== dimension) {
    throw invalid("#/config/inputDim", `is ${inputDim}; the encoder ${identity.name} gives ${dimension} features`);
  }
  return { encoder: identity, inputDim: dimension };
}

function completePlastic({ encoder: _, ...wishes }: ConfigWishes, { encoder, ...settled }: Settled): PlasticConfig {
  const reward = { ...PLASTIC_DEFAULTS.reward, ...wishes.reward };
  const sized = { ...PLASTIC_DEFAULTS, ...settled, ...wishes, reward, encoder };
  const config = { ...sized, readout: wishes.readout ?? readoutFor(sized.inputDim) };
  checkWinners(config, "a layer");
  checkNeighbors(config);
  checkReadout(config);
  return config;
}

function completeTriarchic(
  { encoder: _, ...wishes }: TriarchicWishes,
  { encoder, ...settled }: Settled,
): TriarchicConfig {
  const config = { ...TRIARCHIC_DEFAULTS, ...settled, ...wishes, encoder };
  checkWinners(config, "the base");
  return config;
}

function checkReadout({ readout, inputDim }: PlasticConfig): void {
  if (readout === "memory" || inputDim <= MAX_READOUT_INPUT_DIM) return;
  throw invalid("#/config/readout", `is ${readout}, which wants ${MAX_READOUT_INPUT_DIM} features at most (inputDim)`);
}

function checkWinners({ winners, hiddenDim }: PlasticConfig | TriarchicConfig, where: string): void {
  if (winners > hiddenDim) {
    throw invalid("#/config/winners", `is ${winners}, more than the ${hiddenDim} neurons of ${where} (hiddenDim)`);
  }
}
