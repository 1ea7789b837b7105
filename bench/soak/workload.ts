// What clients do to a server for as long as it is soaked. Each has brains that come and go, of both kinds in turn, through everything that
// a brain lives through; and all share a few that stay. Invariant: at the end of a client's life its own brains are deleted.

import { setTimeout as sleep } from "node:timers/promises";

export type Tally = {
  /** Calls that were answered as they should. */
  calls: number;
  /** 429: the server protects itself. */
  refused: number;
  /** Everything else, by what was called and how it was answered. */
  readonly failures: Map<string, number>;
};

const INPUT_DIM = 64;
const ROWS = 8;
const LABELS = 12;
const SHARED = ["soak-plastic", "soak-triarchic"] as const;
const KINDS = {
  plastic: { inputDim: INPUT_DIM, hiddenDim: 256, winners: 16, layers: 2, memorySize: 2000, neighbors: 10 },
  triarchic: { inputDim: INPUT_DIM, hiddenDim: 512, winners: 16 },
} as const;
type Kind = keyof typeof KINDS;

export class Workload {
  readonly tally: Tally = { calls: 0, refused: 0, failures: new Map() };
  readonly #url: string;
  readonly #key: string | undefined;
  readonly #until: number;

  constructor(url: string, key: string | undefined, until: number) {
    this.#url = url;
    this.#key = key;
    this.#until = until;
  }

  /** Runs `clients` until the time is over. */
  async run(clients: number): Promise<void> {
    await this.#create(SHARED[0], "plastic");
    await this.#create(SHARED[1], "triarchic");
    await Promise.all(Array.from({ length: clients }, (_, client) => this.#client(client)));
    for (const id of SHARED) await this.#call("DELETE", `/v1/brains/${id}`);
  }

  async #client(client: number): Promise<void> {
    for (let life = 0; Date.now() < this.#until; life++) {
      const kind: Kind = (client + life) % 2 === 0 ? "plastic" : "triarchic";
      await this.#live(`soak-${client}-${life}`, kind);
    }
  }

  async #live(id: string, kind: Kind): Promise<void> {
    const brain = `/v1/brains/${id}`;
    await this.#create(id, kind);
    for (let round = 0; round < 6 && Date.now() < this.#until; round++) {
      const shared = `/v1/brains/${SHARED[round % SHARED.length]}`;
      for (let lesson = 0; lesson < 8; lesson++) {
        await this.#learn(lesson % 4 === 3 ? shared : brain);
        await this.#predict(lesson % 4 === 1 ? shared : brain);
      }
      await this.#trackAndTeach(brain);
      const checkpoint = await this.#call("POST", `${brain}/checkpoints`);
      if (round % 3 === 2 && checkpoint !== null) {
        // As the contract says of a checkpoint.
        const { id } = checkpoint as { id: string };
        await this.#learn(brain);
        await this.#call("POST", `${brain}/checkpoints/${id}/restore`);
      }
    }
    await this.#call("POST", `${brain}/consolidate`);
    await this.#call("POST", `${brain}/fork`, { id: `${id}-fork` });
    await this.#call("GET", `${brain}/checkpoints`);
    await this.#call("DELETE", brain);
    await this.#call("DELETE", `/v1/brains/${id}-fork`);
  }

  #create(id: string, kind: Kind): Promise<unknown> {
    return this.#call("POST", "/v1/brains", { id, kind, config: KINDS[kind] });
  }

  #learn(brain: string): Promise<unknown> {
    const labels = Array.from({ length: ROWS }, () => `class-${Math.floor(Math.random() * LABELS)}`);
    return this.#call("POST", `${brain}/learn`, { inputs: inputs(), labels });
  }

  #predict(brain: string): Promise<unknown> {
    return this.#call("POST", `${brain}/predict`, { inputs: inputs() });
  }

  async #trackAndTeach(brain: string): Promise<void> {
    const answer = await this.#call("POST", `${brain}/predict`, { inputs: inputs(), track: true });
    if (answer === null) return;
    // As the contract says of a tracked prediction.
    const { predictions } = answer as { predictions: { id: string }[] };
    const items = predictions.map(({ id }) => ({ id, label: "class-1" }));
    await this.#call("POST", `${brain}/feedback`, { items });
  }

  /** @returns the answer, or null where the call was refused or failed */
  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const what = `${method} ${path.replace(/soak-[\w-]+/, "{brain}")}`;
    const headers = {
      ...(body && { "content-type": "application/json" }),
      ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
    };
    try {
      const response = await fetch(this.#url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const text = await response.text();
      if (response.ok) this.tally.calls++;
      else if (response.status === 429) this.tally.refused++;
      else this.#fail(`${what}: ${response.status} ${text.slice(0, 160)}`);
      if (response.status === 429) await sleep(200);
      return response.ok && text !== "" ? JSON.parse(text) : null;
    } catch (error) {
      this.#fail(`${what}: ${error instanceof Error ? `${error.message} ${error.cause ?? ""}` : error}`);
      await sleep(1_000);
      return null;
    }
  }

  #fail(failure: string): void {
    const { failures } = this.tally;
    failures.set(failure, (failures.get(failure) ?? 0) + 1);
  }
}

const inputs = (): number[][] =>
  Array.from({ length: ROWS }, () => Array.from({ length: INPUT_DIM }, () => Math.round(Math.random() * 1000) / 1000));
