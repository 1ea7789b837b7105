// A few samples of a dataset as a person looks at them: numbers, pictures, texts. The database is read for the chunks that hold them alone.

import { type ClassPiece, DamagedChunk, type DatasetChunks, type SampleChunk } from "../store/dataset-chunks.ts";
import type { DatasetInfo, SamplesAnswer, SamplesRequest } from "./api.ts";

type Shown = SamplesAnswer["samples"][number];
type Stored = { readonly row: number; readonly label: string; readonly bytes: Uint8Array };

/** An answer ends behind the sample with which it reaches so much: base64 and numbers in JSON take up to three times as much. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * @returns the samples asked for: fewer where they are large, one at least where there is one
 * @throws DamagedChunk when they are not those that were written
 */
export async function samplesOf(
  uid: string,
  info: DatasetInfo,
  request: SamplesRequest,
  chunks: DatasetChunks,
): Promise<SamplesAnswer> {
  const { label } = request;
  const index = info.classes.findIndex((known) => known.label === label);
  const total = label === undefined ? info.rows : (info.classes[index]?.samples ?? 0);
  const stored =
    request.offset >= total
      ? []
      : label === undefined
        ? inOrder(uid, info, request, chunks)
        : ofClass(uid, info, index, request, chunks);
  const samples: Shown[] = [];
  let bytes = 0;
  for await (const sample of stored) {
    samples.push(await shownOf(sample, info));
    bytes += sample.bytes.length;
    if (samples.length === request.limit || bytes >= MOST_BYTES) return { dataset: info.id, total, samples };
  }
  if (request.offset + samples.length < total) throw new DamagedChunk("a sample is missing");
  return { dataset: info.id, total, samples };
}

async function* inOrder(
  uid: string,
  info: DatasetInfo,
  { offset }: SamplesRequest,
  chunks: DatasetChunks,
): AsyncGenerator<Stored> {
  const from = await chunks.indexOf(uid, offset);
  if (from === null) throw new DamagedChunk(`sample ${offset} is missing`);
  for await (const chunk of chunks.read(uid, from)) {
    for (let at = Math.max(0, offset - chunk.firstRow); at < chunk.classes.length; at++)
      yield storedAt(chunk, at, info);
  }
}

async function* ofClass(
  uid: string,
  info: DatasetInfo,
  index: number,
  { offset, limit }: SamplesRequest,
  chunks: DatasetChunks,
): AsyncGenerator<Stored> {
  let seen = 0;
  for await (const piece of chunks.classes(uid)) {
    const places = placesOf(piece, index);
    const wanted = places.slice(Math.max(0, offset - seen), Math.max(0, offset + limit - seen));
    seen += places.length;
    if (wanted.length === 0) continue;
    for await (const chunk of chunks.read(uid, piece.index)) {
      for (const at of wanted) yield storedAt(chunk, at, info);
      break;
    }
  }
}

/** Where in a chunk the samples of a class are. */
function placesOf({ classes }: ClassPiece, index: number): readonly number[] {
  const places: number[] = [];
  for (const [at, one] of classes.entries()) if (one === index) places.push(at);
  return places;
}

function storedAt({ firstRow, classes, offsets, bytes }: SampleChunk, at: number, info: DatasetInfo): Stored {
  const label = info.classes[classes[at] ?? 0]?.label ?? "";
  return { row: firstRow + at, label, bytes: bytes.subarray(offsets[at], offsets[at + 1]) };
}

async function shownOf({ row, label, bytes }: Stored, { kind, shape }: DatasetInfo): Promise<Shown> {
  if (kind === "texts") return { row, label, text: Buffer.from(bytes).toString("utf8") };
  if (kind === "features") return { row, label, input: [...new Float32Array(Uint8Array.from(bytes).buffer)] };
  const file = shape === null ? bytes : await pngOf(bytes, shape);
  return { row, label, image: Buffer.from(file).toString("base64"), mediaType: mediaTypeOf(file) };
}

/** @param pixels uint8 [height, width, channels] */
async function pngOf(
  pixels: Uint8Array,
  [height = 0, width = 0, channels = 0]: readonly number[],
): Promise<Uint8Array> {
  // Uploads with other numbers of channels are refused.
  const raw = { height, width, channels: channels as 1 | 3 | 4 };
  const { sharp } = await import("../encoders/image/libvips.ts");
  return sharp(pixels, { raw }).png().toBuffer();
}

function mediaTypeOf(file: Uint8Array): string {
  const head = Buffer.from(file.subarray(0, 12)).toString("latin1");
  if (head.startsWith("\u0089PNG")) return "image/png";
  if (head.startsWith("\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return "application/octet-stream";
}
