// Features that were prepared elsewhere: four safetensors files, uploaded as they are. Tensors `inputs` [n, features] of F16 or F32 and `labels` U8 [n],
// the classes' names in the metadata. Invariant: nothing of what is judged is taught.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Selection } from "../../src/curricula/api.ts";
import { drawnRows } from "../random.ts";
import { CLASSES, checkNames, WORLDS } from "./classes.ts";
import { featuresIn, pickedFrom, type Table } from "./safetensors.ts";
import type { Amount, Draw, RowSets, Rows, Sets, Source, Upload } from "./source.ts";

/** As they lie in the folder, each with `.safetensors`. */
export const FEATURE_FILES = ["train", "test", "storm-train-vehicles", "storm-test"] as const;
type FileName = (typeof FEATURE_FILES)[number];
type Part = "taught" | "judged";

const FILE_OF: { readonly [part in Part]: { readonly [name in keyof Sets]: FileName } } = {
  taught: { vehicles: "train", animals: "train", storm: "storm-train-vehicles" },
  judged: { vehicles: "test", animals: "test", storm: "storm-test" },
};

/**
 * @param folder holds the four files
 * @param fold judges by this fifth of the training rows, which is then not taught, instead of the test rows: for choosing settings
 * @throws Error when a file is not there or not as it must be
 */
export async function featureSource(folder: string, amount: Amount, fold: number | null): Promise<Source> {
  const files = await tablesIn(folder);
  const tables = fold === null ? files : divided(files, fold);
  const prefix = fold === null ? "cifar10-features" : `cifar10-features-fold${fold}`;
  const uploads = FEATURE_FILES.map((file): Upload => {
    return { id: `${prefix}-${file}`, name: `CIFAR-10 features, ${file}`, body: tables[file].bytes };
  });
  const selections = (part: Part): Sets => ({
    vehicles: selection(part, "vehicles"),
    animals: selection(part, "animals"),
    storm: selection(part, "storm"),
  });
  const selection = (part: Part, set: keyof Sets): Selection => ({
    dataset: `${prefix}-${FILE_OF[part][set]}`,
    classes: set === "animals" ? WORLDS.animals : WORLDS.vehicles,
    ...(amount[part] === null ? {} : { samplesPerClass: amount[part] }),
  });
  const rows = (part: Part): RowSets => {
    const of = (set: keyof Sets): Rows => {
      const table = tables[FILE_OF[part][set]];
      return table.read(firstRows(table, selection(part, set)));
    };
    return { vehicles: of("vehicles"), animals: of("animals"), storm: of("storm") };
  };
  const all = firstRows(tables.train, { ...selection("taught", "vehicles"), classes: CLASSES });
  const draw: Draw = (perClass, seed) => {
    const labels = all.map((row) => tables.train.labels[row] ?? "");
    const rows = drawnRows(labels, perClass, seed).map((place) => all[place] ?? 0);
    const id = `${prefix}-${amount.taught ?? "all"}-draw${seed}-of${perClass}`;
    return { id, name: `CIFAR-10 features, ${perClass} a class`, body: pickedFrom(tables.train, rows).bytes };
  };
  return {
    description: `${fold === null ? "" : `training rows alone, fold ${fold} of 5; `}${tables.train.metadata.features ?? "prepared features"}`,
    uploads,
    config: { inputDim: tables.train.cols },
    taught: selections("taught"),
    judged: selections("judged"),
    draw,
    rows: { taught: rows("taught"), judged: rows("judged") },
  };
}

async function tablesIn(folder: string): Promise<{ readonly [name in FileName]: Table }> {
  const read = async (file: FileName) => {
    const table = featuresIn(await readFile(join(folder, `${file}.safetensors`)), file);
    checkNames(table.names, `${file}.safetensors`);
    return table;
  };
  const [train, test, stormTrain, stormTest] = await Promise.all([
    read("train"),
    read("test"),
    read("storm-train-vehicles"),
    read("storm-test"),
  ]);
  return { train, test, "storm-train-vehicles": stormTrain, "storm-test": stormTest };
}

const FOLDS = 5;
/** Rows interleave the classes, so that ten in a row hold about one of each. */
const ROWS_TOGETHER = 10;

/** Training rows alone: those of the fold are judged, the others are taught. The storm's rows are the vehicles', in the same order. */
function divided(files: { readonly [name in FileName]: Table }, fold: number): { readonly [name in FileName]: Table } {
  const { train } = files;
  const storm = files["storm-train-vehicles"];
  const isIn = (row: number) => Math.floor(row / ROWS_TOGETHER) % FOLDS === fold;
  const all = train.labels.map((_, row) => row);
  const vehicles = all.filter((row) => (WORLDS.vehicles as readonly string[]).includes(train.labels[row] ?? ""));
  if (vehicles.some((row, at) => train.labels[row] !== storm.labels[at])) {
    throw new Error("the storm's training rows are not the training vehicles: no folds can be made of them");
  }
  const stormRows = (wanted: boolean) => vehicles.flatMap((row, at) => (isIn(row) === wanted ? [at] : []));
  return {
    train: pickedFrom(
      train,
      all.filter((row) => !isIn(row)),
    ),
    test: pickedFrom(train, all.filter(isIn)),
    "storm-train-vehicles": pickedFrom(storm, stormRows(false)),
    "storm-test": pickedFrom(storm, stormRows(true)),
  };
}

/** What the server takes for the same selection. */
function firstRows(table: Table, { classes = [], samplesPerClass = Number.POSITIVE_INFINITY }: Selection): number[] {
  const taken = new Map<string, number>();
  return table.labels.flatMap((label, row) => {
    const before = taken.get(label) ?? 0;
    if (!classes.includes(label) || before >= samplesPerClass) return [];
    taken.set(label, before + 1);
    return [row];
  });
}
