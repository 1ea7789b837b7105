// What of a brain's history an archive covers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { extentOf } from "../../../src/brains/export-archive.ts";
import type { KeptCheckpoint, KeptHistory } from "../../../src/store/history-store.ts";

const checkpoint = (seq: number, reason: KeptCheckpoint["reason"] = "automatic"): KeptCheckpoint => ({
  id: `at-${seq}-${reason}`,
  seq,
  reason,
  createdAt: new Date(seq),
});

function extent(kept: Partial<KeptHistory>) {
  const history = { isCreatedHere: true, head: 30, first: 1, replaced: [], checkpoints: [], ...kept };
  const { checkpoints, ...rest } = extentOf(history);
  return { ...rest, checkpoints: checkpoints.map(({ seq }) => seq) };
}

test("a brain that was created here is covered from its beginning, with its last checkpoint and those asked for", () => {
  const checkpoints = [checkpoint(4), checkpoint(9, "requested"), checkpoint(20), checkpoint(30)];
  assert.deepEqual(extent({ checkpoints }), {
    seq: 30,
    after: 0,
    fromBeginning: true,
    needed: [30],
    checkpoints: [9, 30],
  });
});

test("a pruned log begins with the oldest checkpoint that leads into it, and older ones come if they were asked for", () => {
  const checkpoints = [checkpoint(3), checkpoint(5, "requested"), checkpoint(10), checkpoint(30)];
  const { after, fromBeginning, checkpoints: seqs } = extent({ first: 11, checkpoints });
  assert.deepEqual([after, fromBeginning, seqs], [10, false, [5, 10, 30]]);
});

test("a restore in the log needs its checkpoint; a log is not walked across one that has none", () => {
  const checkpoints = [checkpoint(5), checkpoint(10, "restored"), checkpoint(25), checkpoint(30)];
  assert.deepEqual(extent({ replaced: [10], checkpoints }).needed, [10, 30]);
  const lost = extent({ replaced: [10, 20], checkpoints });
  assert.deepEqual([lost.after, lost.fromBeginning, lost.needed], [25, false, [25, 30]]);
});

test("a fork's log begins with the state that it began with", () => {
  const checkpoints = [checkpoint(10, "restored"), checkpoint(30)];
  const { after, fromBeginning, needed } = extent({ isCreatedHere: false, first: 11, checkpoints });
  assert.deepEqual([after, fromBeginning, needed], [10, false, [10, 30]]);
});

test("a brain without a past is its beginning", () => {
  const kept = { head: 0, checkpoints: [] };
  assert.deepEqual(extent(kept), { seq: 0, after: 0, fromBeginning: true, needed: [], checkpoints: [] });
});
