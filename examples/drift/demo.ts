// The world changes, and nobody tells the brain. With `modePolicy: "auto"` it notices, goes into panic and comes back by itself; with "fixed"
// it goes on as before. Both are taught the same samples. Run it with `npm run drift`; `-- --seeds=1,2 --kinds=plastic --shift=relabelled`
// chooses, `-- --quick` takes a small brain and one seed, and fails if `auto` was not the faster one.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalServer } from "../digits/local-server.ts";
import { SHIFTS, type ShiftName } from "./shift.ts";
import { type Kind, type Policy, type Result, runTrial } from "./trial.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seeds: { type: "string" },
    kinds: { type: "string", default: "plastic,triarchic" },
    shift: { type: "string", default: "inverted" },
  },
});
const isQuick = values.quick;
const seeds = (values.seeds ?? (isQuick ? "1" : "1,2,3,4,5")).split(",").map(Number);
const kinds = (isQuick ? ["plastic"] : values.kinds.split(",")) as Kind[]; // the server refuses others
if (!Object.hasOwn(SHIFTS, values.shift)) throw new Error(`--shift is one of ${Object.keys(SHIFTS).join(", ")}`);
const shift = values.shift as ShiftName; // just checked
const sizes = isQuick
  ? { memorySize: 800, clean: 3000, shifted: 1000 }
  : { memorySize: 1000, clean: 5000, shifted: 4000 };
const POLICIES: readonly Policy[] = ["fixed", "auto"];

const say = (text = ""): void => void process.stdout.write(`${text}\n`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const count = (samples: number | null): string => (samples === null ? `> ${sizes.shifted}` : `${samples}`);

/** Mean and range; what did not come counts as the whole stream. */
function spread(results: readonly Result[], of: (result: Result) => number | null, show: (value: number) => string) {
  const found = results.map((result) => of(result) ?? sizes.shifted);
  const isOpen = results.some((result) => of(result) === null);
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  return `${isOpen ? "≥ " : ""}${show(mean)} (${show(Math.min(...found))}–${show(Math.max(...found))})`;
}

const dataDir = await mkdtemp(join(tmpdir(), "engram-drift-"));
const server = await LocalServer.start(dataDir);
const whole = (value: number): string => value.toFixed(0);
const rows: string[][] = [];
try {
  say(
    `Digits, then ${shift} ones: ${sizes.clean} and ${sizes.shifted} samples, memory ${sizes.memorySize}, 10 a call.\n`,
  );
  for (const kind of kinds) {
    const byPolicy = new Map<Policy, Result[]>(POLICIES.map((policy) => [policy, []]));
    for (const seed of seeds) {
      for (const policy of POLICIES) {
        const result = await runTrial(server.url, `${kind}-${policy}-${seed}`, { kind, policy, shift, seed, ...sizes });
        byPolicy.get(policy)?.push(result);
        const { driftAfter, panicAfter, plasticAfter, reason, recoveredAfter, errors, heldOut } = result;
        const panic =
          panicAfter === null ? "" : `, panic ${panicAfter} to ${count(plasticAfter)} (${reason ?? "still"})`;
        const back = `drift after ${count(driftAfter)}${panic}, back after ${count(recoveredAfter)}, ${errors} errors`;
        const kept = `clean ${percent(heldOut.cleanBefore)} to ${percent(heldOut.cleanAfter)}`;
        say(`${kind} seed ${seed} ${policy.padEnd(5)}: ${back}, ${kept}, ${shift} ${percent(heldOut.shiftedAfter)}`);
      }
    }
    for (const [policy, results] of byPolicy) {
      rows.push([
        `${kind}, ${policy}`,
        spread(results, ({ driftAfter }) => driftAfter, whole),
        spread(results, ({ recoveredAfter }) => recoveredAfter, whole),
        spread(results, ({ errors }) => errors, whole),
        policy === "auto" ? spread(results, ({ plasticAfter }) => plasticAfter, whole) : "",
        spread(results, ({ heldOut }) => heldOut.cleanBefore, percent),
        spread(results, ({ heldOut }) => heldOut.cleanAfter, percent),
        spread(results, ({ heldOut }) => heldOut.shiftedAfter, percent),
      ]);
    }
    if (isQuick) check(byPolicy);
  }
  const head = [
    "",
    "drift found",
    "back to 90 %",
    "errors in 1,000",
    "panic ended",
    "clean before",
    "clean after",
    `${shift} after`,
  ];
  const table = [head, ...rows];
  say("\nMean (least–most) over the seeds; samples after the shift, held-out accuracies.\n");
  for (const row of table)
    say(
      row
        .map((cell, column) => cell.padEnd(widthOf(table, column)))
        .join("  ")
        .trimEnd(),
    );
} finally {
  await server.end("SIGTERM").catch(() => {});
  await rm(dataDir, { recursive: true, force: true });
}

function widthOf(table: readonly string[][], column: number): number {
  return Math.max(...table.map((row) => row[column]?.length ?? 0));
}

/** @throws when `auto` was not what it is for */
function check(byPolicy: ReadonlyMap<Policy, readonly Result[]>): void {
  const [fixed] = byPolicy.get("fixed") ?? [];
  const [auto] = byPolicy.get("auto") ?? [];
  const isFaster = auto !== undefined && fixed !== undefined && auto.errors < fixed.errors;
  if (!isFaster || auto.panicAfter === null) throw new Error("auto did not adapt faster than fixed");
}
