// Which folder of a zip file names a sample's class: the first one behind those that all samples lie in. A folder of a class may have more folders
// in it, as where pictures are kept by date.

import { invalidFile, quoted } from "./faults.ts";

/** Of all folders' paths together. */
const MAX_PATH_CHARACTERS = 4 * 1024 * 1024;

/** Parts of a dataset, which are no classes. */
const SPLITS = new Set(["train", "training", "test", "testing", "val", "valid", "validation", "dev"]);

/** Folders of all samples. */
export class ZipFolders {
  readonly #paths = new Set<string>();
  #characters = 0;

  /** @throws EngramError `dataset-invalid` when there are very many */
  add(folders: readonly string[]): void {
    const path = folders.join("/");
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    this.#characters += path.length;
    if (this.#characters > MAX_PATH_CHARACTERS) throw invalidFile("The zip file has too many folders.");
  }

  /**
   * @returns at which place in a sample's path its class stands
   * @throws EngramError `dataset-invalid` where the folders at that place are parts of a dataset
   */
  classDepth(): number {
    const paths = [...this.#paths].map((path) => path.split("/"));
    const [first = []] = paths;
    const shared = first.findIndex((folder, depth) => paths.some((path) => path[depth] !== folder));
    const shallowest = paths.reduce((least, path) => Math.min(least, path.length - 1), first.length - 1);
    const depth = shared < 0 ? shallowest : Math.min(shared, shallowest);
    const names = [...new Set(paths.map((path) => path[depth] ?? ""))];
    const isDeeper = paths.some((path) => path.length > depth + 1);
    if (names.length > 1 && isDeeper && names.every((name) => SPLITS.has(name.toLowerCase()))) {
      throw invalidFile(
        `The zip file has the folders ${names.map(quoted).join(", ")}; make a zip file of each of them.`,
      );
    }
    return depth;
  }
}
