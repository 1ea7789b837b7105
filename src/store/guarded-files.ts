// The files of the embedded PostgreSQL on a disk that may be full. PostgreSQL takes it well when a table cannot grow (the statement fails, and
// nothing else), but not when its write-ahead log, a checkpoint or a status file cannot be written: then it ends, or waits for ever. So
// tables grow only while a reserve lies on the disk, and the reserve is given up when anything else finds no room.

import { fstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { DiskReserve, RESERVE_FILE } from "./disk-reserve.ts";

type Options = Parameters<NodeFS["init"]>[1];
type Kind = "table" | "log" | "other";

/** What this file uses of Emscripten's NODEFS, which throws plain objects with a WASI `errno`. */
type Node = { readonly name: string };
type Stream = { readonly node: Node; readonly nfd: number };
type Write = (stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number) => number;
type MakeNode = (parent: Node, name: string, mode: number, device: number) => Node;
type NodeFiles = {
  readonly realPath: (node: Node) => string;
  readonly stream_ops: { write: Write };
  readonly node_ops: { mknod: MakeNode };
};

type EmscriptenFiles = {
  readonly filesystems: { readonly NODEFS: NodeFiles };
  readonly ErrnoError: new (errno: number) => unknown;
};

const ENOSPC = 51;
const EDQUOT = 19;
/** A table or index itself. Its maps of free and visible pages stay small, and VACUUM needs them to make room. */
const TABLE = /\/base\/(\d+\/t?\d[\d_]*(\.\d+)?|pgsql_tmp\/.*)$/;
const LOG = /\/pg_wal\/[^/]*$/;

export class GuardedFiles extends NodeFS {
  readonly #reserve: DiskReserve;
  readonly #onFull: () => void;
  readonly #kinds = new WeakMap<Node, Kind>();
  #isGuarding = false;
  #logBytes = 0;
  #hasFailed = false;

  /** @param onFull called whenever something found no room */
  constructor(dataDir: string, onFull: () => void) {
    super(dataDir);
    this.#onFull = onFull;
    this.#reserve = new DiskReserve(join(dirname(dataDir), RESERVE_FILE));
  }

  /** Bytes written to the write-ahead log since `forgetLog`. */
  get logBytes(): number {
    return this.#logBytes;
  }

  forgetLog(): void {
    this.#logBytes = 0;
  }

  /** Whether something that must not fail found no room: PostgreSQL cannot be trusted any more, and its folder has to be opened again. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Keeps tables from taking the last room. Call it when the database is open: until then it has to repair itself with what there is. */
  guard(): void {
    this.#isGuarding = true;
  }

  /** Makes the reserve where it lacks. @returns whether tables may grow */
  hasRoom(): boolean {
    return this.#reserve.make(dirname(this.rootDir));
  }

  override async init(...[database, options]: Parameters<NodeFS["init"]>) {
    const { emscriptenOpts } = await super.init(database, options);
    const watch: NonNullable<Options["preRun"]>[number] = ({ FS }) => {
      // What its types do not tell: these are properties of Emscripten's FS.
      const { filesystems, ErrnoError } = FS as unknown as EmscriptenFiles;
      this.#watch(filesystems.NODEFS, () => new ErrnoError(ENOSPC));
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [watch, ...(emscriptenOpts.preRun ?? [])] } };
  }

  #watch(files: NodeFiles, noSpace: () => unknown): void {
    const { write } = files.stream_ops;
    const { mknod } = files.node_ops;
    files.stream_ops.write = (stream, buffer, offset, length, position) => {
      const kind = this.#kindOf(stream.node, files);
      const isGrowth = kind === "table" && this.#isGuarding;
      if (isGrowth && !this.#mayGrow(stream, position + length)) throw noSpace();
      const written = this.#insist(() => write(stream, buffer, offset, length, position), !isGrowth, noSpace);
      if (kind === "log") this.#logBytes += written;
      return written;
    };
    files.node_ops.mknod = (...call) => this.#insist(() => mknod(...call), true, noSpace);
  }

  /** Writes, once more without the reserve where it `mayNotFail`. */
  #insist<T>(write: () => T, mayNotFail: boolean, noSpace: () => unknown): T {
    try {
      return write();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#onFull();
      if (mayNotFail && this.#reserve.giveUp()) return this.#insist(write, mayNotFail, noSpace);
      this.#hasFailed ||= mayNotFail;
      throw noSpace();
    }
  }

  #mayGrow({ nfd }: Stream, size: number): boolean {
    if (this.#reserve.isWhole || fstatSync(nfd).size >= size || this.hasRoom()) return true;
    this.#onFull();
    return false;
  }

  #kindOf(node: Node, files: NodeFiles): Kind {
    let kind = this.#kinds.get(node);
    if (kind === undefined) {
      const path = files.realPath(node);
      kind = TABLE.test(path) ? "table" : LOG.test(path) ? "log" : "other";
      this.#kinds.set(node, kind);
    }
    return kind;
  }
}

const isFull = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "errno" in error && (error.errno === ENOSPC || error.errno === EDQUOT);
