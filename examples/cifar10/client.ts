// Engram's HTTP API as the experiment uses it: datasets, brains, curricula. Plain `fetch`, nothing of the server's own code.

import { setTimeout as sleep } from "node:timers/promises";
import type { CurriculumHistory, CurriculumInfo } from "../../src/curricula/api.ts";
import type { DatasetInfo } from "../../src/datasets/api.ts";
import type { PlanRequest } from "./plan.ts";
import type { Upload } from "./source.ts";

/** A brain to be created. */
export type BrainRequest = { readonly id: string; readonly kind: string; readonly config: object };

const POLL_MS = 300;
/** Steps of a history that one answer has. */
const HISTORY_PAGE = 1000;
const ENDED = ["completed", "cancelled", "failed"];

export class Client {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  /** @param key of the server's API, where it wants one */
  constructor(url: string, key: string | null) {
    this.#url = url.replace(/\/$/, "");
    this.#headers = key === null ? {} : { authorization: `Bearer ${key}` };
  }

  /** Idempotent: a dataset that is there already, with the same samples, is as good as a new one. */
  async upload({ id, name, body }: Upload): Promise<DatasetInfo> {
    const path = `/v1/datasets/${id}?name=${encodeURIComponent(name)}`;
    // Of a form fetch says the type itself, with its boundary.
    const type = body instanceof FormData ? null : "application/vnd.safetensors";
    return (await this.#fetch("PUT", path, body, type)) as DatasetInfo; // the server's contract, as all below
  }

  async create(brain: BrainRequest): Promise<void> {
    await this.#call("POST", "/v1/brains", brain);
  }

  async remove(brain: string): Promise<void> {
    await this.#call("DELETE", `/v1/brains/${brain}`);
  }

  /**
   * Runs a curriculum and waits for its end.
   * @param heed hears how far it is
   * @throws Error when it fails, or is cancelled, by whom ever; when `signal` aborts, it is cancelled
   */
  async run(
    brain: string,
    plan: PlanRequest,
    heed: (now: CurriculumInfo) => void,
    signal: AbortSignal,
  ): Promise<CurriculumInfo> {
    const curricula = `/v1/brains/${brain}/curricula`;
    let now = (await this.#call("POST", curricula, plan)) as CurriculumInfo;
    try {
      while (!ENDED.includes(now.state)) {
        heed(now);
        await sleep(POLL_MS, undefined, { signal });
        now = (await this.#call("GET", `${curricula}/${now.id}`)) as CurriculumInfo;
      }
    } catch (error) {
      if (signal.aborted) await this.#call("POST", `${curricula}/${now.id}/cancel`);
      throw error;
    }
    if (now.state === "completed") return now;
    throw new Error(`the curriculum of ${brain} was ${now.state}: ${now.error?.detail ?? "by somebody else"}`);
  }

  /** All of it, step by step. */
  async history(
    brain: string,
    curriculum: string,
  ): Promise<CurriculumHistory["numbers"] & { phase: readonly number[] }> {
    const phase: number[] = [];
    const numbers: Record<string, (number | null)[]> = {};
    for (;;) {
      const path = `/v1/brains/${brain}/curricula/${curriculum}/history?from=${phase.length}&limit=${HISTORY_PAGE}`;
      const page = (await this.#call("GET", path)) as CurriculumHistory;
      if (page.index.length === 0) return { ...numbers, phase };
      for (const [name, column] of Object.entries(page.numbers)) {
        // A number that comes up for the first time has nothing to say of the steps before.
        numbers[name] ??= new Array<number | null>(phase.length).fill(null);
        numbers[name].push(...column);
      }
      phase.push(...page.phase);
      for (const column of Object.values(numbers)) while (column.length < phase.length) column.push(null);
    }
  }

  #call(method: string, path: string, body?: object): Promise<unknown> {
    return body === undefined
      ? this.#fetch(method, path)
      : this.#fetch(method, path, JSON.stringify(body), "application/json");
  }

  async #fetch(
    method: string,
    path: string,
    body?: string | Uint8Array | FormData,
    type: string | null = null,
  ): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: type === null ? this.#headers : { ...this.#headers, "content-type": type },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }
}
