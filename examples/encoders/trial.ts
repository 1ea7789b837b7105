// One trial of a brain with an encoder: a server of its own, the encoder added on its command line, then lessons and exams over HTTP.
// Invariant: what is examined is never taught.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { call, type PredictAnswer } from "../digits/client.ts";
import { LocalServer } from "../digits/local-server.ts";

/** `input`: an image's file in base64, or a text. */
export type Sample = { readonly input: string; readonly label: string };

export type Trial = {
  readonly encoder: "mobilenet" | "sentences";
  /** Holds the model's files. */
  readonly modelFolder: string;
  readonly field: "images" | "texts";
  /** One after the other, each with one sample of each class, as long as there are some. */
  readonly lessons: readonly Sample[][];
  readonly heldOut: readonly Sample[];
  /** Whether there is an exam after the last lesson alone. */
  readonly isQuick: boolean;
};

/** A sample that was held out, and what the brain took it for. */
type Answer = Sample & { readonly said: string | null };

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CONFIG = { hiddenDim: 1024, winners: 32, layers: 2, memorySize: 1000, neighbors: 3, seed: 1 };
/** Of base64 or text in one call; the server takes more. */
const MAX_CALL_CHARACTERS = 8 * 2 ** 20;

export const say = (text = ""): void => void process.stdout.write(`${text}\n`);

/** Teaches, examines and prints. @returns the last exam's answers */
export async function runTrial(trial: Trial): Promise<readonly Answer[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "engram-trial-"));
  let server: LocalServer | null = null;
  try {
    await addEncoder(trial, dataDir);
    server = await LocalServer.start(dataDir, { ENGRAM_HOSTS: "1", ENGRAM_ENCODERS_DIR: "" });
    await call("POST", `${server.url}/v1/brains`, {
      id: "trial",
      kind: "plastic",
      config: { ...CONFIG, encoder: trial.encoder },
    });
    return await lessonsAndExams(trial, `${server.url}/v1/brains/trial`);
  } finally {
    await server?.end("SIGTERM").catch(() => {});
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** As anybody does it: on the command line. */
async function addEncoder({ encoder, modelFolder }: Trial, dataDir: string): Promise<void> {
  const from = relative(ROOT, modelFolder);
  const args = ["dist/main.js", "encoders", "add", `examples/encoders/${encoder}.json`, "--from", from];
  say(`$ node ${args.join(" ")}`);
  const env = { ...process.env, ENGRAM_DATA_DIR: dataDir, ENGRAM_ENCODERS_DIR: "" };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error("the encoder was not added");
}

async function lessonsAndExams({ field, lessons, heldOut, isQuick }: Trial, brain: string): Promise<readonly Answer[]> {
  const labels = [...new Set(heldOut.map(({ label }) => label))];
  const chance = percent(1 / labels.length);
  say(`\n${row("taught a class", "held out", "known", "by chance")}`);
  let answers: readonly Answer[] = [];
  for (const [index, lesson] of lessons.entries()) {
    for (const part of inCalls(lesson)) {
      await call("POST", `${brain}/learn`, { [field]: inputsOf(part), labels: part.map(({ label }) => label) });
    }
    if (isQuick && index < lessons.length - 1) continue;
    answers = await examine(brain, field, heldOut);
    say(row(index + 1, heldOut.length, percent(answers.filter(isRight).length / answers.length), chance));
  }
  say();
  for (const label of labels) {
    const own = answers.filter((answer) => answer.label === label);
    say(`${label.padEnd(16)}${own.filter(isRight).length} of ${own.length}`);
  }
  return answers;
}

async function examine(brain: string, field: Trial["field"], samples: readonly Sample[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  // It waits until all is solved that the brain was taught, by which its predictions then go.
  const labels = samples.slice(0, 1).map(({ label }) => label);
  await call("POST", `${brain}/evaluate`, { [field]: inputsOf(samples.slice(0, 1)), labels });
  for (const part of inCalls(samples)) {
    const body = { [field]: inputsOf(part), topK: 1 };
    const { predictions } = await call<PredictAnswer>("POST", `${brain}/predict`, body);
    answers.push(...part.map((sample, index) => ({ ...sample, said: predictions[index]?.label ?? null })));
  }
  return answers;
}

/** The samples in pieces that fit into a call each. */
function inCalls(samples: readonly Sample[]): Sample[][] {
  const calls: Sample[][] = [];
  let room = 0;
  for (const sample of samples) {
    if (room < sample.input.length || calls.length === 0) {
      calls.push([]);
      room = MAX_CALL_CHARACTERS;
    }
    calls.at(-1)?.push(sample);
    room -= sample.input.length;
  }
  return calls;
}

export const isRight = ({ label, said }: Answer): boolean => label === said;
const inputsOf = (samples: readonly Sample[]): string[] => samples.map(({ input }) => input);
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const row = (first: string | number, ...cells: (string | number)[]): string =>
  String(first).padEnd(16) + cells.map((cell) => String(cell).padStart(12)).join("");
