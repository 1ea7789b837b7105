// Asking about something that keeps changing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Latest } from "../../../../../src/dashboard/pages/draw/latest.ts";

/** An oracle whose answers come when the test says so. */
function newOracle(apartMs: number) {
  const asked: {
    readonly what: number;
    readonly settle: PromiseWithResolvers<string>;
    readonly signal: AbortSignal;
  }[] = [];
  const heard: string[] = [];
  const latest = new Latest<number, string>({
    ask: (what, signal) => {
      const settle = withResolvers<string>();
      asked.push({ what, settle, signal });
      return settle.promise;
    },
    onAnswer: (answer) => heard.push(answer),
    onFailure: (error) => heard.push(`failed: ${error}`),
    apartMs,
  });
  return { asked, heard, latest };
}

type PromiseWithResolvers<T> = {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
};

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

test("one call is under way at a time, and what was overtaken is never asked", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, heard, latest } = newOracle(100);
  for (const what of [1, 2, 3]) latest.want(what);
  mock.timers.tick(1000);
  assert.deepEqual(
    asked.map(({ what }) => what),
    [1],
  );
  asked[0]!.settle.resolve("one");
  await turn();
  assert.deepEqual(heard, ["one"]);
  assert.deepEqual(
    asked.map(({ what }) => what),
    [1, 3],
  );
});

test("calls begin a while apart, however fast they are answered", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, latest } = newOracle(100);
  latest.want(1);
  asked[0]!.settle.resolve("one");
  await turn();
  latest.want(2);
  mock.timers.tick(99);
  assert.equal(asked.length, 1);
  mock.timers.tick(1);
  assert.equal(asked.length, 2);
});

test("a failure is told, and the next wish is asked all the same", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, heard, latest } = newOracle(100);
  latest.want(1);
  latest.want(2);
  mock.timers.tick(100);
  asked[0]!.settle.reject("away");
  await turn();
  asked[1]!.settle.resolve("two");
  await turn();
  assert.deepEqual(heard, ["failed: away", "two"]);
});

test("what is dropped is aborted, and its answer not heard", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { asked, heard, latest } = newOracle(100);
  latest.want(1);
  latest.want(2);
  latest.drop();
  assert.equal(asked[0]!.signal.aborted, true);
  asked[0]!.settle.resolve("one");
  await turn();
  mock.timers.tick(1000);
  assert.deepEqual(heard, []);
  assert.equal(asked.length, 1);
});

/** Resolves behind what already waits. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
