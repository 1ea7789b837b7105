// The HTTP API as tests of behaviour use it: plain `fetch`, an answer that is not 2xx is an error with its status.

export class Refused extends Error {
  readonly status: number;
  readonly problem: { readonly type: string; readonly detail: string };

  constructor(status: number, problem: Refused["problem"]) {
    super(`${status} ${problem.type}: ${problem.detail}`);
    this.status = status;
    this.problem = problem;
  }
}

/** Calls a server; `Answer` is what the contract promises for a 2xx. @throws Refused */
export async function call<Answer = unknown>(method: string, url: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === "" ? undefined : JSON.parse(text);
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

export const SMALL_BRAIN = {
  kind: "plastic",
  config: { inputDim: 8, hiddenDim: 48, winners: 6, layers: 2, memorySize: 400, neighbors: 5, seed: 11 },
} as const;

export const SMALL_TRIARCHIC_BRAIN = {
  kind: "triarchic",
  config: { inputDim: 8, hiddenDim: 48, winners: 6, seed: 11 },
} as const;

/** A small brain's input number `index`: the same numbers for the same index. */
export const inputOf = (index: number): number[] =>
  Array.from({ length: SMALL_BRAIN.config.inputDim }, (_, d) => Math.sin(index * 7.3 + d * 1.9));

export type Stamp = { readonly seq: number; readonly step: number };
export type BrainAnswer = Stamp & {
  readonly labels: readonly string[];
  readonly mode: string;
  readonly status: string;
};
export type CheckpointAnswer = Stamp & { readonly id: string; readonly digest: string };
export type PredictAnswer = Stamp & { readonly predictions: readonly { readonly label: string | null }[] };

/** Digest of a brain's present state; the checkpoint that it takes for that is removed again. */
export async function digestOf(brainUrl: string): Promise<string> {
  const { id, digest } = await call<CheckpointAnswer>("POST", `${brainUrl}/checkpoints`);
  await call("DELETE", `${brainUrl}/checkpoints/${id}`);
  return digest;
}

/** Consolidates a brain and waits until its readout is solved: from then on its answers stay the same until it changes. */
export async function rest(brainUrl: string): Promise<void> {
  await call("POST", `${brainUrl}/consolidate`);
  // Taking a state waits for what a consolidation solves.
  await digestOf(brainUrl);
}
