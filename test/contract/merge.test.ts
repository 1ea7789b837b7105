// Brains that take in what others know, over HTTP and on both databases: what comes is what one brain would know, and it is there in every way a state is.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeSafetensors } from "../../src/tensor/safetensors.ts";
import { digestOf, inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { assertMatches, type ContractClient, contractClient } from "../support/contract.ts";
import { DATABASE_KINDS } from "../support/databases.ts";
import { download, fileOf, TAR, upload } from "../support/files.ts";
import { serverPerDatabase } from "../support/server-per-database.ts";
import { StreamClient } from "../support/stream.ts";

const server = serverPerDatabase({ ENGRAM_CHECKPOINT_EVERY_EVENTS: "1000" });
const MERGE = "/v1/brains/{brain}/merge";

/** Without a gate a thought is the input, whatever the layers have learned. */
const BLEND = { kind: "plastic", config: { ...SMALL_BRAIN.config, readout: "blend", gate: 0, neighbors: 3 } } as const;
const name = (row: number): string => `class-${row % 4}`;
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

for (const kind of DATABASE_KINDS) {
  describe(`a merge (${kind})`, () => {
    let made = 0;
    const api = (): ContractClient => contractClient(server(kind).server.url);
    const urlOf = (brain: string): string => `${server(kind).brains}/${brain}`;

    async function newBrain(blueprint: object = BLEND): Promise<string> {
      const id = `brain-${made++}`;
      const { status, text } = await api()("post", "/v1/brains", { body: { ...blueprint, id } });
      assert.equal(status, 201, text);
      return id;
    }

    async function learn(brain: string, rows: readonly number[], of = name): Promise<void> {
      const body = { inputs: rows.map(inputOf), labels: rows.map(of) };
      const { status, text } = await api()("post", "/v1/brains/{brain}/learn", { params: { brain }, body });
      assert.equal(status, 200, text);
    }

    const merge = (brain: string, source: string, headers: Record<string, string> = {}) =>
      api()("post", MERGE, { params: { brain }, body: { source }, headers });
    const mergeSince = (brain: string, source: string, base: object) =>
      api()("post", MERGE, { params: { brain }, body: { source, base } });
    const fork = async (brain: string, body: object = {}): Promise<string> =>
      (await api()("post", "/v1/brains/{brain}/fork", { params: { brain }, body })).body.id;
    const read = async (brain: string) => (await api()("get", "/v1/brains/{brain}", { params: { brain } })).body;
    const consolidate = (brain: string) => api()("post", "/v1/brains/{brain}/consolidate", { params: { brain } });

    async function readoutOf(brain: string) {
      const { tensors } = decodeSafetensors(Uint8Array.from((await fileOf(urlOf(brain))).bytes));
      return Object.fromEntries(Object.entries(tensors).filter(([tensor]) => tensor.startsWith("readout.")));
    }

    /** The samples that the sums of a brain are of. */
    async function countOf(brain: string): Promise<number> {
      const words = (await readoutOf(brain))["readout.counts"]!.data;
      return Array.from(words, Number).reduce((sum, word) => sum + word, 0);
    }

    test("makes a brain that knows what one brain taught everything knows, and is a change as every other", async () => {
      const [whole, one, two] = [await newBrain(), await newBrain(), await newBrain()];
      await learn(whole, range(0, 30));
      await learn(one, range(0, 12));
      await learn(two, range(12, 30).toReversed());
      const untouched = await digestOf(urlOf(two));
      const stream = await StreamClient.open(urlOf(one), { subscribe: {} });
      const answer = await merge(one, two, { "if-match": '"1"' });
      assert.equal(answer.headers.etag, '"2"');
      assert.deepEqual(answer.body, {
        ...{ brain: one, seq: 2, step: 1, mode: "plastic", source: two, sourceSeq: 1, samples: 18, remembered: 18 },
        ...{ memory: { stored: 30, capacity: 400 }, newLabels: [] },
      });
      await stream.until(() => stream.feed.some(({ type }) => type === "merged"));
      const told = stream.feed.find(({ type }) => type === "merged");
      assertMatches(told, "merged", "components", "schemas", "StreamMessage");
      assert.deepEqual([told?.seq, told?.source, told?.samples], [2, two, 18]);
      await stream.close();
      assert.equal(await digestOf(urlOf(two)), untouched);
      assert.equal((await read(two)).seq, 1);
      // λ moves six steps a consolidation: twice, so that it has arrived wherever it came from.
      for (const brain of [one, whole, one, whole]) await consolidate(brain);
      assert.deepEqual(await readoutOf(one), await readoutOf(whole));

      const { body: log } = await api()("get", "/v1/brains/{brain}/events", {
        params: { brain: one },
        query: "?type=merged",
      });
      assert.equal(log.events.length, 1);
      assert.deepEqual(log.events[0].details, {
        ...{ source: two, sourceSeq: 1, samples: 18, remembered: 18, newLabels: [], newLabelCount: 0 },
      });
      const { body: list } = await api()("get", "/v1/brains/{brain}/checkpoints", {
        params: { brain: one },
        query: "?reason=merged",
      });
      assert.deepEqual([list.checkpoints.length, list.checkpoints[0].seq], [1, 2]);
      const { body: history } = await api()("get", "/v1/brains/{brain}/metrics", { params: { brain: one } });
      assert.ok(history.markers.some(({ type }: { type: string }) => type === "merged"));
    });

    test("can be undone and done again, branched off, and taken along in an archive, and its checkpoint stays while it is needed", async () => {
      const [one, two] = [await newBrain(), await newBrain()];
      await learn(one, range(0, 5));
      await learn(two, range(5, 9), (row) => `other-${row}`);
      const digests = [await digestOf(urlOf(one))];
      const { body } = await merge(one, two);
      assert.deepEqual(body.newLabels, ["other-5", "other-6", "other-7", "other-8"]);
      digests.push(await digestOf(urlOf(one)));
      await learn(one, [7], (row) => `other-${row}`);
      digests.push(await digestOf(urlOf(one)));
      const params = { brain: one };
      const { body: checkpoints } = await api()("get", "/v1/brains/{brain}/checkpoints", {
        params,
        query: "?reason=merged",
      });
      const checkpoint = checkpoints.checkpoints[0].id;
      const kept = await api()("delete", "/v1/brains/{brain}/checkpoints/{checkpoint}", {
        params: { ...params, checkpoint },
      });
      assert.equal(kept.status, 409, kept.text);

      await api()("delete", "/v1/brains/{brain}", { params: { brain: two } });
      const archive = await download(`${urlOf(one)}/export`);
      const imported = await upload(server(kind).brains, archive, `?id=${one}-again`, TAR);
      for (const brain of [one, imported.id]) {
        for (const seq of [1, 2, 3]) {
          const { body: fork } = await api()("post", "/v1/brains/{brain}/fork", { params: { brain }, body: { seq } });
          assert.equal(await digestOf(urlOf(fork.id)), digests[seq - 1], `${brain} at ${seq}`);
        }
        for (const seq of [1, 3, 2]) {
          await api()("post", "/v1/brains/{brain}/restore", { params: { brain }, body: { seq } });
          assert.equal(await digestOf(urlOf(brain)), digests[seq - 1], `${brain} at ${seq}`);
        }
      }
    });

    test("reads lessons under way on either side at one seq each, and loses none", async () => {
      const [one, two] = [await newBrain(), await newBrain()];
      await learn(one, range(0, 4));
      await learn(two, range(0, 4));
      const lessons = range(4, 16).flatMap((row) => [learn(one, [row]), learn(two, [row])]);
      const [first, second] = await Promise.all([merge(one, two), merge(two, one), ...lessons]);
      for (const answer of [first, second]) assert.equal(answer!.status, 200, answer!.text);
      assert.equal(await countOf(one), 16 + first!.body.samples);
      assert.equal(await countOf(two), 16 + second!.body.samples);
      assert.deepEqual([(await read(one)).seq, (await read(two)).seq], [14, 14]);
    });

    test("is made once under its key, also when the other brain is gone by then", async () => {
      const [one, two] = [await newBrain(), await newBrain()];
      await learn(one, [0]);
      await learn(two, [1]);
      const key = { "idempotency-key": `merge-${one}` };
      const answer = await merge(one, two, key);
      await api()("delete", "/v1/brains/{brain}", { params: { brain: two } });
      const again = await merge(one, two, key);
      assert.deepEqual([again.status, again.body, again.headers["idempotency-replayed"]], [200, answer.body, "true"]);
      assert.equal((await read(one)).seq, 2);
    });

    test("joins memories alone where nothing is summed", async () => {
      const plain = { ...BLEND, config: { ...BLEND.config, readout: "memory", memorySize: 6 } };
      const [one, two] = [await newBrain(plain), await newBrain(plain)];
      await learn(one, range(0, 4), () => "a");
      await learn(two, range(4, 9), () => "b");
      const { body } = await merge(one, two);
      assert.deepEqual([body.samples, body.remembered, body.memory], [5, 3, { stored: 6, capacity: 6 }]);
      const { body: memory } = await api()("get", "/v1/brains/{brain}/memory", { params: { brain: one } });
      assert.deepEqual(
        memory.classes.map(({ label, count }: { label: string; count: number }) => [label, count]),
        [
          ["a", 3],
          ["b", 3],
        ],
      );
    });

    test("with a base adds what a fork has learned since alone, and can be undone and taken along", async () => {
      const [whole, root] = [await newBrain(), await newBrain()];
      await learn(whole, range(0, 30));
      await learn(root, range(0, 10));
      const [one, two] = [await fork(root), await fork(root)];
      await learn(one, range(10, 17));
      await learn(two, range(17, 30));
      const stream = await StreamClient.open(urlOf(root), { subscribe: {} });
      const first = await mergeSince(root, one, {});
      assert.deepEqual(first.body, {
        ...{ brain: root, seq: 2, step: 1, mode: "plastic", source: one, sourceSeq: 2, base: { brain: one, seq: 1 } },
        ...{ samples: 7, remembered: 7, memory: { stored: 17, capacity: 400 }, newLabels: [] },
      });
      const second = await mergeSince(root, two, { brain: root, seq: 1 });
      assert.deepEqual([second.body.base, second.body.samples], [{ brain: root, seq: 1 }, 13]);
      await stream.until(() => stream.feed.filter(({ type }) => type === "merged").length === 2);
      const told = stream.feed.find(({ type }) => type === "merged");
      assertMatches(told, "merged", "components", "schemas", "StreamMessage");
      assert.deepEqual([told?.base, told?.samples], [{ brain: one, seq: 1 }, 7]);
      await stream.close();
      const digest = await digestOf(urlOf(root));
      const { body: log } = await api()("get", "/v1/brains/{brain}/events", {
        params: { brain: root },
        query: "?type=merged",
      });
      assert.deepEqual(log.events[1].details.base, { brain: one, seq: 1 });
      assert.match(log.events[1].summary, /learned from seq 1 to seq 2: 7 samples/);

      for (const brain of [one, two]) await api()("delete", "/v1/brains/{brain}", { params: { brain } });
      const archive = await download(`${urlOf(root)}/export`);
      const { id: imported } = await upload(server(kind).brains, archive, `?id=${root}-again`, TAR);
      for (const brain of [root, imported]) {
        await api()("post", "/v1/brains/{brain}/restore", { params: { brain }, body: { seq: 1 } });
        assert.equal(await countOf(brain), 10);
        await api()("post", "/v1/brains/{brain}/restore", { params: { brain }, body: { seq: 3 } });
        assert.equal(await digestOf(urlOf(brain)), digest);
      }
      for (const brain of [root, whole, root, whole]) await consolidate(brain);
      assert.deepEqual(await readoutOf(root), await readoutOf(whole));
    });

    test("with a base goes on where it was taken in last, and takes nothing in twice", async () => {
      const [whole, root] = [await newBrain(), await newBrain()];
      await learn(whole, range(0, 30));
      await learn(root, range(0, 10));
      const one = await fork(root);
      await learn(one, range(10, 15));
      assert.equal((await mergeSince(root, one, {})).body.sourceSeq, 2);
      await learn(one, range(15, 25));
      await learn(root, range(25, 30));
      const digest = await digestOf(urlOf(root));
      for (const base of [{}, { brain: root, seq: 1 }]) {
        const twice = await mergeSince(root, one, base);
        assert.deepEqual([twice.status, twice.body.errors[0].pointer], [409, "#/base"], twice.text);
        assert.match(twice.body.detail, /count twice.*knew at seq 2.*"base": {"seq": 2}/);
      }
      assert.equal(await digestOf(urlOf(root)), digest);
      // A state of before it was taken in has not taken it in.
      await api()("post", "/v1/brains/{brain}/restore", { params: { brain: root }, body: { seq: 1 } });
      assert.equal((await mergeSince(root, one, { seq: 2 })).status, 409);
      assert.equal((await mergeSince(root, one, {})).body.samples, 15);
      await api()("post", "/v1/brains/{brain}/restore", { params: { brain: root }, body: { seq: 3 } });
      const rest = await mergeSince(root, one, { seq: 2 });
      assert.deepEqual([rest.body.samples, rest.body.remembered], [10, 10], rest.text);
      for (const brain of [root, whole, root, whole]) await consolidate(brain);
      assert.deepEqual(await readoutOf(root), await readoutOf(whole));
    });

    test("with a base brings back what was taught elsewhere, from an archive, a file, or into another fork", async () => {
      const root = await newBrain();
      await learn(root, range(0, 10));
      const archive = await download(`${urlOf(root)}/export`);
      const away = await upload(server(kind).brains, archive, `?id=${root}-away`, TAR);
      await learn(away.id, range(10, 15));
      await learn(away.id, range(15, 16));
      const taught = await download(`${urlOf(away.id)}/export`);
      const { bytes } = await fileOf(urlOf(away.id));
      const back = await upload(server(kind).brains, taught, `?id=${root}-back`, TAR);
      const file = await upload(server(kind).brains, bytes, `?id=${root}-file`);
      const [one, two] = [await fork(root), await fork(root)];
      const bySeq = await mergeSince(one, back.id, { seq: 1 });
      const byBrain = await mergeSince(two, file.id, { brain: root, seq: 1 });
      for (const [brain, answer] of [
        [one, bySeq],
        [two, byBrain],
      ] as const) {
        assert.deepEqual([answer.body.samples, answer.body.sourceSeq], [6, 3], answer.text);
        assert.equal(await countOf(brain), 16);
      }
      assert.deepEqual(await readoutOf(one), await readoutOf(two));
      // What one imported brain began with here is what it was elsewhere, which the other brain never was.
      const late = await mergeSince(root, back.id, {});
      assert.deepEqual([late.status, late.body.errors[0].pointer], [409, "#/base"], late.text);
      assert.match(late.body.detail, new RegExp(`seq 3 of brain "${back.id}".*brain "${root}" has seen 10 samples`));
      assert.equal((await read(root)).seq, 1);
    });

    test("with a base that cannot be one is refused, and then nothing has changed", async () => {
      const root = await newBrain();
      await learn(root, range(0, 10));
      const [one, two, stranger] = [await fork(root), await fork(root), await newBrain()];
      await learn(one, range(10, 30));
      await learn(two, range(11, 31));
      await learn(stranger, [...range(4, 30), ...range(0, 4)]);
      const forgetful = await fork(root);
      await api()("delete", "/v1/brains/{brain}/memory", { params: { brain: forgetful } });
      await learn(forgetful, range(10, 30));
      const other = await newBrain({ ...BLEND, config: { ...BLEND.config, seed: 12 } });
      const digests = await Promise.all([root, one].map((brain) => digestOf(urlOf(brain))));
      const refused: readonly (readonly [string, base: unknown, status: number, pointer: string, detail: RegExp])[] = [
        [one, { brain: "nobody" }, 404, "#/base/brain", /nobody/],
        [one, { seq: 3 }, 422, "#/base/seq", /is 3; brain .* is at 2/],
        [one, { brain: root, seq: 2 }, 422, "#/base/seq", /is at 1/],
        [one, { seq: 0 }, 404, "#/base/seq", /not kept/],
        [stranger, {}, 422, "#/base/seq", /created here/],
        [one, { brain: other, seq: 0 }, 409, "#/base", /has seed 12, the source 11/],
        [one, { seq: 2 }, 409, "#/base", new RegExp(`brain "${root}" has seen 10 samples, and that state 30`)],
        [one, { brain: two, seq: 2 }, 409, "#/base", new RegExp(`brain "${one}" has smaller sums`)],
        [stranger, { brain: root, seq: 1 }, 409, "#/base", new RegExp(`brain "${stranger}" remembers a sample`)],
        [forgetful, {}, 409, "#/base", /has forgotten samples since/],
        [one, { seq: -1 }, 422, "#/base/seq", /seq/],
        [one, { brain: "No Id" }, 422, "#/base/brain", /brain/],
        [one, { at: 1 }, 422, "#/base/at", /at/],
        [one, "origin", 422, "#/base", /object/],
      ];
      for (const [source, base, status, pointer, detail] of refused) {
        const answer = await api()("post", MERGE, { params: { brain: root }, body: { source, base } });
        assert.deepEqual([answer.status, answer.body.errors?.[0].pointer], [status, pointer], answer.text);
        assert.match(answer.body.detail, detail);
      }
      assert.deepEqual(await Promise.all([root, one].map((brain) => digestOf(urlOf(brain)))), digests);
      assert.deepEqual([(await read(root)).seq, (await read(one)).seq], [1, 2]);
    });

    test("is refused where the brains do not fit, and then nothing has changed", async () => {
      const one = await newBrain();
      await learn(one, [0]);
      const digest = await digestOf(urlOf(one));
      const seeded = { ...BLEND, config: { ...BLEND.config, seed: 12, gate: 0.5 } };
      const refused: readonly (readonly [body: object, status: number, type: string, detail: RegExp])[] = [
        [{ source: one }, 422, "validation", /itself/],
        [{ source: "nobody" }, 404, "brain-not-found", /nobody/],
        [{ source: await newBrain(seeded) }, 409, "not-mergeable", /seed 12, this brain 11.*gate 0.5, this brain 0/],
        [{ source: await newBrain(SMALL_TRIARCHIC_BRAIN) }, 409, "not-mergeable", /is triarchic/],
        [{}, 422, "validation", /source/],
        [{ source: "No Id" }, 422, "validation", /source/],
        [{ source: one, sure: true }, 422, "validation", /sure/],
      ];
      for (const [body, status, type, detail] of refused) {
        const answer = await api()("post", MERGE, { params: { brain: one }, body });
        assert.deepEqual([answer.status, answer.body.type], [status, `/problems/${type}`], answer.text);
        assert.match(answer.body.detail, detail);
        assert.match(answer.body.errors[0].pointer, /^#/);
      }
      const triarchic = [await newBrain(SMALL_TRIARCHIC_BRAIN), await newBrain(SMALL_TRIARCHIC_BRAIN)] as const;
      assert.equal((await merge(...triarchic)).body.type, "/problems/not-mergeable");
      const two = await newBrain();
      await api()("put", "/v1/brains/{brain}/mode", { params: { brain: two }, body: { mode: "inference" } });
      assert.equal((await merge(two, one)).body.type, "/problems/brain-frozen");
      assert.equal(await digestOf(urlOf(one)), digest);
      assert.equal((await merge(one, two)).status, 200, "one in inference mode may be taken in");
    });
  });
}
