// A brain's state out of one server and into another: the same bits, and the same life from there on.

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import pg from "pg";
import {
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  type PredictAnswer,
  Refused,
  rest,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
  type Stamp,
} from "../support/client.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";
import { digestOfFile, download, edited, fileOf, SAFETENSORS, upload, withoutNote } from "../support/files.ts";
import { startTestServer } from "../support/server.ts";
import { serverPerDatabase } from "../support/server-per-database.ts";

const learnBody = (index: number) => ({ inputs: [inputOf(index), inputOf(index + 3)], labels: [`c${index % 5}`, "d"] });
const question = { inputs: [inputOf(1), inputOf(2.5), inputOf(40)], topK: 3 };
const answersOf = async (brain: string) => {
  const { predictions, seq, step } = await call<PredictAnswer>("POST", `${brain}/predict`, question);
  return { predictions, seq, step };
};

const here = serverPerDatabase({ ENGRAM_CHECKPOINT_EVERY_EVENTS: "7" });

let made = 0;
async function newBrain(kind: string, blueprint: object = SMALL_BRAIN, lessons = 9): Promise<string> {
  const id = `filed-${made++}`;
  const brain = `${here(kind).brains}/${id}`;
  await call("POST", here(kind).brains, { ...blueprint, id });
  for (let index = 0; index < lessons; index++) await call("POST", `${brain}/learn`, learnBody(index));
  await call("PUT", `${brain}/mode`, { mode: "panic" });
  return brain;
}

for (const [from, to] of [DATABASE_KINDS, [...DATABASE_KINDS].reverse()] as [string, string][]) {
  for (const blueprint of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
    test(`a state goes from ${from} to ${to} and lives on as it would have (${blueprint.kind})`, async () => {
      const brain = await newBrain(from, blueprint);
      await rest(brain);
      const { bytes, digest } = await fileOf(brain);
      assert.equal(await digestOfFile(bytes), digest);
      const { id, origin, seq } = await upload(here(to).brains, bytes);
      const twin = `${here(to).brains}/${id}`;
      assert.deepEqual([origin, seq], [{ by: "import", brain: brain.split("/").at(-1), seq: 11 }, 11]);
      assert.deepEqual(await answersOf(twin), await answersOf(brain));
      assert.equal(await digestOf(twin), digest);
      for (let index = 20; index < 30; index++) {
        await call("POST", `${brain}/learn`, learnBody(index));
        await call("POST", `${twin}/learn`, learnBody(index));
      }
      process.kill(here(to).server.hosts.hosts[0]!.pid!, "SIGKILL");
      assert.equal(await digestOf(twin), await digestOf(brain));
    });
  }
}

test("a file is the same at every download, names its state, and need not be sent to who has it", async () => {
  const brain = await newBrain("embedded");
  const { id, seq, digest, sizeBytes } = await call<CheckpointAnswer & { sizeBytes: number }>(
    "POST",
    `${brain}/checkpoints`,
  );
  const url = `${brain}/checkpoints/${id}/file`;
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.ok(bytes.length > sizeBytes);
  const headers = Object.fromEntries(
    ["content-type", "content-length", "etag", "content-disposition"].map((name) => [name, response.headers.get(name)]),
  );
  assert.deepEqual(headers, {
    "content-type": SAFETENSORS,
    "content-length": String(bytes.length),
    etag: `"${digest}"`,
    "content-disposition": `attachment; filename="${brain.split("/").at(-1)}-${seq}.safetensors"`,
  });
  assert.ok((await download(url)).equals(bytes));
  const head = await fetch(url, { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), String(bytes.length));
  assert.equal(head.headers.get("etag"), `"${digest}"`);
  for (const tag of [`"${digest}"`, `"x", W/"${digest}"`, "*"]) {
    const cached = await fetch(url, { headers: { "if-none-match": tag } });
    assert.deepEqual([cached.status, await cached.text()], [304, ""]);
  }
  assert.equal((await fetch(url, { headers: { "if-none-match": '"other"' } })).status, 200);
});

