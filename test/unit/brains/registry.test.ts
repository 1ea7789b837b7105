import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import { initialShape } from "../../../src/brain/shape.ts";
import { Quarantines } from "../../../src/brains/quarantines.ts";
import { Registry } from "../../../src/brains/registry.ts";
import type { BrainRow } from "../../../src/store/brain-table.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const config = { ...PLASTIC_DEFAULTS, seed: 1 };
const rowOf = (id: string): BrainRow => ({
  ...{ uid: `uid of ${id}`, id, name: null, tags: {}, kind: "plastic", config, origin: null },
  ...{ shape: initialShape({ kind: "plastic", config }), mode: "plastic", seq: 0, step: 0, labels: [] },
  ...{ createdAt: new Date(0), updatedAt: new Date(0) },
});

function registryOf() {
  const found: string[] = [];
  const table = {
    async find(id: string) {
      found.push(id);
      return rowOf(id);
    },
  };
  const quarantines = new Quarantines(() => {});
  const parts = { trackingPolicy: { ttlHours: 1, maxPending: 1 }, maxPending: 1, checkpointPolicy: {}, quarantines };
  return { registry: new Registry(table as never, parts as never), found };
}

test("a brain that rests is the same one for all as long as somebody holds it, and read anew once nobody does", async () => {
  const { registry, found } = registryOf();
  await (async () => {
    const [held, again] = await Promise.all([registry.get("a"), registry.get("a")]);
    assert.equal(held, again);
    registry.rest(held);
    collectGarbage();
    assert.equal(await registry.get("a"), held);
    assert.deepEqual([registry.all, registry.statusOf(held.row)], [[held], "stored"]);
    registry.rest(held);
  })();
  await nextTurn(); // a weak reference holds until the end of the turn in which it was looked at
  collectGarbage();
  assert.deepEqual(registry.all, []);
  registry.sweep();
  await registry.get("a");
  assert.deepEqual(found, ["a", "a"]);
});

test("a brain that is deleted at rest makes room for another one of its name", async () => {
  const { registry } = registryOf();
  const brain = await registry.get("a");
  registry.rest(brain);
  registry.remove(brain);
  assert.notEqual(await registry.get("a"), brain);
  assert.equal(registry.statusOf({ id: "a", uid: "another" }), "stored");
});
