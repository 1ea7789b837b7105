// Many learners and predictors on the same brains at once, over hosts that are real, with everything else that happens to brains in between.
// What each of them sees must be one story: versions never go back, a lesson that was acknowledged is known to whoever asks afterwards, and
// in the end there are exactly the changes that were acknowledged.

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, test } from "node:test";
import { type BrainAnswer, call, inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN, type Stamp } from "../support/client.ts";
import { type Answer, Connection } from "../support/connection.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";
import { startTestServer } from "../support/server.ts";

const CLIENTS = Math.max(8, 4 * availableParallelism());
const CALLS = 120;
/** Those whose steps only rise, and one that is restored now and then. */
const STEADY = ["plastic", "triarchic", "busy"] as const;
const RESTORED = "restored";
const IDS = [...STEADY, RESTORED];

/** What all clients together know of a brain. */
type Story = {
  /** Every `seq` that a change was acknowledged with. */
  readonly seqs: number[];
  lessons: number;
  /** The last change that was acknowledged, whoever made it. */
  acknowledged: number;
};

class Client {
  readonly #connection: Connection;
  readonly #stories: ReadonlyMap<string, Story>;
  /** The last version of each brain that came over this connection. */
  readonly #seen = new Map<string, Stamp>();

  constructor(brains: string, stories: ReadonlyMap<string, Story>) {
    this.#connection = new Connection(brains);
    this.#stories = stories;
  }

  close(): void {
    this.#connection.close();
  }

  async ask(method: string, path: string, body: unknown, allowed: readonly number[]): Promise<Answer> {
    const answer = await this.#connection.call(method, path === "" ? "" : `/${path}`, body);
    assert.ok(allowed.includes(answer.status), `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Makes a change of a shared brain. */
  async change(id: string, path: string, body: object, method = "POST"): Promise<void> {
    const { body: answer } = await this.ask(method, `${id}/${path}`, body, [200]);
    const stamp = answer as Stamp;
    const story = this.#stories.get(id)!;
    story.seqs.push(stamp.seq);
    story.acknowledged = Math.max(story.acknowledged, stamp.seq);
    if (path === "learn") story.lessons++;
    this.#see(id, stamp);
  }

  async predict(id: string, index: number): Promise<void> {
    const known = this.#stories.get(id)!.acknowledged;
    const { body } = await this.ask("POST", `${id}/predict`, { inputs: [inputOf(index)] }, [200]);
    const stamp = body as Stamp;
    assert.ok(
      stamp.seq >= known,
      `${id} is asked after change ${known} was acknowledged, and answers as of ${stamp.seq}`,
    );
    this.#see(id, stamp);
  }

  #see(id: string, { seq, step }: Stamp): void {
    const before = this.#seen.get(id);
    this.#seen.set(id, { seq, step });
    if (before === undefined) return;
    assert.ok(seq >= before.seq, `${id} goes back from ${before.seq} to ${seq}`);
    if (id !== RESTORED) assert.ok(step >= before.step, `${id} goes back from step ${before.step} to ${step}`);
  }
}

const lessonOf = (index: number) => ({ inputs: [inputOf(index)], labels: [`class-${index % 9}`] });

/** Beside the lessons and predictions of everybody: each of these is one client's. */
const ERRANDS: readonly ((client: Client, round: number) => Promise<unknown>)[] = [
  (client) => client.change("plastic", "consolidate", {}),
  (client, round) => client.change("busy", "mode", { mode: round % 2 === 0 ? "panic" : "plastic" }, "PUT"),
  (client, round) => client.ask("POST", `${IDS[round % IDS.length]}/checkpoints`, {}, [201]),
  (client, round) => client.change(RESTORED, "restore", { seq: round % 3 }),
  async (client, round) => {
    await client.ask("POST", `${STEADY[round % STEADY.length]}/fork`, { id: `fork-${round}` }, [201]);
    await client.ask("POST", `fork-${round}/learn`, lessonOf(round), [200]);
    await client.ask("DELETE", `fork-${round}`, undefined, [204]);
  },
  // One that everybody below deletes and makes anew.
  (client, round) => client.ask("POST", "mayfly/learn", lessonOf(round), [200, 404]),
  (client) => client.ask("DELETE", "mayfly", undefined, [204, 404]),
  (client) => client.ask("POST", "", { id: "mayfly", ...SMALL_BRAIN }, [201, 409]),
];

async function work(client: Client, number: number): Promise<void> {
  const errand = ERRANDS[number % ERRANDS.length]!;
  for (let i = 0; i < CALLS; i++) {
    const id = IDS[(number + i) % IDS.length]!;
    if (i % 10 === 9 && number < ERRANDS.length) await errand(client, (i - 9) / 10);
    else if ((number + i) % 2 === 0) await client.change(id, "learn", lessonOf(number * CALLS + i));
    else await client.predict(id, i);
  }
}

for (const kind of DATABASE_KINDS) {
  describe(kind, () => {
    test("learners and predictors at once see one story of each brain, and lose and double nothing", async (t) => {
      const { options, dispose } = await newSite(kind);
      const database = options.url === undefined ? {} : { DATABASE_URL: options.url };
      const server = await startTestServer({ ENGRAM_HOSTS: "2", ...database });
      const brains = `${server.url}/v1/brains`;
      const stories = new Map(IDS.map((id) => [id, { seqs: [], lessons: 0, acknowledged: 0 } as Story]));
      const clients = Array.from({ length: CLIENTS }, () => new Client(brains, stories));
      t.after(async () => {
        for (const client of clients) client.close();
        await server.close();
        await dispose();
      });
      for (const id of IDS) {
        await call("POST", brains, { id, ...(id === "triarchic" ? SMALL_TRIARCHIC_BRAIN : SMALL_BRAIN) });
        const first = clients[0]!;
        for (let index = 0; index < 3; index++) await first.change(id, "learn", lessonOf(index));
      }
      await Promise.all(clients.map(work));
      for (const id of IDS) {
        const { seqs, lessons, acknowledged } = stories.get(id)!;
        const { seq, step } = await call<BrainAnswer>("GET", `${brains}/${id}`);
        assert.equal(seq, acknowledged, id);
        assert.deepEqual(
          seqs.sort((a, b) => a - b),
          Array.from({ length: seq }, (_, i) => i + 1),
          `the changes of ${id}`,
        );
        if (id !== RESTORED) assert.equal(step, lessons, id);
      }
    });
  });
}
