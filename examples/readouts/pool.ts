// A world of pictures as two datasets of the server, and as a pool that streams are made of.

import type { Upload } from "../cifar10/source.ts";
import type { Counts } from "../cifar10/upload-all.ts";
import { drawnRows } from "../random.ts";
import type { Pool } from "../streams/stream.ts";
import { idxForm, picked } from "./pictures.ts";
import type { World } from "./worlds.ts";

export const uploadsOf = ({ name, taught, judged }: World): Upload[] => [
  { id: `${name}-taught`, name: `${name}, taught`, body: idxForm(taught) },
  { id: `${name}-judged`, name: `${name}, judged`, body: idxForm(judged) },
];

/** @param counts of the datasets above @param perClass samples of each class that are taught, where they are not drawn */
export function poolOf({ name, taught }: World, counts: Counts, perClass: number): Pool {
  const judgedOf = counts.get(`${name}-judged`) ?? new Map();
  const labels = [...taught.labels];
  return {
    name,
    classes: [...judgedOf.keys()],
    config: { inputDim: taught.height * taught.width },
    taught: { dataset: `${name}-taught`, samplesPerClass: perClass },
    judged: { dataset: `${name}-judged` },
    judgedOf,
    isJudgedByClass: true,
    draw: (wanted, seed) => ({
      id: `${name}-draw${seed}-of${wanted}`,
      name: `${name}, ${wanted} a class`,
      body: idxForm(picked(taught, drawnRows(labels, wanted, seed))),
    }),
  };
}
