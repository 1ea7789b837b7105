// The encoders that a host has open, with the smallest model that there is.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { addEncoder } from "../../../src/encoders/add.ts";
import { type EncoderInfo, ON_ONE_THREAD } from "../../../src/encoders/encoder.ts";
import { HostEncoders } from "../../../src/host/encoders.ts";
import { HostRefusal } from "../../../src/host/protocol.ts";
import { writeDefinition } from "../../support/tiny-encoder.ts";

let folder: string;
let info: EncoderInfo;
let picture: Buffer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "engram-host-encoders-"));
  info = await addEncoder(join(folder, "encoders"), await writeDefinition(folder));
  picture = await sharp({ create: { width: 8, height: 4, channels: 3, background: "#ff8000" } })
    .png()
    .toBuffer();
});
after(() => rm(folder, { recursive: true, force: true }));

const encoders = () => new HostEncoders(join(folder, "encoders"), ON_ONE_THREAD);

test("each input is a piece of work of its own, and so is opening the encoder", async () => {
  let turns = 0;
  const encoded = await encoders().encode(info, [picture, picture], (work) => {
    turns++;
    return work();
  });
  assert.equal(turns, 3);
  assert.ok("features" in encoded);
  assert.equal(encoded.features.length, 2 * info.dimension);
  assert.ok(Math.abs(encoded.features[1]! - 128 / 255) < 1e-6);
});

test("what nobody waits for any more is not encoded to its end", async () => {
  let turns = 0;
  const call = encoders().encode(
    info,
    [picture, picture, picture],
    (work) => {
      turns++;
      return work();
    },
    () => turns < 2,
  );
  await assert.rejects(call, (error) => error instanceof HostRefusal && error.failure === "cancelled");
  assert.equal(turns, 2);
});

test("another encoder of the same name is not taken for the one that is asked for", async () => {
  const other = { ...info, digest: "0".repeat(64) };
  const encoded = await encoders().encode(other, [picture], (work) => work());
  assert.ok("unavailable" in encoded && encoded.unavailable.includes(info.digest));
});
