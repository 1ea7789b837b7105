// What the command line asks for.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { READOUTS, type Readout } from "./variants.ts";

export const USAGE = `npm run experiment:cifar10 -- OPTIONS

Data, one of:
  --data FOLDER        CIFAR-10, binary version: data_batch_1..5.bin, test_batch.bin, batches.meta.txt (or CIFAR10_DATA)
                       from https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz
  --features FOLDER    features: train, test, storm-train-vehicles, storm-test, each .safetensors (or CIFAR10_FEATURES;
                       ../shared/data/cifar10-features beside the repository when nothing is named)
  --stand-in           pieces of photographs in CIFAR-10's format: shows that all of it works, and says nothing of CIFAR-10

  --encoder NAME       of --data: mobilenet (from npm, the default), or a definition's file; of --url, its name there
  --courses COURSES    storm: vehicles, animals, storm; rounds: the seed's order for its triarchic brain; joint: vehicles, then animals,
                       and both at once; orders: class by class in five orders, and shuffled five times; few: 5, 10 and 50
                       examples a class (all of them; joint, orders and few are of plastic brains)
  --kind KINDS         plastic,triarchic
  --readouts READOUTS  of plastic brains: memory,blend (analytic is the third)
  --seeds NUMBERS      1
  --ablations          one change at a time as well
  --fold NUMBER        0 to 4: judges on a fifth of the training rows that is not taught, to choose settings by (--features)
  --all                of --data: all 50,000 images, not 1,000 a class
  --quick              less data
  --url URL            a server that runs (its key in ENGRAM_API_KEY); without it, one of its own
  --report FOLDER      writes cifar10.md and cifar10.json
`;

export type Data =
  | { readonly from: "images"; readonly folder: string }
  | { readonly from: "features"; readonly folder: string }
  | { readonly from: "stand-in" };

export const COURSES = ["storm", "rounds", "joint", "orders", "few"] as const;
export type CourseName = (typeof COURSES)[number];

export type Options = {
  /** Null where there is none at hand. */
  readonly data: Data | null;
  readonly encoder: string;
  readonly courses: readonly CourseName[];
  readonly kinds: readonly string[];
  readonly readouts: readonly Readout[];
  readonly seeds: readonly number[];
  readonly hasAblations: boolean;
  readonly fold: number | null;
  readonly isAll: boolean;
  readonly isQuick: boolean;
  readonly url: string | null;
  readonly key: string | null;
  readonly report: string | null;
};

const BESIDE = fileURLToPath(new URL("../../../shared/data/cifar10-features", import.meta.url));
const KINDS = ["plastic", "triarchic"] as const;

/** @throws Error when it does not say what is to be done */
export function optionsOf(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      features: { type: "string" },
      "stand-in": { type: "boolean", default: false },
      encoder: { type: "string", default: "mobilenet" },
      courses: { type: "string", default: COURSES.join(",") },
      kind: { type: "string", default: KINDS.join(",") },
      readouts: { type: "string", default: "memory,blend" },
      seeds: { type: "string", default: "1" },
      ablations: { type: "boolean", default: false },
      fold: { type: "string" },
      all: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      url: { type: "string" },
      report: { type: "string" },
    },
  });
  const seeds = values.seeds.split(",").map(Number);
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) throw new Error("--seeds are whole numbers");
  const fold = values.fold === undefined ? null : Number(values.fold);
  if (fold !== null && ![0, 1, 2, 3, 4].includes(fold)) throw new Error("--fold is 0, 1, 2, 3 or 4");
  const data = dataOf({ isStandIn: values["stand-in"], ...values }, environment);
  if (fold !== null && data !== null && data.from !== "features") throw new Error("--fold is of --features");
  return {
    data,
    encoder: values.encoder,
    courses: someOf(COURSES, values.courses, "courses"),
    kinds: someOf(KINDS, values.kind, "kind"),
    readouts: someOf(READOUTS, values.readouts, "readouts"),
    seeds,
    hasAblations: values.ablations,
    fold,
    isAll: values.all,
    isQuick: values.quick,
    url: values.url ?? null,
    key: environment.ENGRAM_API_KEY || null,
    report: values.report ?? null,
  };
}

/** @throws Error when something else is named */
export function someOf<Name extends string>(names: readonly Name[], list: string, option: string): Name[] {
  return list.split(",").map((asked) => {
    const name = names.find((one) => one === asked);
    if (name === undefined) throw new Error(`--${option} is of ${names.join(", ")}`);
    return name;
  });
}

type Named = {
  readonly data?: string | undefined;
  readonly features?: string | undefined;
  readonly isStandIn: boolean;
};

/** What is named on the command line, else in the environment, else what lies beside the repository. */
function dataOf({ data, features, isStandIn }: Named, environment: NodeJS.ProcessEnv): Data | null {
  const named = [data !== undefined, features !== undefined, isStandIn].filter(Boolean).length;
  if (named > 1) throw new Error("--data, --features and --stand-in are three; name one");
  if (isStandIn) return { from: "stand-in" };
  if (data !== undefined) return { from: "images", folder: data };
  if (features !== undefined) return { from: "features", folder: features };
  if (environment.CIFAR10_DATA) return { from: "images", folder: environment.CIFAR10_DATA };
  if (environment.CIFAR10_FEATURES) return { from: "features", folder: environment.CIFAR10_FEATURES };
  return existsSync(BESIDE) ? { from: "features", folder: BESIDE } : null;
}
