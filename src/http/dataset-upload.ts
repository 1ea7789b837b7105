// From a request's body to the files of a dataset, and the format that its content type, or a part of its form, says.

import type { ArrivingFile } from "../byte-source.ts";
import type { DatasetFormat, NewDataset } from "../datasets/api.ts";
import { EngramError, invalid } from "../errors.ts";
import { FORMAT_OF_EXTENSION, FORMAT_OF_TYPE } from "./schemas/datasets.ts";
import { FORM } from "./schemas/media.ts";
import { type FormFile, formFiles } from "./upload-form.ts";

type Upload = Pick<NewDataset, "format" | "files">;

/** What a body may be, as `content-type` says it. */
export const UPLOAD_TYPES = [...Object.keys(FORMAT_OF_TYPE), FORM];

/** The parts of a form that holds IDX files, and the one of any other. */
const IDX_PARTS = ["samples", "labels"];
const FILE_PART = "file";

/**
 * Lets `take` read the files.
 * @param contentType is one of `UPLOAD_TYPES`, with parameters
 * @throws EngramError `bad-request`, `validation`, `unsupported-media-type` when a form is not what it should be
 */
export async function withUpload<T>(
  body: ArrivingFile,
  contentType: string,
  take: (upload: Upload) => Promise<T>,
): Promise<T> {
  const format = FORMAT_OF_TYPE[essence(contentType)];
  if (format !== undefined) return take({ format, files: only({ ...body, name: "body" }) });
  const parts = formFiles(body.bytes, contentType);
  try {
    const { value: first, done } = await parts.next();
    if (done === true) throw new EngramError("dataset-invalid", `The form has no parts; ${EXPECTED}.`);
    return await take({ format: formatOf(first), files: filesOf(first, parts) });
  } finally {
    await parts.return(undefined);
  }
}

const EXPECTED = "send IDX files as the parts samples and labels, or any other file as the part file";

/** @throws EngramError `validation` for parts that are not asked for */
async function* filesOf(first: FormFile, others: AsyncIterable<FormFile>) {
  const wanted = first.name === FILE_PART ? [] : IDX_PARTS.filter((name) => name !== first.name);
  yield fileOf(first);
  for await (const part of others) {
    if (!wanted.includes(part.name)) throw invalid(`#/${part.name}`, `is a part too many; ${EXPECTED}`);
    wanted.splice(wanted.indexOf(part.name), 1);
    yield fileOf(part);
  }
}

const fileOf = ({ name, bytes, byteLength }: FormFile) => ({ name, bytes, byteLength });

function formatOf({ name, fileName, type }: FormFile): DatasetFormat {
  if (IDX_PARTS.includes(name)) return "idx";
  if (name !== FILE_PART) throw invalid(`#/${name}`, `is no part that this call takes; ${EXPECTED}`);
  // What gzip packed is seen in the file itself.
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(fileName ?? "")?.[1]?.toLowerCase() ?? "";
  const format = FORMAT_OF_EXTENSION[extension] ?? FORMAT_OF_TYPE[essence(type)];
  if (format !== undefined) return format;
  const detail = `Neither the name of the file (${JSON.stringify(fileName)}) nor its type (${type}) says what it is; names end in ${Object.keys(FORMAT_OF_EXTENSION).join(", ")}.`;
  throw new EngramError("unsupported-media-type", detail);
}

const essence = (contentType: string): string => (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();

async function* only<T>(thing: T): AsyncGenerator<T> {
  yield thing;
}
