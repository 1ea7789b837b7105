// What the command line asks for.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export const USAGE = `npm run experiment:cifar10 -- OPTIONS

Data, one of:
  --data FOLDER        CIFAR-10, binary version: data_batch_1..5.bin, test_batch.bin, batches.meta.txt (or CIFAR10_DATA)
                       from https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz
  --features FOLDER    features: train, test, storm-train-vehicles, storm-test, each .safetensors (or CIFAR10_FEATURES;
                       ../shared/data/cifar10-features beside the repository when nothing is named)
  --stand-in           pieces of photographs in CIFAR-10's format: shows that all of it works, and says nothing of CIFAR-10

  --encoder NAME       of --data: mobilenet (from npm, the default), or a definition's file; of --url, its name there
  --kind KINDS         plastic,triarchic
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

export type Options = {
  /** Null where there is none at hand. */
  readonly data: Data | null;
  readonly encoder: string;
  readonly kinds: readonly string[];
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
const KINDS = ["plastic", "triarchic"];

/** @throws Error when it does not say what is to be done */
export function optionsOf(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      features: { type: "string" },
      "stand-in": { type: "boolean", default: false },
      encoder: { type: "string", default: "mobilenet" },
      kind: { type: "string", default: KINDS.join(",") },
      seeds: { type: "string", default: "1" },
      ablations: { type: "boolean", default: false },
      fold: { type: "string" },
      all: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      url: { type: "string" },
      report: { type: "string" },
    },
  });
  const kinds = values.kind.split(",");
  if (!kinds.every((kind) => KINDS.includes(kind))) throw new Error(`--kind is of ${KINDS.join(", ")}`);
  const seeds = values.seeds.split(",").map(Number);
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) throw new Error("--seeds are whole numbers");
  const fold = values.fold === undefined ? null : Number(values.fold);
  if (fold !== null && ![0, 1, 2, 3, 4].includes(fold)) throw new Error("--fold is 0, 1, 2, 3 or 4");
  const data = dataOf({ isStandIn: values["stand-in"], ...values }, environment);
  if (fold !== null && data !== null && data.from !== "features") throw new Error("--fold is of --features");
  return {
    data,
    encoder: values.encoder,
    kinds,
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
