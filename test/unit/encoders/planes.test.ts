import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { ImageInput } from "../../../src/encoders/definition.ts";
import { numbersOf, shapeOf, writePlanes } from "../../../src/encoders/image/planes.ts";

const PLAIN = {
  width: 2,
  height: 1,
  fit: "fill",
  colour: "rgb",
  layout: "nchw",
  mean: [0, 0, 0],
  std: [1, 1, 1],
} as const;

/** Two pixels beside each other. */
const RGB = Uint8Array.of(255, 0, 51, 0, 255, 102);

function planes(pixels: Uint8Array, change: Partial<ImageInput>): number[] {
  const input: ImageInput = { ...PLAIN, mean: [...PLAIN.mean], std: [...PLAIN.std], ...change };
  const into = new Float32Array(numbersOf(input));
  writePlanes(pixels, input, into);
  return Array.from(into);
}

function near(found: readonly number[], wanted: readonly number[]): void {
  assert.equal(found.length, wanted.length);
  for (const [index, number] of wanted.entries()) {
    assert.ok(
      Math.abs((found[index] ?? Number.NaN) - number) <= 1e-6 * (1 + Math.abs(number)),
      `${found} for ${wanted}`,
    );
  }
}

describe("pixels become the numbers that a network was trained on", () => {
  const halves = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

  test("a plane for each channel, or a pixel's channels side by side", () => {
    near(planes(RGB, halves), [1, -1, -1, 1, -0.6, -0.2]);
    near(planes(RGB, { ...halves, layout: "nhwc" }), [1, -1, -0.6, -1, 1, -0.2]);
  });

  test("blue first where the network was trained so; mean and std are in the network's order", () => {
    near(planes(RGB, { colour: "bgr" }), [0.2, 0.4, 0, 1, 1, 0]);
    near(planes(RGB, { colour: "bgr", mean: [0.2, 0, 0.5], std: [0.1, 1, 0.5] }), [0, 2, 0, 1, 1, -1]);
  });

  test("one channel of grey", () => {
    near(planes(Uint8Array.of(0, 255), { colour: "grey", mean: [0.25], std: [0.25] }), [-1, 3]);
  });

  test("ImageNet's mean and deviation take black and white where they should be", () => {
    const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    near(
      planes(Uint8Array.of(0, 0, 0, 255, 255, 255), imageNet),
      [-2.117904, 2.248908, -2.035714, 2.428571, -1.804444, 2.64],
    );
  });

  test("each number is (pixel / 255 − mean) / std, in every layout and order", () => {
    const size = fc.integer({ min: 1, max: 5 });
    const input = fc.record({
      width: size,
      height: size,
      colour: fc.constantFrom("rgb" as const, "bgr" as const, "grey" as const),
      layout: fc.constantFrom("nchw" as const, "nhwc" as const),
      mean: fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
      std: fc.array(fc.double({ min: 0.01, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(input, ({ seed, ...change }) => {
        const { width, height, colour, layout, mean, std } = change;
        const channels = colour === "grey" ? 1 : 3;
        const pixels = Uint8Array.from({ length: width * height * channels }, (_, at) => (seed + at * 97) % 256);
        const wanted = new Array<number>(pixels.length);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            for (let c = 0; c < channels; c++) {
              const source = colour === "bgr" ? 2 - c : c;
              const value = (pixels[(y * width + x) * channels + source]! / 255 - mean[c]!) / std[c]!;
              wanted[layout === "nchw" ? (c * height + y) * width + x : (y * width + x) * channels + c] = value;
            }
          }
        }
        const found = planes(pixels, change);
        // Near zero a difference of float32 is of the size of what was taken from each other.
        for (const [index, value] of wanted.entries()) {
          const c = layout === "nchw" ? Math.floor(index / (width * height)) : index % channels;
          assert.ok(Math.abs(found[index]! - value) <= (1e-6 * (1 + Math.abs(mean[c]!))) / std[c]!);
        }
      }),
    );
  });

  test("a picture's shape tells where its channels are", () => {
    const size = { ...PLAIN, mean: [], std: [], width: 5, height: 3 };
    assert.deepEqual(shapeOf(size), [1, 3, 3, 5]);
    assert.deepEqual(shapeOf({ ...size, layout: "nhwc" }), [1, 3, 5, 3]);
    assert.deepEqual(shapeOf({ ...size, colour: "grey" }), [1, 1, 3, 5]);
    assert.equal(numbersOf(size), 45);
  });
});
