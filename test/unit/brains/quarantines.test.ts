import assert from "node:assert/strict";
import { test } from "node:test";
import { type Quarantine, Quarantines } from "../../../src/brains/quarantines.ts";
import type { Piece } from "../../../src/host/protocol.ts";

const MINUTE = 60_000;

function watched() {
  const told: (readonly [string, Quarantine])[] = [];
  let nowMs = 0;
  const quarantines = new Quarantines(
    (...one) => told.push(one),
    () => nowMs,
  );
  const die = (...pieces: Piece[]): void => quarantines.note({ host: 0, reason: "ended by SIGKILL", pieces });
  return { quarantines, told, die, pass: (ms: number) => (nowMs += ms) };
}

const apply = (brain: string, seq: number): Piece => ({ brain, op: "apply", seq });
const load = (brain: string): Piece => ({ brain, op: "load" });

test("three deaths in a row in the same piece of work quarantine its brain, and nobody else", () => {
  const { quarantines, told, die } = watched();
  for (let death = 0; death < 2; death++) die(apply("sick", 7));
  assert.equal(quarantines.of("sick"), null);
  die(apply("sick", 7));
  die(apply("sick", 7));
  assert.deepEqual(told, [["sick", { piece: apply("sick", 7), deaths: 3, reason: "ended by SIGKILL" }]]);
  assert.equal(quarantines.of("well"), null);
  assert.throws(() => quarantines.refuse({ uid: "sick", id: "pets" }), {
    code: "brain-quarantined",
    message: /"pets".*event 7 has ended 3 compute processes in a row.*before 7/,
  });
});

test("a success in between, another piece of work, and a long time begin a new row", () => {
  const { quarantines, die, pass } = watched();
  for (let death = 0; death < 2; death++) die(apply("a", 7));
  quarantines.passed(apply("a", 6));
  quarantines.passed(load("a"));
  quarantines.passed(apply("a", 7));
  for (let death = 0; death < 2; death++) die(apply("a", 7));
  die(apply("a", 8));
  for (let death = 0; death < 2; death++) die(apply("a", 7));
  pass(16 * MINUTE);
  for (let death = 0; death < 2; death++) die(apply("a", 7));
  assert.equal(quarantines.of("a"), null);
  die(apply("a", 7));
  assert.notEqual(quarantines.of("a"), null);
});

test("loads in between do not end a row of deaths in an event: each death needs one", () => {
  const { quarantines, die } = watched();
  for (let death = 0; death < 3; death++) {
    quarantines.passed(load("a"));
    die(apply("a", 7));
  }
  assert.notEqual(quarantines.of("a"), null);
});

test("nobody is blamed for a death with several at work, with none, or in a mere look", () => {
  const { told, die } = watched();
  for (let death = 0; death < 5; death++) {
    die(apply("a", 7), load("b"));
    die();
    die({ brain: "a", op: "read" });
  }
  assert.deepEqual(told, []);
});

test("states of before the event can be had all the time, and everything again once it is lifted", () => {
  const { quarantines, die } = watched();
  for (let death = 0; death < 3; death++) die(apply("a", 7));
  const row = { uid: "a", id: "pets" };
  quarantines.refuseState(row, 6);
  assert.throws(() => quarantines.refuseState(row, 7), { code: "brain-quarantined" });
  assert.equal(quarantines.lift("a"), true);
  quarantines.refuse(row);
  assert.equal(quarantines.lift("a"), false);
  for (let death = 0; death < 2; death++) die(apply("a", 7));
  quarantines.refuse(row);
});