test("a file without a note begins at the newest change that its samples name, or at its step", async () => {
  for (const [blueprint, seq] of [
    [SMALL_BRAIN, 11],
    [SMALL_TRIARCHIC_BRAIN, 10],
  ] as const) {
    const brain = await newBrain("embedded", blueprint);
    await call("POST", `${brain}/learn`, learnBody(1));
    const { bytes, digest } = await fileOf(brain);
    const imported = await upload(here("embedded").brains, withoutNote(bytes), "", "application/octet-stream");
    assert.deepEqual([imported.seq, imported.step], [seq, 10]);
    assert.deepEqual(imported.origin, { by: "import", brain: null, seq });
    assert.equal(await digestOf(`${here("embedded").brains}/${imported.id}`), digest);
  }
});

test("the order of the tensors in a file does not matter, nor what else its metadata says", async () => {
  const { bytes, digest } = await fileOf(await newBrain("embedded"));
  const shuffled = edited(bytes, ({ tensors, metadata }) => ({
    tensors: Object.fromEntries(Object.entries(tensors).reverse()),
    metadata: { author: "me", ...metadata },
  }));
  const { id } = await upload(here("embedded").brains, shuffled);
  assert.equal(await digestOf(`${here("embedded").brains}/${id}`), digest);
});

test("a file from the first servers is taken", async () => {
  const { bytes } = await fileOf(await newBrain("embedded"));
  const old = edited(withoutNote(bytes), ({ tensors, metadata }) => {
    const { memory: _, ...header } = JSON.parse(metadata.brain!);
    const { "memory.ids": __, "memory.seqs": ___, ...rest } = tensors;
    return { tensors: rest, metadata: { brain: JSON.stringify({ ...header, format: 1 }) } };
  });
  assert.equal((await upload(here("embedded").brains, old)).seq, 9);
});

test("a file may come in pieces of any size, and without its length", async () => {
  const { bytes, digest } = await fileOf(await newBrain("embedded"));
  const { brains } = here("embedded");
  const pieces = (sent: Buffer, size: number) =>
    Readable.from(
      Array.from({ length: Math.ceil(sent.length / size) }, (_, i) => sent.subarray(i * size, (i + 1) * size)),
    );
  for (const size of [1, 7, 4096]) {
    const { id } = await upload(brains, pieces(bytes, size));
    assert.equal(await digestOf(`${brains}/${id}`), digest);
  }
  const short = upload(brains, pieces(bytes.subarray(0, bytes.length - 1), 999));
  await assert.rejects(short, { status: 422, message: /cut off/ });
  const long = upload(brains, pieces(Buffer.concat([bytes, Buffer.of(0)]), 999));
  await assert.rejects(long, { status: 422, message: /follow the last/ });
  const none = upload(brains, pieces(Buffer.alloc(0), 999));
  await assert.rejects(none, { status: 422, message: /empty/ });
});

/** Rows of brains, hidden ones too. */
async function countBrains(): Promise<number> {
  const client = new pg.Client({ connectionString: here("postgres").site.options.url });
  await client.connect();
  const { rows } = await client.query("SELECT count(*)::int AS count FROM brain");
  await client.end();
  return rows[0].count;
}

