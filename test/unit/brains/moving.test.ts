// A brain that moves between hosts which are slow, out of step and made to die. What real hosts do is tested in test/e2e.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { pino } from "pino";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import { MemoryBudget } from "../../../src/brains/memory-budget.ts";
import { Quarantines } from "../../../src/brains/quarantines.ts";
import { Residency } from "../../../src/brains/residency.ts";
import { HostGone, HostRefusal } from "../../../src/host/protocol.ts";
import { Readers } from "../../../src/store/readers.ts";
import { UNTRACED } from "../../../src/tracing/tracer.ts";

type Request = { readonly brain: string; readonly seq?: number };
type Reply = { readonly result: unknown; readonly body: Uint8Array };

/** Holds of each brain the `seq`, takes some turns for everything, answers changes in order and lets predictions pass them. */
class SlowHost {
  readonly index: number;
  readonly #turns: () => number;
  generation = 1;
  /** Set by a test that wants it to die at the next request of this kind. */
  diesAt: string | null = null;
  readonly #brains = new Map<string, { seq: number }>();
  readonly #arriving = new Map<string, number>();
  readonly #waiting = new Set<(error: Error) => void>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(index: number, turns: () => number) {
    this.index = index;
    this.#turns = turns;
  }

  async ready(): Promise<void> {}

  gone = (what: string) => new HostGone(what);

  request = (op: string, request: Request): Promise<Reply> => {
    const life = this.generation;
    // As a real one: what arrives with a brain there is done with it, though it leaves meanwhile.
    const held = this.#brains.get(request.brain);
    const needsBrain = ["apply", "predict", "snapshotBegin"].includes(op);
    if (needsBrain && held === undefined) return Promise.reject(new HostRefusal("not-resident", "not here"));
    if (op === "unload") this.#brains.delete(request.brain);
    const answer = new Promise<Reply>((resolve, reject) => {
      this.#waiting.add(reject);
      const run = async (): Promise<void> => {
        for (let turn = this.#turns(); turn > 0; turn--) await nextTurn();
        if (life !== this.generation) return;
        if (op === this.diesAt) return this.die();
        this.#waiting.delete(reject);
        resolve({ result: this.#do(op, request, held), body: new Uint8Array(64) });
      };
      if (op === "predict") void run();
      else this.#last = this.#last.then(run);
    });
    return answer;
  };

  die(): void {
    this.generation++;
    this.diesAt = null;
    this.#brains.clear();
    this.#arriving.clear();
    for (const reject of this.#waiting) reject(new HostGone("killed"));
    this.#waiting.clear();
    this.#last = Promise.resolve();
  }

  get holds(): number {
    return this.#brains.size;
  }

  #do(op: string, { brain, seq = 0 }: Request, held = { seq: 0 }): unknown {
    if (op === "create") this.#brains.set(brain, { seq: 0 });
    if (op === "loadBegin") this.#arriving.set(brain, seq);
    if (op === "loadEnd") this.#brains.set(brain, { seq: this.#arriving.get(brain)! });
    if (op === "snapshotBegin") return { seq: held.seq, byteLength: 64, headerBytes: 32 };
    if (op === "predict") return { seq: held.seq };
    if (op !== "apply") return null;
    assert.equal(seq, held.seq + 1, `event ${seq} does not follow ${held.seq}`);
    held.seq = seq;
    return `outcome ${seq}`;
  }
}

function moving(turns: () => number) {
  const hosts = [0, 1].map((index) => new SlowHost(index, turns));
  const log: number[] = [];
  const taken = [0, 0];
  const take = (host: SlowHost, bytes: number): void => {
    taken[host.index]! += bytes;
  };
  const parts = {
    hosts: {
      place: (bytes: number) => {
        take(hosts[0]!, bytes);
        return hosts[0];
      },
      add: take,
      release: (host: SlowHost, bytes: number) => take(host, -bytes),
    },
    log: {
      readers: new Readers(),
      read: async function* (_uid: string, after: number, upTo: number) {
        await nextTurn();
        const events = log.filter((seq) => seq > after && seq <= upTo);
        for (let at = 0; at < events.length; at += 3) {
          yield events.slice(at, at + 3).map((seq) => ({ seq, type: "learned", payload: new Uint8Array(1) }));
          await nextTurn();
        }
      },
    },
    history: { kept: async () => ({ isCreatedHere: true, head: log.length, first: 1, replaced: [], checkpoints: [] }) },
    quarantines: new Quarantines(() => {}),
    budget: new MemoryBudget(100),
    logger: pino({ level: "silent" }),
    tracer: UNTRACED,
  };
  const row = { uid: randomUUID(), id: "b", config: { ...PLASTIC_DEFAULTS, seed: 1 }, seq: 0 };
  const residency = new Residency(
    row as never,
    parts as never,
    () => 1,
    async () => false,
  );
  let acknowledged = 0;
  const change = async (): Promise<void> => {
    const seq = log.length + 1;
    log.push(seq);
    assert.equal(await residency.apply(seq, new Uint8Array(1)), `outcome ${seq}`);
    assert.equal(seq, acknowledged + 1, "acknowledged in order");
    acknowledged = seq;
  };
  const predict = async (): Promise<void> => {
    const known = acknowledged;
    const { result } = await residency.ask("predict", {} as never);
    assert.ok(result.seq >= known, `shows ${result.seq} although ${known} was acknowledged`);
  };
  return { hosts, residency, change, predict, taken, log, budget: parts.budget };
}

test("calls of a brain that moves, whichever host dies at whatever moment, are answered, in order, and show what was acknowledged", async () => {
  const deaths = fc.constantFrom(
    "loadBegin",
    "loadPart",
    "loadEnd",
    "apply",
    "snapshotBegin",
    "snapshotChunk",
    "predict",
    null,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.nat(4)),
      deaths,
      fc.boolean(),
      fc.nat(30),
      async (turns, diesAt, isTarget, lead) => {
        const next = (): number => turns.next().value ?? 0;
        const { hosts, residency, change, predict, taken, log, budget } = moving(next);
        await residency.load();
        let isOver = false;
        const changes: Promise<void>[] = [];
        const stream = async (): Promise<void> => {
          while (!isOver && log.length < 200) {
            changes.push(change());
            await nextTurn();
            if (next() < 2) await Promise.all(changes);
          }
        };
        const predictions = async (): Promise<void> => {
          while (!isOver) await predict();
        };
        const calls = Promise.all([stream(), predictions(), predictions()]);
        for (let turn = 0; turn < lead; turn++) await nextTurn();
        hosts[isTarget ? 1 : 0]!.diesAt = diesAt;
        const hasMoved = await residency.moveTo(hosts[1] as never).catch((error) => {
          assert.ok(error instanceof HostGone);
          return false;
        });
        if (diesAt === null) assert.equal(hasMoved, true);
        for (const host of hosts) host.diesAt = null;
        for (let turn = 0; turn < 20; turn++) await nextTurn();
        isOver = true;
        await calls;
        await Promise.all(changes);
        await predict();
        assert.deepEqual([...taken].sort(), [0, 1], "room is taken once");
        assert.equal(budget.taken, 1);
        assert.equal(hosts[0]!.holds + hosts[1]!.holds, 1, "one host holds it");
      },
    ),
    { numRuns: 200 },
  );
});

test("a brain does not move where that would drive others out of memory", async () => {
  const { hosts, residency, budget } = moving(() => 1);
  await residency.load();
  const room = await budget.take(99);
  assert.equal(await residency.moveTo(hosts[1] as never), false);
  room.release();
  assert.equal(await residency.moveTo(hosts[1] as never), true);
});

test("a brain that is nowhere does not move, and one that moves already not twice at once", async () => {
  const { hosts, residency } = moving(() => 1);
  assert.equal(await residency.moveTo(hosts[1] as never), false);
  await residency.load();
  const first = residency.moveTo(hosts[1] as never);
  const second = residency.moveTo(hosts[1] as never);
  assert.deepEqual([await first, await second], [true, false]);
  assert.deepEqual([hosts[0]!.holds, hosts[1]!.holds], [0, 1]);
});
