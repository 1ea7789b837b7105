// A brain and its encoder over the years: the encoder goes, another one of its name comes, the compute process starts anew; the brain is copied,
// restored and carried elsewhere. Invariant: it never meets features of another encoder, and keeps what it knows meanwhile.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { addEncoder } from "../../src/encoders/add.ts";
import { type BrainAnswer, call, Refused, SMALL_BRAIN } from "../support/client.ts";
import { download, fileOf, TAR, upload } from "../support/files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { MEANS, writeDefinition } from "../support/tiny-encoder.ts";

type Answer = BrainAnswer & {
  readonly config: { readonly encoder: { readonly name: string; readonly digest: string } | null };
};
type Predictions = { readonly predictions: readonly { readonly label: string | null }[] };

let folder: string;
let encoders: string;
let server: TestServer;
let elsewhere: TestServer;
let brains: string;
let definition: string;
let digest: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "engram-eyes-"));
  encoders = join(folder, "encoders");
  definition = await writeDefinition(join(folder, "source"));
  ({ digest } = await addEncoder(encoders, definition));
  server = await startTestServer({ ENGRAM_ENCODERS_DIR: encoders });
  elsewhere = await startTestServer({ ENGRAM_ENCODERS_DIR: join(folder, "none") });
  brains = `${server.url}/v1/brains`;
});
after(async () => {
  await server.close();
  await elsewhere.close();
  await rm(folder, { recursive: true, force: true });
});

async function picture(background: string): Promise<string> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toBuffer();
  return png.toString("base64");
}

/** A brain that tells red from blue. @returns its address */
async function eyes(id: string): Promise<string> {
  const { inputDim: _, ...config } = SMALL_BRAIN.config;
  await call("POST", brains, { ...SMALL_BRAIN, id, config: { ...config, encoder: "means" } });
  const images = await Promise.all(["#f00", "#00f", "#d21", "#12d"].map(picture));
  await call("POST", `${brains}/${id}/learn`, { images, labels: ["red", "blue", "red", "blue"] });
  return `${brains}/${id}`;
}

const look = async (brain: string): Promise<(string | null)[]> => {
  const images = await Promise.all(["#e11", "#11e"].map(picture));
  const { predictions } = await call<Predictions>("POST", `${brain}/predict`, { images });
  return predictions.map(({ label }) => label);
};
/** Features of a red and a blue picture, as the encoder makes them. */
const FEATURES = {
  inputs: [
    [0.93, 0.07, 0.07],
    [0.07, 0.07, 0.93],
  ],
};
const lookAtFeatures = async (brain: string, encodedBy: string): Promise<(string | null)[]> => {
  const { predictions } = await call<Predictions>("POST", `${brain}/predict`, { ...FEATURES, encodedBy });
  return predictions.map(({ label }) => label);
};
const COLOURS = ["red", "blue"];
const refused = (calling: Promise<unknown>, status: number, why: RegExp): Promise<void> =>
  assert.rejects(
    calling,
    (error) => error instanceof Refused && error.status === status && why.test(error.problem.detail),
  );

/** The compute process dies and comes back: it has no encoder open then. */
async function restartHost(): Promise<void> {
  const { pid } = server.hosts.hosts[0]!;
  process.kill(pid!, "SIGKILL");
  while (server.hosts.hosts[0]!.pid === pid) await sleep(20);
}

describe("an encoder that is no longer there", () => {
  let brain: string;
  before(async () => {
    brain = await eyes("lasting");
    assert.deepEqual(await look(brain), COLOURS);
  });

  test("is needed once the compute process starts anew: 503, while its features are still taken", async () => {
    await rm(join(encoders, "means"), { recursive: true });
    assert.deepEqual(await look(brain), COLOURS, "the process has it open");
    await restartHost();
    const { seq } = await call<BrainAnswer>("GET", brain);
    await refused(look(brain), 503, /no encoder "means".*needs means/);
    await refused(call("POST", `${brain}/learn`, { images: [await picture("#f00")], labels: ["red"] }), 503, /means/);
    assert.equal((await call<BrainAnswer>("GET", brain)).seq, seq);
    assert.deepEqual(await lookAtFeatures(brain, digest), COLOURS);
    await call("POST", `${brain}/learn`, { ...FEATURES, encodedBy: digest, labels: COLOURS });
  });

  test("is not replaced by another one of its name: 503, and its features alone are taken", async () => {
    const other = { ...MEANS, input: { ...MEANS.input, colour: "bgr" } };
    const { digest: otherDigest } = await addEncoder(encoders, await writeDefinition(join(folder, "other"), other));
    await refused(look(brain), 503, /is another one now/);
    await refused(lookAtFeatures(brain, otherDigest), 409, /knows features of means/);
    assert.deepEqual(await lookAtFeatures(brain, digest), COLOURS);
    const { config } = await call<Answer>("POST", brains, {
      ...SMALL_BRAIN,
      id: "younger",
      config: { hiddenDim: 32, winners: 4, encoder: "means" },
    });
    assert.equal(config.encoder?.digest, otherDigest);
  });

  test("serves its brain again as soon as it is added again", async () => {
    await addEncoder(encoders, definition, { replace: true });
    assert.deepEqual(await look(brain), COLOURS);
  });

  test("is not needed to replay what was learned through it", async () => {
    await rm(join(encoders, "means"), { recursive: true });
    await restartHost();
    const { labels } = await call<BrainAnswer>("GET", brain);
    assert.deepEqual(labels, COLOURS);
    assert.deepEqual(await lookAtFeatures(brain, digest), COLOURS);
    await addEncoder(encoders, definition);
  });
});

describe("a brain keeps its encoder", () => {
  let brain: string;
  before(async () => {
    brain = await eyes("kept");
  });
  const encoderOf = async (address: string) => (await call<Answer>("GET", address)).config.encoder;

  test("when it is restored to a checkpoint", async () => {
    const { seq } = await call<BrainAnswer>("POST", `${brain}/checkpoints`);
    await call("POST", `${brain}/learn`, { images: [await picture("#0f0")], labels: ["green"] });
    await call("POST", `${brain}/restore`, { seq });
    assert.deepEqual(await encoderOf(brain), { name: "means", kind: "image", digest });
    assert.deepEqual(await look(brain), COLOURS);
  });

  test("and passes it on to its forks", async () => {
    await call("POST", `${brain}/fork`, { id: "forked" });
    assert.deepEqual(await encoderOf(`${brains}/forked`), { name: "means", kind: "image", digest });
    assert.deepEqual(await look(`${brains}/forked`), COLOURS);
  });

  for (const [what, take, type] of [
    ["file", async () => (await fileOf(brain)).bytes, undefined],
    ["archive", () => download(`${brain}/export`), TAR],
  ] as const) {
    test(`in its ${what}, which a server without the encoder takes in; there, features are known, and pictures need it: 503`, async () => {
      const bytes = await take();
      const id = `from-${what}`;
      await upload(brains, bytes, `?id=${id}`, type);
      assert.deepEqual(await look(`${brains}/${id}`), COLOURS);
      await upload(`${elsewhere.url}/v1/brains`, bytes, `?id=${id}`, type);
      const away = `${elsewhere.url}/v1/brains/${id}`;
      assert.deepEqual(await encoderOf(away), { name: "means", kind: "image", digest });
      await refused(look(away), 503, /no encoder "means"/);
      assert.deepEqual(await lookAtFeatures(away, digest), COLOURS);
    });
  }
});
