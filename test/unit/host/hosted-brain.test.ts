import assert from "node:assert/strict";
import { test } from "node:test";
import { selectBackend } from "../../../src/backend/select.ts";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import { encodeEvent } from "../../../src/brain/events.ts";
import { HostServer } from "../../../src/host/host-server.ts";
import type { OperationName, RequestOf } from "../../../src/host/protocol.ts";

const CONFIG = {
  ...PLASTIC_DEFAULTS,
  inputDim: 4,
  hiddenDim: 16,
  winners: 2,
  layers: 1,
  memorySize: 8,
  neighbors: 2,
  seed: 1,
};
const brain = "one";

async function host() {
  const server = new HostServer(await selectBackend("reference", { threads: 1 }), (error) =>
    assert.fail(String(error)),
  );
  const ask = <Op extends OperationName>(
    op: Op,
    request: Omit<RequestOf<Op>, "brain">,
    body: Uint8Array = new Uint8Array(0),
  ) => server.handle({ id: 0, op, ...request, brain } as never, body);
  await ask("create", { blueprint: { kind: "plastic", config: CONFIG } });
  return ask;
}

const consolidated = encodeEvent({ type: "consolidated" });

test("changes wait while a snapshot is read, and go on when it ends", async () => {
  const ask = await host();
  await ask("snapshotBegin", { chunkBytes: 64 });
  let isApplied = false;
  const applied = ask("apply", { seq: 1 }, consolidated).then(() => {
    isApplied = true;
  });
  await ask("predict", { rows: 1, cols: 4, topK: 1, explain: false }, new Uint8Array(16));
  assert.equal(isApplied, false);
  await ask("snapshotEnd", {});
  await applied;
});

test("a brain that is unloaded while a snapshot is read lets go of everything that waits", async () => {
  const ask = await host();
  await ask("snapshotBegin", { chunkBytes: 64 });
  const applied = ask("apply", { seq: 1 }, consolidated);
  await ask("unload", {});
  await applied;
  await assert.rejects(ask("snapshotChunk", { index: 0 }), { failure: "not-resident" });
});

test("a state that is cut short or too long is refused as damaged", async () => {
  const ask = await host();
  await ask("loadBegin", { seq: 0, byteLength: 8 });
  await assert.rejects(ask("loadEnd", {}), { failure: "damaged" });
  await ask("loadBegin", { seq: 0, byteLength: 8 });
  await assert.rejects(ask("loadPart", {}, new Uint8Array(9)), { failure: "damaged" });
});
