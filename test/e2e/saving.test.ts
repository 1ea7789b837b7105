// Saving changes nothing: a brain whose checkpoints are taken answers, byte by byte, as its twin does whose are not.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
} from "../support/client.ts";
import { DATABASE_KINDS, newSite, type Site } from "../support/databases.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

type Call = readonly [method: string, path: string, body?: unknown];

const lesson = (index: number): Call => [
  "POST",
  "/learn",
  { inputs: [inputOf(index), inputOf(index + 100)], labels: [`class-${index % 4}`, `class-${index % 3}`] },
];
/** A prediction alone may be by weights that are a little older; an evaluation waits until all is solved. */
const look = (index: number): Call[] => [
  ["POST", "/evaluate", { inputs: [inputOf(index + 0.5)], labels: ["class-1"] }],
  ["POST", "/predict", { inputs: [inputOf(index + 0.5)], topK: 3 }],
];

const COMMON: readonly Call[] = [
  lesson(1),
  ...look(1),
  lesson(2),
  ["POST", "/consolidate"],
  lesson(3),
  ["PUT", "/mode", { mode: "panic" }],
  ...Array.from({ length: 8 }, (_, index) => [lesson(4 + index), ...look(index)]).flat(),
];
const OF_PLASTIC: readonly Call[] = [
  ["POST", "/layers"],
  ["DELETE", "/memory?label=class-1"],
  ["PUT", "/layers/1"],
  ["POST", "/layers/0/neurogenesis"],
  lesson(20),
  ["GET", "/memory/entries?include=keys"],
];
const LAST: readonly Call[] = [lesson(30), ...look(30), ["GET", "/layers"]];

const LIVES = {
  plastic: { blueprint: SMALL_BRAIN, life: [...COMMON, ...OF_PLASTIC, ...LAST] },
  triarchic: { blueprint: SMALL_TRIARCHIC_BRAIN, life: [...COMMON, ...LAST] },
};

/** @returns the answer's text, without the brain's id */
async function answerOf(brain: string, [method, path, body]: Call): Promise<string> {
  const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(brain + path, { method, ...(body === undefined ? {} : json) });
  const id = brain.split("/").at(-1)!;
  return `${response.status} ${(await response.text()).replaceAll(`"${id}"`, '"it"')}`;
}

for (const database of DATABASE_KINDS) {
  describe(database, () => {
    let site: Site;
    let server: TestServer;
    let made = 0;
    before(async () => {
      site = await newSite(database);
      server = await startTestServer(site.options.url === undefined ? {} : { DATABASE_URL: site.options.url });
    });
    after(async () => {
      await server.close();
      await site.dispose();
    });

    async function newBrain(blueprint: object): Promise<string> {
      const id = `brain-${made++}`;
      await call("POST", `${server.url}/v1/brains`, { id, ...blueprint });
      return `${server.url}/v1/brains/${id}`;
    }

    for (const [kind, { blueprint, life }] of Object.entries(LIVES)) {
      test(`a ${kind} brain that is saved between its calls answers as one that is not`, async () => {
        const [saved, plain] = [await newBrain(blueprint), await newBrain(blueprint)];
        for (const [index, one] of life.entries()) {
          if (index % 3 === 1) await call("POST", `${saved}/checkpoints`, { name: `before call ${index}` });
          const expected = await answerOf(plain, one);
          assert.match(expected, /^20/);
          assert.equal(await answerOf(saved, one), expected, JSON.stringify(one));
        }
        assert.equal(await digestOf(saved), await digestOf(plain));
      });

      test(`saving a ${kind} brain while it learns changes nothing either`, async () => {
        const [saved, plain] = [await newBrain(blueprint), await newBrain(blueprint)];
        const saving: Promise<unknown>[] = [];
        for (const one of life) {
          saving.push(call("POST", `${saved}/checkpoints`));
          const answer = await answerOf(saved, one);
          assert.equal(answer, await answerOf(plain, one), JSON.stringify(one));
        }
        await Promise.all(saving);
        assert.equal(await digestOf(saved), await digestOf(plain));
      });
    }

    test("checkpoints that are asked for at once, and between lessons, each restore to their digest", async () => {
      const brain = await newBrain(SMALL_BRAIN);
      await answerOf(brain, lesson(1));
      const take = () => call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
      const [first, , second, , third] = await Promise.all([
        take(),
        answerOf(brain, lesson(2)),
        take(),
        answerOf(brain, lesson(3)),
        take(),
      ]);
      await answerOf(brain, lesson(4));
      for (const { id, digest } of [second, first, third, first]) {
        await call("POST", `${brain}/checkpoints/${id}/restore`);
        assert.equal(await digestOf(brain), digest);
      }
    });
  });
}
