import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { Readers } from "../../../src/store/readers.ts";

test("nothing is deleted while somebody reads, however readers and deletions come", async () => {
  const visit = fc.record({ isReader: fc.boolean(), at: fc.nat(12), turns: fc.nat(6) });
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { maxLength: 20 }), async (visits) => {
      const readers = new Readers();
      const here = { readers: 0, deletions: 0 };
      const stay = async (who: keyof typeof here, turns: number) => {
        here[who]++;
        for (let i = 0; i < turns; i++) {
          assert.ok(here.deletions <= 1 && (here.deletions === 0 || here.readers === 0));
          await turn();
        }
        here[who]--;
      };
      const come = async ({ isReader, at, turns }: (typeof visits)[number]) => {
        for (let i = 0; i < at; i++) await turn();
        if (isReader) return readers.hold("brain", () => stay("readers", turns));
        const removed = () => stay("deletions", turns).then(() => true);
        while ((await readers.ifUnread("brain", removed)) === null) await readers.left("brain");
      };
      await Promise.all(visits.map(come));
      assert.deepEqual(here, { readers: 0, deletions: 0 });
    }),
  );
});

test("a deletion that fails lets the next reader in, and its failure is its caller's", async () => {
  const readers = new Readers();
  const fails = async () => {
    throw new Error("away");
  };
  await assert.rejects(readers.ifUnread("brain", fails), /away/);
  assert.equal(await readers.hold("brain", async () => "read"), "read");
});

test("a reader within a reader, and readers of other brains, do not wait", async () => {
  const readers = new Readers();
  await readers.hold("a", async () => {
    const deletion = readers.ifUnread("b", () => new Promise((resolve) => setImmediate(() => resolve("done"))));
    assert.equal(await readers.hold("a", async () => "inner"), "inner");
    assert.equal(await readers.ifUnread("a", async () => "deleted"), null);
    assert.equal(await deletion, "done");
  });
});
