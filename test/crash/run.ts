// `npm run test:crash -- [--rounds N] [--database embedded|postgres] [--seed S]`: kills servers, and says whether anything was lost.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DATABASE_KINDS, type DatabaseKind } from "../support/databases.ts";
import { startPostgres } from "../support/postgres.ts";
import { CrashRun, type Round } from "./crash-run.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    database: { type: "string", multiple: true, default: [...DATABASE_KINDS] },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
const say = (line: string) => process.stdout.write(`${line}\n`);

function lineOf(round: Round): string {
  const { number, ending, killedStarts, bootMs, calls, brains, kept, faults } = round;
  const start = killedStarts > 0 ? `${killedStarts} starts killed, ` : "";
  const facts = `${calls} calls, ${brains} brains, ${kept} unanswered kept`;
  return `${number}: ${start}up in ${bootMs} ms, killed (${ending}), ${facts}: ${faults.length === 0 ? "ok" : "FAILED"}`;
}

async function runOn(database: DatabaseKind): Promise<number> {
  say(`${rounds} rounds on ${database}, seed ${seed}`);
  const run = await CrashRun.open({ database, seed });
  let failed = 0;
  let calls = 0;
  for (let i = 0; i < rounds && failed === 0; i++) {
    const round = await run.round();
    calls += round.calls;
    say(lineOf(round));
    if (round.faults.length === 0) continue;
    failed++;
    for (const fault of round.faults) say(`  ${fault}`);
    say(
      `  what it left: ${await run.keepEvidence(join(tmpdir(), `engram-crash-${database}-${seed}-${round.number}`))}`,
    );
  }
  await run.close();
  say(`${database}: ${failed === 0 ? `${rounds} rounds, ${calls} calls, nothing lost` : "FAILED"} (seed ${seed})`);
  return failed;
}

const kinds = DATABASE_KINDS.filter((kind) => values.database.includes(kind));
if (kinds.length === 0 || !(rounds > 0) || !Number.isInteger(seed))
  throw new Error("see the first line of test/crash/run.ts");
const postgres =
  kinds.includes("postgres") && process.env.TEST_DATABASE_URL === undefined ? await startPostgres() : null;
if (postgres !== null) process.env.TEST_DATABASE_URL = postgres.url;
try {
  let failed = 0;
  for (const kind of kinds) failed += await runOn(kind);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await postgres?.stop();
}
