// The world changes, and nobody tells the brain. With `modePolicy: "auto"` it notices, goes into panic and comes back by itself; with "fixed"
// it goes on as before. All are taught the same samples. Run it with `npm run drift`; `-- --seeds=1,2 --kinds=plastic --readout=memory,blend
// --shift=relabelled` chooses, `-- --quick` takes a small brain and one seed, and fails if `auto` was not the faster one.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalServer } from "../digits/local-server.ts";
import { type Line, tablesOf } from "./report.ts";
import { SHIFTS, type ShiftName } from "./shift.ts";
import { type Kind, type Policy, type Readout, type Result, runTrial } from "./trial.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seeds: { type: "string" },
    kinds: { type: "string", default: "plastic,triarchic" },
    readout: { type: "string" },
    shift: { type: "string", default: "inverted" },
  },
});
const isQuick = values.quick;
const seeds = (values.seeds ?? (isQuick ? "1" : "1,2,3,4,5")).split(",").map(Number);
const kinds = (isQuick ? ["plastic"] : values.kinds.split(",")) as Kind[]; // the server refuses others
/** The API's default where none is named. */
const readouts = (values.readout?.split(",") ?? [undefined]) as (Readout | undefined)[]; // the server refuses others
if (!Object.hasOwn(SHIFTS, values.shift)) throw new Error(`--shift is one of ${Object.keys(SHIFTS).join(", ")}`);
const shift = values.shift as ShiftName; // just checked
const sizes = isQuick
  ? { memorySize: 800, clean: 3000, shifted: 1000 }
  : { memorySize: 1000, clean: 5000, shifted: 4000 };
const POLICIES: readonly Policy[] = ["fixed", "auto"];

type Contestant = { readonly kind: Kind; readonly readout: Readout | undefined };
/** Only plastic brains have a readout. */
const contestants = kinds.flatMap((kind): Contestant[] =>
  kind === "plastic" ? readouts.map((readout) => ({ kind, readout })) : [{ kind, readout: undefined }],
);

const say = (text = ""): void => void process.stdout.write(`${text}\n`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const count = (samples: number | null): string => (samples === null ? `> ${sizes.shifted}` : `${samples}`);

const dataDir = await mkdtemp(join(tmpdir(), "engram-drift-"));
const server = await LocalServer.start(dataDir);
const lines: Line[] = [];
try {
  say(
    `Digits, then ${shift} ones: ${sizes.clean} and ${sizes.shifted} samples, memory ${sizes.memorySize}, 10 a call.\n`,
  );
  for (const { kind, readout } of contestants) {
    const name = readout === undefined ? kind : `${kind} ${readout}`;
    const byPolicy = new Map<Policy, Result[]>(POLICIES.map((policy) => [policy, []]));
    for (const seed of seeds) {
      for (const policy of POLICIES) {
        const id = `${name.replace(" ", "-")}-${policy}-${seed}`;
        const result = await runTrial(server.url, id, { kind, policy, readout, shift, seed, ...sizes });
        byPolicy.get(policy)?.push(result);
        say(`${name} seed ${seed} ${policy.padEnd(5)}: ${outlined(result)}`);
      }
    }
    for (const [policy, results] of byPolicy) lines.push({ name: `${name}, ${policy}`, results });
    if (isQuick) check(byPolicy);
  }
  say(`\n${tablesOf(lines, shift, sizes.shifted)}`);
} finally {
  await server.end("SIGTERM").catch(() => {});
  await rm(dataDir, { recursive: true, force: true });
}

/** In a line, for whoever waits. */
function outlined({ driftAfter, panicAfter, plasticAfter, reason, recoveredAfter, errors, heldOut }: Result): string {
  const panic = panicAfter === null ? "" : `, panic ${panicAfter} to ${count(plasticAfter)} (${reason ?? "still"})`;
  const back = `drift after ${count(driftAfter)}${panic}, back after ${count(recoveredAfter)}, ${errors} errors`;
  const kept = `clean ${percent(heldOut.cleanBefore)} to ${percent(heldOut.cleanAfter)}`;
  return `${back}, ${kept}, ${shift} ${percent(heldOut.shiftedAfter)}`;
}

/** @throws when `auto` was not what it is for */
function check(byPolicy: ReadonlyMap<Policy, readonly Result[]>): void {
  const [fixed] = byPolicy.get("fixed") ?? [];
  const [auto] = byPolicy.get("auto") ?? [];
  const isFaster = auto !== undefined && fixed !== undefined && auto.errors < fixed.errors;
  if (!isFaster || auto.panicAfter === null) throw new Error("auto did not adapt faster than fixed");
}
