// What a brain looks like to clients: what creates it, and what is told of it.

import Type from "typebox";
import { KINDS, type Kind } from "../../brain/config.ts";
import { RESIDENCIES } from "../../brains/residency-status.ts";
import { BrainId, BrainMode, Label, nextCursor, plainText, Tags, timestamp } from "./common.ts";
import {
  PLASTIC_EXAMPLE,
  PlasticConfig,
  PlasticConfigInput,
  Reward,
  RewardInput,
  Tuning,
  TuningInForce,
} from "./plastic-config.ts";
import { byKind, nullableRef, nullableString, ref } from "./ref.ts";
import { TRIARCHIC_EXAMPLE, TriarchicConfig, TriarchicConfigInput } from "./triarchic-config.ts";

const KIND_OF = {
  plastic: "Plastic layers and an episodic memory.",
  triarchic: "A sparse base, a slow core and a fast overlay.",
};

const kindOf = <K extends Kind>(kind: K) => Type.Enum([kind], { type: "string", description: KIND_OF[kind] });

const name = nullableString(plainText(256, { description: "A name for people; null for none.", examples: ["Pets"] }));

/** What any new brain may be given. */
export const creation = {
  id: Type.Optional(ref(BrainId)),
  name: Type.Optional(Type.String(plainText(256, { description: "A name for people." }))),
  tags: Type.Optional(ref(Tags)),
};

const CREATE_PLASTIC_EXAMPLE = {
  id: "pets",
  kind: "plastic",
  config: { inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 1000, neighbors: 5 },
};
const CREATE_TRIARCHIC_EXAMPLE = {
  id: "sounds",
  kind: "triarchic",
  config: { inputDim: 4, hiddenDim: 64, winners: 8 },
};

const CreatePlasticBrain = Type.Object(
  { ...creation, kind: kindOf("plastic"), config: Type.Optional(ref(PlasticConfigInput)) },
  {
    $id: "CreatePlasticBrain",
    additionalProperties: false,
    description: "A plastic brain to create.",
    examples: [CREATE_PLASTIC_EXAMPLE],
  },
);

const CreateTriarchicBrain = Type.Object(
  { ...creation, kind: kindOf("triarchic"), config: Type.Optional(ref(TriarchicConfigInput)) },
  {
    $id: "CreateTriarchicBrain",
    additionalProperties: false,
    description: "A triarchic brain to create.",
    examples: [CREATE_TRIARCHIC_EXAMPLE],
  },
);

export const CreateBrain = byKind([CreatePlasticBrain, CreateTriarchicBrain], {
  $id: "CreateBrain",
  type: "object",
  "x-expects": `one of ${KINDS.join(", ")}`,
  description: "A brain to create. Only `kind` is needed.",
  examples: [CREATE_PLASTIC_EXAMPLE, CREATE_TRIARCHIC_EXAMPLE],
});

export const PatchBrain = Type.Object(
  { name: Type.Optional(name), tags: Type.Optional(ref(Tags)), config: Type.Optional(ref(Tuning)) },
  {
    $id: "PatchBrain",
    additionalProperties: false,
    description: "What to change; what is left out stays. `tags` replaces all tags, `config` tunes the brain.",
    examples: [{ name: "Cats and dogs", tags: { team: "vision" } }],
  },
);

const Origin = Type.Object(
  {
    by: Type.Enum(["fork", "import"], { type: "string", description: "How it came." }),
    brain: nullableString({
      description: "The id of the brain that it is a copy of, then and there; null where the file did not say.",
    }),
    seq: Type.Integer({ minimum: 0, description: "The state that it began with; its own changes follow that number." }),
  },
  {
    $id: "Origin",
    description: "Where a brain came from.",
    examples: [{ by: "fork", brain: "pets", seq: 2 }],
  },
);

const BRAIN_EXAMPLE = {
  id: "pets",
  name: null,
  kind: "plastic",
  config: PLASTIC_EXAMPLE,
  mode: "plastic",
  seq: 3,
  step: 2,
  labels: ["cat", "dog"],
  tags: { team: "vision" },
  status: "resident",
  origin: null,
  createdAt: "2026-03-01T09:30:00.000Z",
  updatedAt: "2026-03-01T09:31:12.500Z",
};

const TRIARCHIC_BRAIN_EXAMPLE = { ...BRAIN_EXAMPLE, id: "sounds", kind: "triarchic", config: TRIARCHIC_EXAMPLE };

const existence = {
  id: ref(BrainId),
  name,
  mode: ref(BrainMode),
  seq: Type.Integer({ minimum: 0, description: "Number of the brain's last change; grows by one with every change." }),
  step: Type.Integer({ minimum: 0, description: "Learn calls that the brain has taken in." }),
  labels: Type.Array(ref(Label), {
    description: "Classes that the brain has been told of, in the order in which it met them.",
  }),
  tags: ref(Tags),
  status: Type.Enum([...RESIDENCIES], {
    type: "string",
    description:
      "Where it is now: `resident` in memory, `stored` in the database alone, or `loading` from there. Any call about its state loads it, unless it is `quarantined`, as computing it has ended three compute processes in a row. In the answer to a change, as the change left it.",
  }),
  origin: nullableRef(Origin, {
    description: "Where it came from with what it had learned there; null when it was created here, empty.",
  }),
  createdAt: timestamp("When the brain was created, UTC."),
  updatedAt: timestamp("When anything about it last changed, UTC."),
};

const PlasticBrain = Type.Object(
  { ...existence, kind: kindOf("plastic"), config: ref(PlasticConfig) },
  { $id: "PlasticBrain", description: "A plastic brain, without its numbers.", examples: [BRAIN_EXAMPLE] },
);

const TriarchicBrain = Type.Object(
  { ...existence, kind: kindOf("triarchic"), config: ref(TriarchicConfig) },
  {
    $id: "TriarchicBrain",
    description: "A triarchic brain, without its numbers.",
    examples: [TRIARCHIC_BRAIN_EXAMPLE],
  },
);

export const Brain = byKind([PlasticBrain, TriarchicBrain], {
  $id: "Brain",
  description: "A brain, without its numbers.",
  examples: [BRAIN_EXAMPLE, TRIARCHIC_BRAIN_EXAMPLE],
});

export const BrainList = Type.Object(
  { brains: Type.Array(ref(Brain), { description: "Brains, oldest first." }), nextCursor: nullableString(nextCursor) },
  { $id: "BrainList", description: "One page of brains.", examples: [{ brains: [BRAIN_EXAMPLE], nextCursor: null }] },
);

/** Schemas that are told apart by `kind`. */
export const kindSchemas = [
  Reward,
  RewardInput,
  PlasticConfig,
  PlasticConfigInput,
  Tuning,
  TuningInForce,
  TriarchicConfig,
  TriarchicConfigInput,
  CreatePlasticBrain,
  CreateTriarchicBrain,
  CreateBrain,
  Origin,
  PlasticBrain,
  TriarchicBrain,
  Brain,
];
