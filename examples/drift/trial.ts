// One brain through one shift, over HTTP: taught until its memory has long been full, then taught a changed world, ten samples a call.

import { once } from "node:events";
import WebSocket from "ws";
import { call } from "../digits/client.ts";
import { inBatches, PIXELS, type Sample } from "../digits/digits.ts";
import { type ShiftName, worldOf } from "./shift.ts";

export type Kind = "plastic" | "triarchic";
export type Policy = "fixed" | "auto";
/** Of plastic brains: what their answers come from. */
export type Readout = "memory" | "analytic" | "blend";

export type Trial = {
  readonly kind: Kind;
  readonly policy: Policy;
  /** Absent: the API's default. */
  readonly readout?: Readout | undefined;
  readonly shift: ShiftName;
  readonly seed: number;
  readonly memorySize: number;
  /** Samples before and after the shift. */
  readonly clean: number;
  readonly shifted: number;
};

/** Counts are samples after the shift; null where it did not come. */
export type Result = {
  /** Share that was known before it was learned, of the last 1,000 before the shift. */
  readonly accuracyBefore: number;
  readonly driftAfter: number | null;
  readonly panicAfter: number | null;
  readonly plasticAfter: number | null;
  /** Why the brain came back from panic. */
  readonly reason: string | null;
  /** Until the accuracy of the last 100 was 90 % of `accuracyBefore`. */
  readonly recoveredAfter: number | null;
  /** Of the first 1,000 after the shift, or of all where there are fewer. */
  readonly errors: number;
  /** Share that was known before it was learned, of each 500 after the shift. */
  readonly known: readonly number[];
  /** Accuracy on samples that were never taught. */
  readonly heldOut: { readonly cleanBefore: number; readonly cleanAfter: number; readonly shiftedAfter: number };
};

const BATCH = 10;
const WINDOW = 100;
export const BLOCK = 500;
const SHARE_BACK = 0.9;

/** Sizes that a laptop teaches in seconds. Inverted digits are all alike: with fewer births in the base they would share neurons. */
const CONFIGS = {
  plastic: { hiddenDim: 512, winners: 16, layers: 2, neighbors: 15 },
  triarchic: { hiddenDim: 4096, noveltyThreshold: 0.95 },
};

type Created = { readonly config: { readonly readout?: Readout } };
type LearnAnswer = { readonly seq: number; readonly accuracy: number };
type Message = { readonly type: string; readonly seq: number };
type Listed = { readonly seq: number; readonly details: { readonly mode?: string; readonly reason?: string } };

/** @param url of the server @param id for the new brain, which is deleted at the end */
export async function runTrial(url: string, id: string, trial: Trial): Promise<Result> {
  const { kind, policy, readout, shift, seed, memorySize, clean, shifted } = trial;
  const world = worldOf(shift, seed, clean, shifted);
  const chosen = readout === undefined ? {} : { readout };
  const sized = kind === "plastic" ? { ...CONFIGS.plastic, memorySize, ...chosen } : CONFIGS.triarchic;
  const config = { inputDim: PIXELS, ...sized, seed, modePolicy: policy };
  const brain = `${url}/v1/brains/${id}`;
  const created = await call<Created>("POST", `${url}/v1/brains`, { id, kind, config });
  const hasSums = kind === "plastic" && created.config.readout !== "memory";
  const drift = await driftHeard(url, id);

  const before = await teach(brain, world.clean);
  if (hasSums) await call("POST", `${brain}/consolidate`);
  const cleanBefore = await accuracyOn(brain, world.heldOut.clean);
  const seqs = await teach(brain, world.shifted);
  const switches = await call<{ events: Listed[] }>("GET", `${brain}/events?type=modeChanged`);

  /** Samples that were taught since the shift when event `seq` came. */
  const samplesAt = (seq: number | undefined): number | null =>
    seq === undefined ? null : BATCH * seqs.filter((lesson) => lesson.seq <= seq).length;
  const [panic, plastic] = switches.events.toReversed(); // newest first
  const known = seqs.flatMap(({ accuracy }) => new Array<number>(BATCH).fill(accuracy));
  if (hasSums) await call("POST", `${brain}/consolidate`);
  const accuracyBefore = mean(before.slice(-100).map(({ accuracy }) => accuracy));
  const result: Result = {
    accuracyBefore,
    driftAfter: samplesAt(drift.stop().find(({ seq }) => seq >= (seqs[0]?.seq ?? 0))?.seq),
    panicAfter: samplesAt(panic?.seq),
    plasticAfter: samplesAt(plastic?.seq),
    reason: plastic?.details.reason ?? null,
    recoveredAfter: recovery(known, SHARE_BACK * accuracyBefore),
    errors: Math.round(known.slice(0, 1000).reduce((sum, accuracy) => sum + 1 - accuracy, 0)),
    known: Array.from({ length: Math.ceil(known.length / BLOCK) }, (_, at) =>
      mean(known.slice(at * BLOCK, (at + 1) * BLOCK)),
    ),
    heldOut: {
      cleanBefore,
      cleanAfter: await accuracyOn(brain, world.heldOut.clean),
      shiftedAfter: await accuracyOn(brain, world.heldOut.shifted),
    },
  };
  await fetch(brain, { method: "DELETE" });
  return result;
}

/** Teaches the samples in order, the next ones when the answer is there. */
async function teach(brain: string, samples: readonly Sample[]): Promise<LearnAnswer[]> {
  const answers: LearnAnswer[] = [];
  for (const batch of inBatches(samples, BATCH)) answers.push(await call("POST", `${brain}/learn`, pairsOf(batch)));
  return answers;
}

async function accuracyOn(brain: string, samples: readonly Sample[]): Promise<number> {
  return (await call<{ accuracy: number }>("POST", `${brain}/evaluate`, pairsOf(samples))).accuracy;
}

const pairsOf = (samples: readonly Sample[]) => ({
  inputs: samples.map(({ input }) => input),
  labels: samples.map(({ label }) => label),
});

/** Listens to the brain's stream. @returns what ends that and gives the drift that was told of */
async function driftHeard(url: string, id: string) {
  const heard: Message[] = [];
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/brains/${id}/stream`);
  socket.on("message", (text) => {
    const message = JSON.parse(String(text)) as Message; // the server's contract
    if (message.type === "drift") heard.push(message);
  });
  await once(socket, "open");
  return {
    stop: (): readonly Message[] => {
      socket.close();
      return heard;
    },
  };
}

/** @returns how many samples it took until the mean of the last `WINDOW` was `wanted` */
function recovery(known: readonly number[], wanted: number): number | null {
  for (let at = WINDOW; at <= known.length; at += BATCH) if (mean(known.slice(at - WINDOW, at)) >= wanted) return at;
  return null;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