for (const blueprint of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
  test(`a file changed at random is refused, or makes a brain of exactly what was sent (${blueprint.kind})`, async () => {
    const { brains, server } = here("postgres");
    const { bytes } = await fileOf(await newBrain("postgres", blueprint, 4));
    const good = [bytes, withoutNote(bytes)] as const;
    const before = await countBrains();
    const pid = server.hosts.hosts[0]!.pid;
    const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
    const place = fc.oneof(fc.nat(headerEnd), fc.nat(bytes.length - 1));
    const change = fc.oneof(
      { weight: 6, arbitrary: fc.record({ at: place, value: fc.nat(255) }) },
      { weight: 3, arbitrary: fc.record({ at: place, value: fc.constantFrom(0x30, 0x39, 0x7f, 0x80, 0xff) }) },
      fc.record({ length: fc.nat(bytes.length) }),
      fc.record({ more: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
    );
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(change, { minLength: 0, maxLength: 3 }), async (isNoted, changes) => {
        let sent = Buffer.from(good[isNoted ? 0 : 1]);
        for (const wish of changes) {
          if ("length" in wish) sent = sent.subarray(0, wish.length);
          else if ("more" in wish) sent = Buffer.concat([sent, wish.more]);
          else if (wish.at < sent.length) sent[wish.at] = wish.value;
        }
        const imported = await upload(brains, sent).catch((error: unknown) => {
          assert.ok(error instanceof Refused && error.status === 422, String(error));
          return null;
        });
        if (imported === null) return;
        taken++;
        const brain = `${brains}/${imported.id}`;
        const { checkpoints } = await call<{ checkpoints: CheckpointAnswer[] }>("GET", `${brain}/checkpoints`);
        assert.equal(checkpoints[0]?.digest, await digestOfFile(sent));
        if (imported.mode !== "inference") await call<Stamp>("POST", `${brain}/learn`, learnBody(3));
        const { predictions } = await answersOf(brain);
        assert.ok(predictions.every((prediction) => !JSON.stringify(prediction).includes(':null,"scores"')));
        const again = await upload(brains, (await fileOf(brain)).bytes);
        await call("DELETE", `${brains}/${again.id}`);
        await call("DELETE", brain);
      }),
      {
        numRuns: 50,
        examples: [
          [true, []],
          [false, []],
        ],
      },
    );
    assert.ok(taken >= 2);
    assert.equal(await countBrains(), before);
    assert.equal(server.hosts.hosts[0]!.pid, pid);
  });
}

test("a sender that breaks off leaves nothing, and holds nobody up", async () => {
  const { brains, server } = here("postgres");
  const { bytes } = await fileOf(await newBrain("postgres"));
  const before = await countBrains();
  for (const share of [0, 0.3, 0.9]) {
    await new Promise<void>((resolve) => {
      const { port } = new URL(server.url);
      const headers = { "content-type": SAFETENSORS, "content-length": bytes.length };
      const upload = httpRequest({ port, host: "127.0.0.1", method: "POST", path: "/v1/brains/import", headers });
      upload.on("error", () => resolve());
      upload.write(bytes.subarray(0, Math.floor(bytes.length * share)), () => setTimeout(() => upload.destroy(), 20));
    });
  }
  await upload(brains, bytes, "?id=unhurt");
  assert.equal(await countBrains(), before + 1);
});

test("a damaged file is refused before its first byte, or breaks off: it never looks whole", async () => {
  const { options, dispose } = await newSite("postgres");
  const server = await startTestServer({ DATABASE_URL: options.url! });
  const database = new pg.Client({ connectionString: options.url });
  await database.connect();
  try {
    const brain = `${server.url}/v1/brains/scratched`;
    const config = { ...SMALL_BRAIN.config, inputDim: 64, hiddenDim: 4096, layers: 2 };
    await call("POST", `${server.url}/v1/brains`, { id: "scratched", ...SMALL_BRAIN, config });
    const { id } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
    const url = `${brain}/checkpoints/${id}/file`;
    const whole = (await download(url)).length;
    assert.ok(whole > 3_000_000);
    const { rows } = await database.query("SELECT hashes FROM checkpoint");
    const hashAt = (index: number) => rows[0].hashes.subarray(32 * index, 32 * index + 32);
    const set = "UPDATE chunk SET data = set_byte(data, 9, 255 - get_byte(data, 9)) WHERE hash = $1";
    const last = rows[0].hashes.length / 32 - 20;
    await database.query(set, [hashAt(last)]);
    const late = await fetch(url);
    assert.equal(late.status, 200);
    await assert.rejects(late.arrayBuffer());
    await assert.rejects(call("GET", url), { status: 409, message: /checkpoint-damaged/ });
    // What was damaged was removed by the reading above: whoever asks again is told at once.
    await database.query("DELETE FROM checkpoint");
    const other = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
    await database.query(set, [hashAt(0)]);
    await assert.rejects(call("GET", `${brain}/checkpoints/${other.id}/file`), { status: 409 });
  } finally {
    await database.end();
    await server.close();
    await dispose();
  }
});
