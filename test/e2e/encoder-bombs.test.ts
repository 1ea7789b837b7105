// Pictures made to harm: small files that are large, broken, or something else in disguise. Each gets its answer at a bounded price in memory, the
// compute process lives on, and other brains are answered meanwhile.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import { addEncoder } from "../../src/encoders/add.ts";
import { call, inputOf, Refused, SMALL_BRAIN } from "../support/client.ts";
import { hugePng, swollenWebp } from "../support/pictures.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { writeDefinition } from "../support/tiny-encoder.ts";

/** 49 megapixels, a little less than are let in. */
const SIDE = 7_000;
/** The most that WebP can have. */
const LARGEST_WEBP_SIDE = 16_383;
/**
 * What one picture may cost: an interlaced one, or a progressive JPEG, of 50 megapixels is held whole, at 3 or 4 bytes a pixel, and libvips works on
 * a copy of a part of it. Twice that is room for the allocator, and far from the 2.5 GB that 50,000 × 50,000 grey pixels would take.
 */
const MOST_MB = 450;

let folder: string;
let server: TestServer;
let brains: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "engram-bombs-"));
  await addEncoder(join(folder, "encoders"), await writeDefinition(join(folder, "source")));
  server = await startTestServer({ ENGRAM_ENCODERS_DIR: join(folder, "encoders") });
  brains = `${server.url}/v1/brains`;
  await call("POST", brains, { ...SMALL_BRAIN, id: "other" });
  await call("POST", `${brains}/other/learn`, { inputs: [inputOf(1)], labels: ["one"] });
  const { inputDim: _, ...config } = SMALL_BRAIN.config;
  await call("POST", brains, { ...SMALL_BRAIN, config: { ...config, encoder: "means" }, id: "eyes" });
  await look(await flat("#888", 8, 8).png().toBuffer());
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const flat = (background: string, width = SIDE, height = SIDE) =>
  sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false });

/** @throws Refused */
const look = (file: Uint8Array) =>
  call("POST", `${brains}/eyes/predict`, { images: [Buffer.from(file).toString("base64")] });

const host = (): number => {
  const pid = server.hosts.hosts[0]?.pid;
  assert.ok(pid, "the compute process is gone");
  return pid;
};

/** `VmRSS` (now) or `VmHWM` (the most ever) of the compute process. */
async function hostMb(field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${host()}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
}

/** Sends the picture, and asks another brain of the same process meanwhile. */
async function survives(file: Uint8Array, outcome: (looking: Promise<unknown>) => Promise<void>): Promise<void> {
  const pid = host();
  const isMeasured = process.platform === "linux";
  const before = isMeasured ? await hostMb("VmRSS") : 0;
  const asking = call("POST", `${brains}/other/predict`, { inputs: [inputOf(1)] });
  await Promise.all([outcome(look(file)), asking]);
  assert.equal(host(), pid, "the compute process is another one");
  await call("POST", `${brains}/other/predict`, { inputs: [inputOf(1)] });
  if (isMeasured) {
    const most = (await hostMb("VmHWM")) - before;
    assert.ok(most < MOST_MB, `it took ${most} MB`);
  }
}

const isTaken = async (looking: Promise<unknown>): Promise<void> => void (await looking);
const isRefused =
  (why: RegExp) =>
  (looking: Promise<unknown>): Promise<void> =>
    assert.rejects(
      looking,
      (error) => error instanceof Refused && error.status === 422 && why.test(error.problem.detail),
    );

describe("a small file that is large", () => {
  test("is taken up to 50 megapixels", async () => {
    const oneBit = await flat("#fff").png({ palette: true, colours: 2, compressionLevel: 9 }).toBuffer();
    assert.ok(oneBit.byteLength < 64 * 1024, `${oneBit.byteLength} bytes`);
    await survives(oneBit, isTaken);
    // One colour takes no bit a pixel.
    const fewBytes = swollenWebp(await flat("#37a", 16, 16).webp({ lossless: true }).toBuffer(), SIDE);
    assert.ok(fewBytes.byteLength < 100, `${fewBytes.byteLength} bytes`);
    await survives(fewBytes, isTaken);
  });

  test("is taken also where it must be held whole", async () => {
    await survives(await flat("#37a").png({ progressive: true }).toBuffer(), isTaken);
    await survives(await flat("#37a").jpeg({ progressive: true }).toBuffer(), isTaken);
  });

  test("is refused beyond that before a pixel is read", async () => {
    const why = /#\/images\/0 has more than 50,000,000 pixels/;
    await survives(hugePng(50_000), isRefused(why));
    const webp = await flat("#37a", 16, 16).webp({ lossless: true }).toBuffer();
    await survives(swollenWebp(webp, LARGEST_WEBP_SIDE), isRefused(why));
  });
});

test("a broken file is refused", async () => {
  const noise = await sharp({
    create: {
      width: 900,
      height: 600,
      channels: 3,
      background: "#000",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  })
    .jpeg({ progressive: true })
    .toBuffer();
  const png = await flat("#37a", 900, 600).png({ compressionLevel: 0 }).toBuffer();
  for (const file of [noise, png]) {
    for (const share of [0.05, 0.5, 0.95]) {
      const part = file.subarray(0, Math.floor(file.byteLength * share));
      await survives(part, isRefused(/#\/images\/0 (cannot be decoded|is no PNG)/));
    }
  }
});

test("a file of another format is refused, whatever it would bring along", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">
    <image width="9" height="9" href="file:///etc/hosts"/><image width="9" height="9" xlink:href="${server.url}/livez"/></svg>`;
  const picture = () => flat("#37a", 32, 32);
  const files = [
    Buffer.from(svg),
    Buffer.from(`<?xml version="1.0"?>${svg}`),
    Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
    await picture().gif().toBuffer(),
    await picture().tiff().toBuffer(),
    await picture().avif().toBuffer(),
    Buffer.from("P6 1 1 255\nabc"),
  ];
  for (const file of files) await survives(file, isRefused(/#\/images\/0 is no PNG, JPEG or WebP image/));
});
