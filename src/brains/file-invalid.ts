// Files that no brain can be made of: whatever finds out, a caller hears one sort of error.

import { FormatError } from "../brain/formats.ts";
import { StateError } from "../brain/header-fields.ts";
import { CutOff } from "../byte-source.ts";
import { EngramError } from "../errors.ts";
import { HostRefusal } from "../host/protocol.ts";
import { SafetensorsError } from "../tensor/safetensors.ts";
import { JsonError } from "../tensor/strict-json.ts";
import { TarError } from "./tar.ts";

/** @param detail what is wrong with it, a sentence */
export const fileInvalid = (detail: string, cause?: unknown): EngramError =>
  new EngramError("file-invalid", detail, [], { cause });

/**
 * @param file what it is called, at the beginning of a sentence
 * @returns `file-invalid` for what is wrong with a file; any other error as it is, a taken id where an import has it
 */
export function asRefusal(error: unknown, file = "The file"): unknown {
  if (error instanceof CutOff) return fileInvalid(`${file} is cut off.`);
  if (error instanceof JsonError) return fileInvalid(`${file}: its header ${error.message}.`);
  if (error instanceof TarError) return fileInvalid(`${file} ${error.message}.`);
  if (isOfFile(error)) return fileInvalid(`${file}: ${error.message}.`, error);
  if (error instanceof EngramError && error.code === "brain-exists") {
    return new EngramError("brain-exists", error.message, [{ pointer: "?id", detail: "is taken" }], { cause: error });
  }
  return error;
}

const isOfFile = (error: unknown): error is Error =>
  error instanceof SafetensorsError ||
  error instanceof StateError ||
  error instanceof FormatError ||
  (error instanceof HostRefusal && error.failure === "damaged");
