// What is known of a database that comes and goes.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { DatabaseWatch } from "../../../src/store/database-watch.ts";

let watch: DatabaseWatch | undefined;
afterEach(() => watch?.close());

/** Watches a database that does what `answer` says now. */
function watching(answer: { ping: () => Promise<void> }) {
  const lines: { msg: string; reason?: string }[] = [];
  const heard: string[] = [];
  watch = new DatabaseWatch({
    ping: () => answer.ping(),
    timeoutMs: 20,
    everyMs: 5,
    onSilence: () => heard.push("silence"),
    onVoice: () => heard.push("voice"),
    log: pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  });
  return { watch, lines, heard };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    assert.ok(tries < 1000, "did not come about");
    await sleep(5);
  }
}

const present = async (): Promise<void> => {};
const never = (): Promise<void> => new Promise(() => {});
const refusing = (): Promise<void> =>
  Promise.reject(Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" }));

test("an outage is told with its reason, logged once, and its end as well", async () => {
  const answer = { ping: present };
  const { watch, lines, heard } = watching(answer);
  await sleep(30);
  assert.deepEqual(watch.presence, { isUp: true });
  answer.ping = refusing;
  await until(() => !watch.presence.isUp);
  const first = watch.presence;
  assert.ok(!first.isUp && first.reason === "connection refused" && Date.now() - first.since.getTime() < 60_000);
  await sleep(300);
  assert.deepEqual(watch.presence, first, "since when stays what it was");
  answer.ping = present;
  await until(() => watch.presence.isUp);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ["database is away: predictions go on, changes are refused", "database answers again"],
  );
  assert.deepEqual(heard, [], "who refuses is not silent");
});

test("a database that neither answers nor refuses is down soon, and silent after a while", async () => {
  const answer = { ping: never };
  const { watch, heard } = watching(answer);
  await until(() => !watch.presence.isUp);
  await until(() => heard.length > 0);
  await sleep(300);
  assert.deepEqual(heard, ["silence"]);
  answer.ping = present;
  await until(() => watch.presence.isUp);
  assert.deepEqual(heard, ["silence", "voice"]);
});

test("one that answers others is there, however late it answers the question", async () => {
  const { watch, heard } = watching({ ping: never });
  const others = setInterval(() => watch.heard(), 3);
  await sleep(400);
  clearInterval(others);
  assert.deepEqual([watch.presence, heard], [{ isUp: true }, []]);
});
