// What is to be uploaded, as somebody chooses and fills it in, and what is sent of it. Pure.

import type { Dataset } from "../../api/types.ts";

export type Format = Dataset["source"]["format"];

/** What of a file counts here. */
export type FileLike = { readonly name: string; readonly size: number };

/** Formats as people know them, with what files of theirs end in and what they are sent as; idx goes as a form. */
export const FORMATS = {
  csv: { label: "CSV", endings: [".csv"], mediaType: "text/csv" },
  jsonl: { label: "JSON Lines", endings: [".jsonl", ".ndjson"], mediaType: "application/x-ndjson" },
  safetensors: { label: "safetensors", endings: [".safetensors"], mediaType: "application/vnd.safetensors" },
  idx: { label: "IDX", endings: ["-ubyte", "-ubyte.gz", ".idx", ".idx.gz"], mediaType: null },
  zip: { label: "ZIP of images", endings: [".zip"], mediaType: "application/zip" },
} as const satisfies Record<
  Format,
  { readonly label: string; readonly endings: readonly string[]; readonly mediaType: string | null }
>;

// Object.keys tells of no other keys than those that the table was written with.
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

/** What the browser's file picker offers. */
export const ACCEPT = [
  ...FORMAT_NAMES.flatMap((name) => FORMATS[name].endings.filter((end) => end.startsWith("."))),
  ".gz",
]
  .filter((end) => !end.includes("idx.gz"))
  .join(",");

/** @returns null where the name does not tell */
export function formatOf(fileName: string): Format | null {
  const name = fileName.toLowerCase();
  return FORMAT_NAMES.find((format) => FORMATS[format].endings.some((ending) => name.endsWith(ending))) ?? null;
}

/** What was chosen: one file, or the two of the IDX format. */
export type Chosen<File extends FileLike> =
  | { readonly format: Exclude<Format, "idx"> | null; readonly file: File }
  | { readonly format: "idx"; readonly samples: File | null; readonly labels: File | null };

const isOfLabels = ({ name }: FileLike): boolean => /label|idx1/i.test(name);

/**
 * @param before what was chosen so far: of IDX one file may come after the other
 * @returns what is chosen now, or why these files are none of it
 */
export function chosenOf<File extends FileLike>(
  files: readonly File[],
  before: Chosen<File> | null,
): Chosen<File> | { readonly error: string } {
  const [first] = files;
  if (first === undefined) return { error: "There is no file." };
  if (files.every(({ name }) => formatOf(name) === "idx")) {
    const known = before?.format === "idx" ? before : { samples: null, labels: null };
    const labels = files.filter(isOfLabels);
    const samples = files.filter((file) => !isOfLabels(file));
    if (labels.length > 1 || samples.length > 1) {
      return { error: "An IDX dataset is two files: one of samples, and one of labels with “labels” in its name." };
    }
    return { format: "idx", samples: samples[0] ?? known.samples, labels: labels[0] ?? known.labels };
  }
  if (files.length > 1) return { error: "One file at a time; two where they are IDX files of samples and labels." };
  const format = formatOf(first.name);
  return { format: format === "idx" ? null : format, file: first };
}

export const filesOf = <File extends FileLike>(chosen: Chosen<File>): readonly File[] =>
  chosen.format === "idx" ? [chosen.samples, chosen.labels].filter((file) => file !== null) : [chosen.file];

const LONGEST_ID = 63;

/** @returns an id made of a file's name: what ids may not have becomes hyphens, endings go */
export function idOf(fileName: string): string {
  return fileName
    .toLowerCase()
    .replace(/\.gz$/, "")
    .replace(/[-_.](?:images|labels)?[-_.]?idx\d[-_.]ubyte$/, "")
    .replace(/\.[a-z]+$/, "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9._]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, LONGEST_ID);
}

export type UploadDraft = {
  readonly id: string;
  readonly name: string;
  readonly labelColumn: string;
  readonly textColumn: string;
  readonly shape: string;
};

export const EMPTY_UPLOAD: UploadDraft = { id: "", name: "", labelColumn: "", textColumn: "", shape: "" };

/** Where errors of the server belong: its query parameters, by the names of the draft. */
export const POINTERS = ["?dataset", "?name", "?labelColumn", "?textColumn", "?shape"] as const;

/** @returns the query of the upload: what is left empty, or means nothing to the format, is left out */
export function queryOf(draft: UploadDraft, format: Format): { readonly [name: string]: string | undefined } {
  const filled = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
  const isCsv = format === "csv";
  const textColumn = isCsv ? filled(draft.textColumn) : undefined;
  return {
    name: filled(draft.name),
    labelColumn: isCsv ? filled(draft.labelColumn) : undefined,
    textColumn,
    shape: takesShape(format) && textColumn === undefined ? shapeOf(draft.shape) : undefined,
  };
}

/** Whether samples of such a file may be an image's pixels without saying so. */
export const takesShape = (format: Format | null): boolean =>
  format === "csv" || format === "jsonl" || format === "safetensors";

/** As people write shapes, `28 × 28 × 1`, in the API's spelling. */
function shapeOf(text: string): string | undefined {
  const plain = text.trim().replace(/\s*[x×*,]\s*|\s+/gi, "x");
  return plain === "" ? undefined : plain;
}
