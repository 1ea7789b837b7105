// Photographs in CIFAR-10's format, for trying the whole way where CIFAR-10 is not at hand: pieces of the eight that npm packages bring, and of two
// of them upside down. Each stands for a class without being one, so figures on them say nothing of CIFAR-10.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { pieces } from "../encoders/photographs.ts";
import { CLASSES } from "./classes.ts";
import { NAMES_FILE, recordOf, SIDE, TEST_FILE, TRAINING_FILES } from "./official-format.ts";

/** Pieces of a photograph that are taught; the others are judged. */
const TAUGHT = 8;
/** Patches along a piece's side. */
const PATCHES = 3;

/** Writes the files of the binary version into `folder`. */
export async function writeStandIn(folder: string): Promise<void> {
  const photographs = [...(await pieces()).values()];
  const train: Uint8Array[][] = [];
  const test: Uint8Array[][] = [];
  for (const label of CLASSES.keys()) {
    const isUpsideDown = label >= photographs.length;
    const own = photographs[label % photographs.length] ?? [];
    const patches = await Promise.all(own.map(({ input }) => patchesOf(Buffer.from(input, "base64"), isUpsideDown)));
    const records = patches.map((some) => some.map((pixels) => recordOf(label, pixels)));
    train.push(records.slice(0, TAUGHT).flat());
    test.push(records.slice(TAUGHT).flat());
  }
  const taught = interleaved(train);
  const perFile = Math.ceil(taught.length / TRAINING_FILES.length);
  for (const [index, file] of TRAINING_FILES.entries()) {
    await writeFile(join(folder, file), Buffer.concat(taught.slice(index * perFile, (index + 1) * perFile)));
  }
  await writeFile(join(folder, TEST_FILE), Buffer.concat(interleaved(test)));
  await writeFile(join(folder, NAMES_FILE), `${CLASSES.join("\n")}\n\n`);
}

/** Small square pictures, uint8 [32, 32, 3] each. */
async function patchesOf(piece: Buffer, isUpsideDown: boolean): Promise<Uint8Array[]> {
  const whole = await sharp(piece)
    .flip(isUpsideDown)
    .resize(PATCHES * SIDE, PATCHES * SIDE, { fit: "fill" })
    .toColourspace("srgb")
    .png()
    .toBuffer();
  const places = Array.from({ length: PATCHES ** 2 }, (_, at) => ({
    left: (at % PATCHES) * SIDE,
    top: Math.floor(at / PATCHES) * SIDE,
  }));
  return Promise.all(
    places.map((place) =>
      sharp(whole)
        .extract({ ...place, width: SIDE, height: SIDE })
        .removeAlpha()
        .raw()
        .toBuffer(),
    ),
  );
}

/** One of each class after the other, as CIFAR-10 mixes them too. */
function interleaved(classes: readonly (readonly Uint8Array[])[]): Uint8Array[] {
  const most = Math.max(...classes.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) => classes.flatMap((records) => records[at] ?? [])).flat();
}
