// The data folder: made where it is missing, and told in plain words when it cannot be used.

import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { EngramError } from "../errors.ts";

/**
 * Makes `folder` and those above it. Not by `recursive: true`: where a folder exists but takes no new ones (/proc), Node 20 tries for ever.
 * @throws the system's error when it cannot be made
 */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(resolve(folder));
  if (parent !== resolve(folder)) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been quicker.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "it is not a folder",
  ENOENT: "no folder can be made there",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EIO: "the disk fails",
};

/** @returns `error`, met while writing in `dataDir`, for who set that folder; errors that are told already as they are */
export const dataFolderError = (dataDir: string, error: unknown): unknown =>
  folderError("data folder", dataDir, "ENGRAM_DATA_DIR", error);

/** As `dataFolderError`, of a folder that has another setting. */
export function folderError(what: string, folder: string, setting: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof EngramError || !("code" in error)) return error;
  const reason = REASONS[String(error.code)] ?? error.message;
  const detail = `The ${what} ${folder} cannot be written: ${reason}. Set ${setting} to another one.`;
  return new EngramError("not-ready", detail, [], { cause: error });
}
