// From a request to a brain's blueprint: the caller's wishes over the defaults, and what no server should be asked for refused.

import { randomInt, randomUUID } from "node:crypto";
import {
  type Blueprint,
  PLASTIC_DEFAULTS,
  type PlasticConfig,
  TRIARCHIC_DEFAULTS,
  type TriarchicConfig,
} from "../brain/config.ts";
import { initialShape } from "../brain/shape.ts";
import { invalid } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { ConfigWishes, CreateBrain, Wish } from "./api.ts";
import { excessOf } from "./excess.ts";
import { generateId } from "./ids.ts";
import { checkNeighbors } from "./tuning.ts";

const MAX_SEED = 2 ** 32;

/**
 * @param wish what the caller set, each value in its own range already
 * @param seed for the brain's generator unless the caller chose one, uint32
 * @throws EngramError validation, when values do not go together or the brain would not fit `budgetMb`
 */
export function completeBlueprint(wish: Wish, seed: number, budgetMb: number): Blueprint {
  const blueprint = completed(wish, seed);
  const excess = excessOf(blueprint, budgetMb);
  if (excess !== null) throw invalid("#/config", `makes ${excess}`);
  return blueprint;
}

/** @returns the row of a brain that knows nothing yet. @throws EngramError as `completeBlueprint` */
export function newBrain(request: CreateBrain, budgetMb: number): BrainRow {
  const { id = generateId(), name = null, tags = {} } = request;
  const blueprint = completeBlueprint(request, randomInt(MAX_SEED), budgetMb);
  const createdAt = new Date();
  return {
    ...{ uid: randomUUID(), id, name, tags, ...blueprint, shape: initialShape(blueprint), origin: null },
    ...{ mode: "plastic", seq: 0, step: 0, labels: [], createdAt, updatedAt: createdAt },
  };
}

const completed = (wish: Wish, seed: number): Blueprint =>
  wish.kind === "plastic"
    ? { kind: "plastic", config: completePlastic(wish.config ?? {}, seed) }
    : { kind: "triarchic", config: completeTriarchic(wish.config ?? {}, seed) };

function completePlastic(wishes: ConfigWishes, seed: number): PlasticConfig {
  const reward = { ...PLASTIC_DEFAULTS.reward, ...wishes.reward };
  const config = { ...PLASTIC_DEFAULTS, seed, ...wishes, reward };
  checkWinners(config, "a layer");
  checkNeighbors(config);
  return config;
}

function completeTriarchic(wishes: Partial<TriarchicConfig>, seed: number): TriarchicConfig {
  const config = { ...TRIARCHIC_DEFAULTS, seed, ...wishes };
  checkWinners(config, "the base");
  return config;
}

function checkWinners({ winners, hiddenDim }: PlasticConfig | TriarchicConfig, where: string): void {
  if (winners > hiddenDim) {
    throw invalid("#/config/winners", `is ${winners}, more than the ${hiddenDim} neurons of ${where} (hiddenDim)`);
  }
}
