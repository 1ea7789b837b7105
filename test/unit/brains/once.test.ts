// Calls with keys, on a table of keys in memory: what the database does is tested in test/unit/store.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Once } from "../../../src/brains/once.ts";
import type { IdempotencyKeys, KeptKey, KeyClaim } from "../../../src/store/idempotency-keys.ts";
import { Room } from "../../../src/store/room.ts";
import { SILENT } from "../../support/databases.ts";

function newOnce(options: { readonly completes?: boolean } = {}) {
  const kept = new Map<string, KeptKey>();
  const table = {
    find: async ({ scope, key }: KeyClaim) => kept.get(`${scope} ${key}`) ?? null,
    complete: async ({ scope, key }: KeyClaim, outcome: object) => {
      if (options.completes === false) throw new Error("away");
      const found = kept.get(`${scope} ${key}`);
      assert.ok(found);
      kept.set(`${scope} ${key}`, { ...found, outcome });
    },
  };
  // Once asks these two questions of the table.
  const once = new Once(table as unknown as IdempotencyKeys, { ttlHours: 1 }, new Room(SILENT), SILENT);
  /** What a change does with its claim. */
  const commit = (claim: KeyClaim | undefined, known: object, seq: number | null = 1) => {
    assert.ok(claim);
    kept.set(`${claim.scope} ${claim.key}`, { fingerprint: claim.fingerprint, seq, known, outcome: null });
  };
  return { once, kept, commit };
}

const request = (key: string, text = "same") => {
  const replays: string[] = [];
  return {
    terms: { idempotency: { key, fingerprint: Buffer.from(text), onReplay: () => replays.push(key) } },
    replays,
  };
};
const never = async (): Promise<never> => assert.fail("made again");

test("a call is made once, and its answer given again", async () => {
  const { once, commit } = newOnce();
  const first = request("a");
  const made = await once.answer("brain", first.terms, async ({ claim }) => {
    commit(claim, { n: 1 }, null);
    return { n: 1 };
  });
  const again = request("a");
  assert.deepEqual(await once.answer("brain", again.terms, never), made);
  assert.deepEqual([first.replays, again.replays], [[], ["a"]]);
});

test("keys of different brains have nothing to do with each other", async () => {
  const { once, commit } = newOnce();
  for (const scope of ["one", "two"]) {
    const { terms, replays } = request("a");
    await once.answer(scope, terms, async ({ claim }) => commit(claim, { scope }));
    assert.deepEqual(replays, []);
  }
});

test("a change's outcome is kept, and computed again only where it is not", async () => {
  for (const completes of [true, false]) {
    const { once, commit } = newOnce({ completes });
    const change = (terms: object, make: typeof never | null, computed: number[]) =>
      once.change<{ k: number }, { o: number }>(
        "brain",
        terms,
        make ??
          (async ({ claim }) => {
            commit(claim, { k: 1 }, 7);
            return { known: { k: 1 }, outcome: { o: 2 } };
          }),
        async (seq) => {
          computed.push(seq);
          return { o: 2 };
        },
      );
    const computed: number[] = [];
    const made = await change(request("a").terms, null, computed);
    assert.deepEqual(await change(request("a").terms, never, computed), made);
    assert.deepEqual(computed, completes ? [] : [7]);
  }
});

test("while a call is under way its key is taken, whatever was asked, and free again after a failure", async () => {
  const { once, commit } = newOnce();
  let fail: (error: Error) => void = () => {};
  const under = once.answer("brain", request("a").terms, () => new Promise<never>((_, reject) => (fail = reject)));
  await assert.rejects(once.answer("brain", request("a").terms, never), { code: "idempotency-in-progress" });
  await assert.rejects(once.answer("brain", request("a", "other").terms, never), { code: "idempotency-key-reused" });
  await new Promise((resolve) => setImmediate(resolve));
  fail(new Error("refused"));
  await assert.rejects(under, /refused/);
  const { terms, replays } = request("a", "other");
  await once.answer("brain", terms, async ({ claim }) => commit(claim, {}));
  assert.deepEqual(replays, []);
});

test("a kept key is refused to another request", async () => {
  const { once, commit } = newOnce();
  await once.answer("brain", request("a").terms, async ({ claim }) => commit(claim, {}));
  await assert.rejects(once.answer("brain", request("a", "other").terms, never), { code: "idempotency-key-reused" });
});

test("without a key nothing is looked up", async () => {
  const once = new Once({} as IdempotencyKeys, { ttlHours: 1 }, new Room(SILENT), SILENT);
  const made = await once.answer("brain", { ifMatch: "any" }, async ({ ifMatch, claim }) => [ifMatch, claim]);
  assert.deepEqual(made, ["any", undefined]);
});
