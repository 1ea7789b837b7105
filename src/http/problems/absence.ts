// What is asked for is not there: 404.

import type { ProblemRows } from "./problem-type.ts";

export const ABSENCE_PROBLEMS = {
  "not-found": { status: 404, title: "No such page", description: "Nothing lives at this address; see /openapi.json." },
  "brain-not-found": {
    status: 404,
    title: "No such brain",
    description: "There is no brain with this id. `GET /v1/brains` lists those that exist.",
  },
  "checkpoint-not-found": {
    status: 404,
    title: "No such checkpoint",
    description: "The brain has no checkpoint with this id. Automatic ones are removed as newer ones are made.",
  },
  "state-not-found": {
    status: 404,
    title: "State is not kept",
    description:
      "The brain was in this state once, but too little of its past is kept to have it back. `GET …/history` lists the states that are.",
  },
  "layer-not-found": {
    status: 404,
    title: "No such layer",
    description: "The brain has no layer at this index; `GET …/layers` lists those it has, from 0.",
  },
  "label-not-found": {
    status: 404,
    title: "No such label",
    description: "The brain was never told of a class of this name. `GET …/memory` lists those that it knows.",
  },
  "memory-entry-not-found": {
    status: 404,
    title: "No such sample",
    description: "The sample is not in the memory, or not any more: a full memory makes room for new ones.",
  },
  "dataset-not-found": {
    status: 404,
    title: "No such dataset",
    description: "There is no dataset with this id. `GET /v1/datasets` lists those that exist.",
  },
  "curriculum-not-found": {
    status: 404,
    title: "No such curriculum",
    description:
      "The brain has no curriculum with this id. `GET …/curricula` lists those it has; they go with their brain.",
  },
} as const satisfies ProblemRows;
