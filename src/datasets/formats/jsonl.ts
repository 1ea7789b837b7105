// JSON lines (https://jsonlines.org): an object a line, with a label and features, a text or an image's file. Other fields are not looked at.

import { isUtf8 } from "node:buffer";
import { counted } from "../../errors.ts";
import { JsonError, parseStrictJson } from "../../tensor/strict-json.ts";
import type { DatasetKind, ReadingOptions } from "../api.ts";
import { MAX_FEATURES, MAX_SAMPLE_BYTES } from "../limits.ts";
import { atLine, Faults, invalidFile, type Place } from "./faults.ts";
import { imageFault } from "./image.ts";
import { Labels } from "./labels.ts";
import { type Line, linesOf } from "./lines.ts";
import { inRange } from "./numbers.ts";
import { piecesOf } from "./pieces.ts";
import { Batcher, itemOf, type SampleBatch, type SampleHead } from "./sample.ts";
import { refuseShape, shapeFor } from "./shape.ts";
import { NOT_UTF8, textFault } from "./text.ts";

/** Room for the largest image in base64, and for what stands beside it. */
const MAX_LINE_BYTES = Math.ceil((MAX_SAMPLE_BYTES * 4) / 3) + 64 * 1024;

/** The line's object, the list in it, and one more in a field that is not looked at. */
const MAX_DEPTH = 16;

const FIELDS = ["input", "text", "image"] as const;
type Field = (typeof FIELDS)[number];

const KINDS = { input: "features", text: "texts", image: "images" } as const satisfies Record<Field, DatasetKind>;

/**
 * @returns batches of one kind
 * @throws EngramError `dataset-invalid` with lines, `validation` where the shape does not fit
 */
export async function* readJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadingOptions,
): AsyncGenerator<SampleBatch> {
  const faults = new Faults();
  const samples = new JsonSamples(options, faults);
  for await (const line of linesOf(piecesOf(bytes), MAX_LINE_BYTES, faults)) {
    const text = textOf(line, faults);
    if (text === null || text.trim() === "") continue;
    const full = await samples.add(line.number, text);
    if (full !== null) yield full;
  }
  faults.throwIfAny();
  const rest = samples.take();
  if (rest === null) throw invalidFile("The file has no samples.");
  yield rest;
}

/** A byte order mark begins what some programs write. */
function textOf({ number, bytes }: Line, faults: Faults): string | null {
  if (!isUtf8(bytes)) {
    faults.add(atLine(number), NOT_UTF8);
    return null;
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return number === 1 && text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** What the first line decides for all. */
type Form = { readonly field: Field; readonly line: number /** Of features. */; readonly length: number };

class JsonSamples {
  readonly #options: ReadingOptions;
  readonly #faults: Faults;
  readonly #labels = new Labels();
  #form: Form | undefined;
  #batcher: Batcher | undefined;

  constructor(options: ReadingOptions, faults: Faults) {
    this.#options = options;
    this.#faults = faults;
  }

  take(): SampleBatch | null {
    return this.#batcher?.take() ?? null;
  }

  /** @returns a full batch */
  async add(line: number, text: string): Promise<SampleBatch | null> {
    const place = atLine(line);
    const sample = this.#parse(place, text);
    if (sample === null) return null;
    const label = this.#label(place, sample.label);
    const field = this.#field(place, sample);
    if (field === null) return null;
    const item = await this.#item(place, field, sample[field]);
    if (item === null || label === null) return null;
    const length = field === "input" ? item.length / Float32Array.BYTES_PER_ELEMENT : 0;
    this.#form ??= { field, line, length };
    if (length !== this.#form.length) {
      const first = `line ${this.#form.line} has ${this.#form.length}`;
      this.#faults.add(place, `input has ${counted(length, "number")}, ${first}`);
    }
    this.#batcher ??= new Batcher(this.#head(field, length));
    return this.#faults.isEmpty ? this.#batcher.add(label, item) : null;
  }

  #head(field: Field, length: number): SampleHead {
    const kind = KINDS[field];
    if (kind === "features") return { kind, shape: shapeFor([length], this.#options.shape) };
    refuseShape(this.#options.shape, kind);
    return { kind, shape: null };
  }

  #parse(place: Place, text: string): Record<string, unknown> | null {
    let fault = 'is no object, as {"input":[1,2],"label":"cat"} is';
    try {
      const value = parseStrictJson(text, MAX_DEPTH);
      if (isRecord(value)) return value;
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      fault = error.message;
    }
    this.#faults.add(place, fault);
    return null;
  }

  /** Numbers and truth values are names of classes as well. */
  #label(place: Place, value: unknown): string | null {
    const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    const label = isScalar ? String(value) : null;
    const missing = value === undefined ? "has no label" : "label is no text, number, true or false";
    const fault = label === null ? missing : this.#labels.fault(label);
    if (fault === null) return label;
    this.#faults.add(place, fault);
    return null;
  }

  #field(place: Place, sample: Record<string, unknown>): Field | null {
    const [field, second] = FIELDS.filter((name) => Object.hasOwn(sample, name));
    const form = this.#form;
    if (field === undefined) this.#faults.add(place, "has neither input nor text nor image");
    else if (second !== undefined) this.#faults.add(place, `has ${field} and ${second}; a sample is one of them`);
    else if (form !== undefined && field !== form.field) {
      this.#faults.add(place, `has ${field}, line ${form.line} has ${form.field}`);
    } else return field;
    return null;
  }

  async #item(place: Place, field: Field, value: unknown): Promise<Uint8Array | null> {
    const item = field === "input" ? featuresIn(value) : field === "text" ? textIn(value) : await imageIn(value);
    if (typeof item !== "string") return item;
    this.#faults.add(place, item);
    return null;
  }
}

/** Each of these gives the sample's bytes, or what is wrong. */
function featuresIn(value: unknown): Uint8Array | string {
  if (!Array.isArray(value) || value.length === 0) return "input is no list of numbers";
  if (value.length > MAX_FEATURES) return `input has ${value.length} numbers, at most ${MAX_FEATURES} are allowed`;
  const row = new Float32Array(value.length);
  for (let at = 0; at < row.length; at++) {
    const number: unknown = value[at];
    if (typeof number !== "number") return `input has ${JSON.stringify(number).slice(0, 60)} at place ${at}, no number`;
    const checked = inRange(number);
    if (typeof checked === "string") return `input at place ${at}: ${checked}`;
    row[at] = number;
  }
  return itemOf(row);
}

function textIn(value: unknown): Uint8Array | string {
  if (typeof value !== "string") return "text is no text";
  return textFault(value) ?? Buffer.from(value);
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

async function imageIn(value: unknown): Promise<Uint8Array | string> {
  if (typeof value !== "string" || !BASE64.test(value)) return "image is no file in base64 (without `data:` before it)";
  const file = Buffer.from(value, "base64");
  const fault = await imageFault(file);
  return fault === null ? file : `image ${fault}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
