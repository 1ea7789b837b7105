// What is counted of calls under way.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { FastifyReply, FastifyRequest } from "fastify";
import { EngramError } from "../../../src/errors.ts";
import { Intake } from "../../../src/http/intake.ts";

const MIB = 1024 * 1024;

/** A request and its reply, as far as they are looked at. */
function call(bytes: number, { streamsBody = false } = {}) {
  const raw = new EventEmitter();
  const routeOptions = { bodyLimit: 2 * MIB, config: { streamsBody } };
  const request = { headers: { "content-length": String(bytes) }, routeOptions, slot: null };
  return { request: request as unknown as FastifyRequest, reply: { raw } as unknown as FastifyReply };
}

function enter(intake: Intake, { request, reply }: ReturnType<typeof call>) {
  intake.enter(request, reply);
  return { answer: () => request.slot!.answer(), close: () => void reply.raw.emit("close") };
}

const isFull = (error: unknown): boolean => error instanceof EngramError && error.code === "overloaded";

test("one body of the largest size always has room, and a second one only where the setting says so", () => {
  const intake = new Intake({ maxInFlight: 10, maxInFlightMb: 1, maxBodyMb: 2 });
  const { answer, close } = enter(intake, call(2 * MIB));
  assert.throws(() => enter(intake, call(1)), isFull);
  answer();
  close();
  enter(intake, call(2 * MIB));
});

test("a body that is passed on as it arrives holds little, however long it is", () => {
  const intake = new Intake({ maxInFlight: 10, maxInFlightMb: 2, maxBodyMb: 2 });
  for (let file = 0; file < 2; file++) enter(intake, call(5000 * MIB, { streamsBody: true }));
  assert.throws(() => enter(intake, call(1)), isFull);
});

for (const [name, order] of [
  ["before its answer", ["close", "answer"]],
  ["after its answer", ["answer", "close"]],
] as const) {
  test(`a call whose client leaves ${name} counts until both are over, and once`, () => {
    const intake = new Intake({ maxInFlight: 1, maxInFlightMb: 1, maxBodyMb: 1 });
    for (let round = 0; round < 3; round++) {
      const entered = enter(intake, call(MIB));
      entered[order[0]]();
      assert.throws(() => enter(intake, call(0)), isFull);
      entered[order[1]]();
      entered.answer();
      assert.equal(intake.underWay, 0);
    }
  });
}
