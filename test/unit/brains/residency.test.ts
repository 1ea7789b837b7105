// Residency against a host that is made to die: what a real host does is tested in test/e2e.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import { MemoryBudget } from "../../../src/brains/memory-budget.ts";
import { Quarantines } from "../../../src/brains/quarantines.ts";
import { Residency } from "../../../src/brains/residency.ts";
import { HostGone } from "../../../src/host/protocol.ts";
import { Readers } from "../../../src/store/readers.ts";
import { UNTRACED } from "../../../src/tracing/tracer.ts";

type Answer = (op: string, seq: number) => unknown;

/** A brain in a pool of one host that answers as told; each death is a new generation. */
function residencyOn(answer: Answer) {
  const asked: string[] = [];
  const host = {
    index: 0,
    generation: 1,
    isUp: true,
    ready: async () => {},
    gone: (what: string) => new HostGone(what),
    request: async (op: string, { seq }: { seq?: number }) => {
      asked.push(seq === undefined ? op : `${op} ${seq}`);
      try {
        return { result: answer(op, seq ?? 0), body: new Uint8Array(0) };
      } catch (error) {
        host.generation++;
        throw error;
      }
    },
  };
  const quarantines = new Quarantines(() => {});
  const parts = {
    hosts: { place: () => host, add: () => {}, release: () => {} },
    budget: new MemoryBudget(10),
    log: { read: async function* () {}, readers: new Readers() },
    quarantines,
    history: { kept: async () => ({ isCreatedHere: true, head: 2, first: 1, replaced: [], checkpoints: [] }) },
    logger: pino({ level: "silent" }),
    tracer: UNTRACED,
  };
  const row = { uid: "u", id: "b", config: { ...PLASTIC_DEFAULTS, seed: 1 }, seq: 0 };
  const residency = new Residency(
    row as never,
    parts as never,
    () => 1,
    async () => false,
  );
  return { residency, asked, host, budget: parts.budget, quarantines };
}

const dies = (): never => {
  throw new HostGone("killed");
};

test("an event is applied although its host dies once, and those behind it keep their order", async () => {
  let deaths = 0;
  const { residency, asked } = residencyOn((op) => (op === "apply" && deaths++ === 0 ? dies() : null));
  await Promise.all([residency.apply(1, new Uint8Array(1)), residency.apply(2, new Uint8Array(1))]);
  assert.deepEqual(asked.slice(-2), ["apply 1", "apply 2"]);
});

test("an event that outlives no host is given up, not retried for ever", async () => {
  const { residency, asked } = residencyOn((op) => (op === "apply" ? dies() : null));
  await assert.rejects(residency.apply(1, new Uint8Array(1)), { code: "host-unavailable" });
  assert.equal(asked.filter((request) => request === "apply 1").length, 3);
});

test("a brain that no host can take in says so", async () => {
  const { residency } = residencyOn((op) => (op === "create" ? dies() : null));
  await assert.rejects(residency.load(), { code: "host-unavailable" });
});

/** A host's end with one brain's event at work. */
const endIn = (brain: string, seq: number) => {
  return { host: 0, reason: "ended by SIGKILL", pieces: [{ brain, op: "apply", seq }] } as const;
};

test("an event that ends three hosts has its brain quarantined: it is given up at once, and no host sees it again", async () => {
  const { residency, asked, quarantines } = residencyOn((op) => {
    if (op !== "apply") return null;
    const end = endIn("u", 1);
    quarantines.note(end);
    throw new HostGone("killed", end);
  });
  const events = [residency.apply(1, new Uint8Array(1)), residency.apply(2, new Uint8Array(1))];
  for (const event of events) await assert.rejects(event, { code: "brain-quarantined" });
  assert.equal(asked.filter((request) => request === "apply 1").length, 3);
  assert.equal(residency.status, "quarantined");
  const { length } = asked;
  await assert.rejects(residency.ask("layers", {}), { code: "brain-quarantined" });
  await assert.rejects(residency.apply(3, new Uint8Array(1)), { code: "brain-quarantined" });
  assert.equal(asked.length, length);
});

test("however often other brains end the host, a call is answered", async () => {
  let deaths = 0;
  const { residency } = residencyOn((op) => {
    if (op === "create" || deaths++ % 10 === 9) return null;
    throw new HostGone("killed", endIn("other", 7));
  });
  await residency.apply(1, new Uint8Array(1));
  await residency.ask("layers", {});
  assert.equal(deaths, 20);
  assert.equal(residency.status, "resident");
});
