// CIFAR-10's own images: its binary version becomes two datasets of pixels, which an encoder of the server makes features of. The storm is not another
// dataset: it is the same images under the transform `invert`.

import type { Selection } from "../../src/curricula/api.ts";
import { drawnRows } from "../random.ts";
import { checkNames, WORLDS } from "./classes.ts";
import { CHANNELS, type Images, readImages, readNames, SIDE, TEST_FILE, TRAINING_FILES } from "./official-format.ts";
import { fileOf } from "./safetensors.ts";
import type { Amount, Sets, Source, Upload } from "./source.ts";

/**
 * @param folder holds `data_batch_1.bin` to `data_batch_5.bin`, `test_batch.bin` and `batches.meta.txt`
 * @param encoder the server's
 * @throws Error when a file is not there or not as it must be
 */
export async function imageSource(folder: string, encoder: string, amount: Amount): Promise<Source> {
  const names = await readNames(folder);
  checkNames(names, folder);
  const taught = await readImages(folder, TRAINING_FILES, amount.taught);
  const train = uploadOf("train", taught, names, amount.taught);
  const test = uploadOf("test", await readImages(folder, [TEST_FILE], amount.judged), names, amount.judged);
  return {
    description: `images of ${folder}, features by the encoder ${encoder}`,
    uploads: [train, test],
    config: { encoder },
    taught: setsOf(train.id),
    judged: setsOf(test.id),
    draw: (perClass, seed) => {
      const drawn = pickedFrom(taught, drawnRows([...taught.labels], perClass, seed));
      return uploadOf(`draw${seed}`, drawn, names, perClass);
    },
    rows: null,
  };
}

function pickedFrom({ pixels, labels }: Images, images: readonly number[]): Images {
  const size = SIDE * SIDE * CHANNELS;
  return {
    pixels: Buffer.concat(images.map((image) => pixels.subarray(image * size, (image + 1) * size))),
    labels: Uint8Array.from(images, (image) => labels[image] ?? 0),
  };
}

function uploadOf(part: string, { pixels, labels }: Images, names: readonly string[], perClass: number | null): Upload {
  const body = fileOf(
    [
      { name: "images", dtype: "U8", shape: [labels.length, SIDE, SIDE, CHANNELS], bytes: pixels },
      { name: "labels", dtype: "U8", shape: [labels.length], bytes: labels },
    ],
    { classes: JSON.stringify(names) },
  );
  const extent = perClass === null ? "all" : `${perClass} a class at most`;
  return { id: `cifar10-images-${part}-${perClass ?? "all"}`, name: `CIFAR-10, ${part}, ${extent}`, body };
}

function setsOf(dataset: string): Sets {
  const of = (world: keyof typeof WORLDS): Selection => ({ dataset, classes: WORLDS[world] });
  return {
    vehicles: of("vehicles"),
    animals: of("animals"),
    storm: { ...of("vehicles"), transform: [{ type: "invert", range: "unit" }] },
  };
}
