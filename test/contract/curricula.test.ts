// Curricula over HTTP, held against the contract.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { call, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { ended, putRows, type Row, until } from "../support/curricula.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { StreamClient } from "../support/stream.ts";

const BRAIN = "/v1/brains/{brain}";
const CURRICULA = `${BRAIN}/curricula`;
const ONE = `${CURRICULA}/{curriculum}`;

let server: TestServer;
let api: ContractClient;
let rows: readonly Row[];
before(async () => {
  server = await startTestServer({ ENGRAM_CURRICULA_RUNNING: "1" });
  api = contractClient(server.url);
  rows = await putRows(server.url, "rows", 48);
  await putRows(server.url, "many", 3000);
});
after(() => server.close());

const create = async (id: string) => {
  await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
  return `${server.url}/v1/brains/${id}`;
};
const begin = async (brain: string, body: object) => {
  const { status, headers, text, body: answer } = await api("post", CURRICULA, { params: { brain }, body });
  return { status, headers, text, body: answer, params: { brain, curriculum: answer.id as string } };
};
const SHORT = { phases: [{ name: "one", dataset: "rows", batchSize: 8 }] };
const LONG = { phases: [{ name: "one", dataset: "many", batchSize: 1 }] };

test("a plan gets its defaults, runs, and tells what it measured in every form", async () => {
  const brain = await create("whole");
  const plan = {
    name: "Day, night",
    phases: [
      { name: "day", dataset: "rows", batchSize: 8, epochs: 2 },
      {
        name: "ni,ght",
        dataset: "rows",
        classes: ["bee"],
        samplesPerClass: 10,
        transform: [{ type: "invert" }],
        mode: "panic",
      },
    ],
    evaluations: [{ name: "all", dataset: "rows" }],
  };
  const { status, body, headers, params } = await begin("whole", plan);
  assert.equal(status, 202);
  assert.equal(headers.location, `/v1/brains/whole/curricula/${params.curriculum}`);
  assert.deepEqual(body.plan.phases[1], {
    ...{ epochs: 1, batchSize: 32, order: "shuffled", seed: 0, memorize: true, consolidate: false, task: true },
    ...plan.phases[1],
  });
  assert.deepEqual([body.state, body.progress.total, body.progress.waiting], ["queued", 13, "turn"]);
  await ended(brain, params.curriculum);
  const { body: info } = await api("get", ONE, { params });
  assert.deepEqual([info.state, info.progress.done, info.error], ["completed", 13, null]);

  const { body: history } = await api("get", `${ONE}/history`, { params });
  assert.deepEqual(history.phases, [
    { name: "day", from: 0, to: 12 },
    { name: "ni,ght", from: 12, to: 13 },
  ]);
  assert.deepEqual(history.epoch, [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1]);
  assert.ok(history.numbers.novelty.every((value: unknown) => typeof value === "number"));
  const { body: page } = await api("get", `${ONE}/history`, { params, query: "?from=4&limit=3" });
  assert.deepEqual(page.index, [4, 5, 6]);
  assert.deepEqual(page.numbers.accuracy, history.numbers.accuracy.slice(4, 7));
  for (const query of ["?from=13", "?from=2147483648", `?from=${Number.MAX_SAFE_INTEGER}&points=2`]) {
    const { status, body } = await api("get", `${ONE}/history`, { params, query });
    assert.deepEqual([status, body.index, body.phases.length], [200, [], 2], query);
  }
  const { body: thin } = await api("get", `${ONE}/history`, { params, query: "?points=4" });
  assert.deepEqual(thin.index, [3, 7, 11, 12]);
  const mean = history.numbers.accuracy.slice(0, 4).reduce((sum: number, value: number) => sum + value / 4, 0);
  assert.ok(Math.abs(thin.numbers.accuracy[0] - mean) < 1e-12);

  const csv = async (what: string) => {
    const { text, headers: told } = await api("get", `${ONE}/${what}`, { params, headers: { accept: "text/csv" } });
    assert.match(String(told["content-type"]), /^text\/csv; charset=utf-8/);
    return text.trimEnd().split("\r\n");
  };
  const lines = await csv("history");
  assert.equal(lines.length, 14);
  assert.match(lines[0]!, /^index,phase,phaseName,epoch,step,seq,time,/);
  assert.match(lines[13]!, /^12,1,"ni,ght",1,0,/);
  const { body: summary } = await api("get", `${ONE}/summary`, { params });
  assert.deepEqual(summary.phases, info.phases);
  const { initial, final, improvement } = summary.phases[0].summary["evaluation.all"];
  const calibration = summary.phases[0].summary["calibration.all"];
  assert.ok(calibration.final >= 0 && calibration.final <= 1);
  assert.deepEqual([initial, improvement], [0, final]);
  const accuracy = history.numbers.accuracy.slice(0, 12);
  assert.deepEqual(
    [summary.phases[0].summary.accuracy.initial, summary.phases[0].summary.accuracy.final],
    [accuracy[0], accuracy[11]],
  );
  const table = await csv("summary");
  assert.equal(table[0], "phase,phaseName,state,number,initial,final,mean,improvement");
  assert.ok(table.some((line) => line.startsWith(`0,day,completed,evaluation.all,0,${final},`)));
  assert.ok(table.some((line) => line.startsWith("0,day,completed,calibration.all,")));

  const { body: page1 } = await api("get", "/v1/curricula", { query: "?limit=1&state=completed" });
  assert.equal(page1.curricula[0].id, params.curriculum);
  assert.equal((await api("get", `${ONE}/history`, { params, headers: { accept: "image/png" } })).status, 406);
  assert.equal((await api("get", `${ONE}/history`, { params, query: "?limit=10001" })).status, 422);
  const again = await api("post", `${ONE}/resume`, { params });
  assert.deepEqual([again.status, again.body.type], [409, "/problems/curriculum-not-resumable"]);
  assert.deepEqual((await api("post", `${ONE}/cancel`, { params })).body, info); // has ended, and stays as it is
  assert.equal((await api("delete", ONE, { params })).status, 204);
  assert.equal((await api("get", ONE, { params })).status, 404);
});

test("what does not fit is refused where it stands, and nothing is kept", async () => {
  await create("picky");
  const refused: [object, string][] = [
    [{ phases: [] }, "#/phases"],
    [{ phases: [{ name: "a", dataset: "nowhere" }] }, "#/phases/0/dataset"],
    [{ phases: [{ name: "a", dataset: "rows", batchSize: 0 }] }, "#/phases/0/batchSize"],
    [{ phases: [{ name: "a", dataset: "rows", color: 1 }] }, "#/phases/0/color"],
    [{ phases: [{ name: "a", dataset: "rows", mode: "inference" }] }, "#/phases/0/mode"],
    [{ phases: [{ name: "a", dataset: "rows", transform: [{ type: "shear" }] }] }, "#/phases/0/transform/0/type"],
    [{ phases: [{ name: "a", dataset: "rows", transform: [{ type: "blur" }] }] }, "#/phases/0/transform/0"],
    [{ phases: [{ name: "a", dataset: "rows", classes: ["eel"] }] }, "#/phases/0/classes/0"],
    [{ phases: [{ name: "a", dataset: "rows", evaluate: ["b"] }] }, "#/phases/0/evaluate/0"],
  ];
  for (const [body, pointer] of refused) {
    const answer = await begin("picky", body);
    assert.deepEqual([answer.status, answer.body.type], [422, "/problems/validation"], pointer);
    assert.equal(answer.body.errors[0].pointer, pointer, answer.text);
  }
  assert.deepEqual((await api("get", CURRICULA, { params: { brain: "picky" } })).body.curricula, []);
});

test("nothing is found where there is nothing", async () => {
  await create("lonely");
  const calls = [
    ["get", ONE],
    ["delete", ONE],
    ["post", `${ONE}/cancel`],
    ["post", `${ONE}/resume`],
    ["get", `${ONE}/history`],
    ["get", `${ONE}/summary`],
  ] as const;
  for (const [method, template] of calls) {
    for (const curriculum of [randomUUID(), "what", "%00"]) {
      const { status, body } = await api(method, template, { params: { brain: "lonely", curriculum } });
      assert.deepEqual([status, body.type], [404, "/problems/curriculum-not-found"], `${method} ${template}`);
    }
    const { body } = await api(method, template, { params: { brain: "nobody", curriculum: randomUUID() } });
    assert.equal(body.type, "/problems/brain-not-found");
  }
  assert.equal((await begin("nobody", SHORT)).status, 404);
  assert.equal((await api("get", CURRICULA, { params: { brain: "nobody" } })).status, 404);
});

test("one that is running is not removed, others wait, and too many are refused", async () => {
  const brain = await create("busy");
  const { params } = await begin("busy", LONG);
  await until(brain, params.curriculum, ({ state }) => state === "running");
  const { status, body } = await api("delete", ONE, { params });
  assert.deepEqual([status, body.type], [409, "/problems/curriculum-running"]);
  assert.equal((await api("post", `${ONE}/resume`, { params })).status, 202); // it is on its way already
  for (let waiting = 0; waiting < 100; waiting++) await call("POST", `${brain}/curricula`, SHORT);
  const refused = await begin("busy", SHORT);
  assert.deepEqual([refused.status, refused.body.type], [429, "/problems/overloaded"]);
  assert.ok(Number(refused.headers["retry-after"]) > 0);
  const { body: page } = await api("get", CURRICULA, { params: { brain: "busy" }, query: "?state=queued&limit=200" });
  assert.equal(page.curricula.length, 100);
  const { body: first } = await api("get", "/v1/curricula", { query: "?limit=60" });
  const { body: second } = await api("get", "/v1/curricula", { query: `?limit=60&cursor=${first.nextCursor}` });
  const ids = [...first.curricula, ...second.curricula].map(({ id }: { id: string }) => id);
  assert.deepEqual([ids.length, new Set(ids).size, ids.at(-1)], [101, 101, params.curriculum]);
  assert.equal((await api("get", "/v1/curricula", { query: "?cursor=abc" })).status, 422);
  await call("DELETE", brain); // and all of them with it
});

test("what waiting does not mend ends it, and it goes on where it was once that is mended", async () => {
  const brain = await create("frozen");
  const { params } = await begin("frozen", LONG);
  await until(brain, params.curriculum, ({ progress }) => progress.done > 3);
  await call("PUT", `${brain}/mode`, { mode: "inference" });
  const failed = await ended(brain, params.curriculum);
  assert.deepEqual([failed.state, failed.error?.code], ["failed", "brain-frozen"]);
  assert.equal(failed.phases[0]?.state, "failed");
  await call("PUT", `${brain}/mode`, { mode: "plastic" });
  const { body } = await api("post", `${ONE}/resume`, { params });
  assert.deepEqual([body.error, body.endedAt], [null, null]);
  await until(brain, params.curriculum, ({ progress }) => progress.done > failed.progress.done);
  const { body: cancelled } = await api("post", `${ONE}/cancel`, { params });
  assert.equal(cancelled.state, "cancelled");
  const { body: history } = await api("get", `${ONE}/history`, { params, query: "?limit=10000" });
  assert.equal(history.index.length, cancelled.progress.done);
  assert.ok(history.index.every((value: number, place: number) => value === place));
});

test("a phase is judged once it has consolidated, and the next one begins with what was found", async () => {
  await call("POST", `${server.url}/v1/brains`, { id: "judged", ...SMALL_TRIARCHIC_BRAIN });
  const brain = `${server.url}/v1/brains/judged`;
  const [inputs, labels] = [rows.map(({ input }) => input), rows.map(({ label }) => label)];
  const accuracy = async () =>
    (await call<{ accuracy: number }>("POST", `${brain}/evaluate`, { inputs, labels })).accuracy;
  const evaluations = [{ name: "all", dataset: "rows" }];
  const phase = { dataset: "rows", batchSize: 4, consolidate: true };
  const found: { initial: number; final: number }[] = [];
  for (const name of ["one", "two"]) {
    const { params } = await begin("judged", { phases: [{ ...phase, name }], evaluations });
    found.push((await ended(brain, params.curriculum)).phases[0]!.summary["evaluation.all"]!);
    assert.equal(found.at(-1)!.final, await accuracy());
  }
  assert.equal(found[1]!.initial, found[0]!.final);
  const twice = [
    { ...phase, name: "one" },
    { ...phase, name: "two" },
  ];
  const { params } = await begin("judged", { phases: twice, evaluations });
  const [one, two] = (await ended(brain, params.curriculum)).phases;
  assert.equal(two!.summary["evaluation.all"]!.initial, one!.summary["evaluation.all"]!.final);
});

test("a brain has its own mode again at the end, unless somebody has set another one meanwhile", async () => {
  const brain = await create("moody");
  const panic = { phases: [{ name: "one", dataset: "many", batchSize: 1, mode: "panic" }] };
  for (const [set, wanted] of [
    [null, "plastic"],
    ["plastic", "plastic"],
  ] as const) {
    const { params } = await begin("moody", panic);
    await until(brain, params.curriculum, ({ progress }) => progress.done > 0);
    assert.equal((await call<{ mode: string }>("GET", brain)).mode, "panic");
    if (set !== null) await call("PUT", `${brain}/mode`, { mode: set });
    await api("post", `${ONE}/cancel`, { params });
    assert.equal((await call<{ mode: string }>("GET", brain)).mode, wanted);
  }
  await call("PUT", `${brain}/mode`, { mode: "inference" });
  const { params } = await begin("moody", { phases: [{ ...SHORT.phases[0], mode: "plastic" }] });
  assert.equal((await ended(brain, params.curriculum)).state, "completed");
  assert.equal((await call<{ mode: string }>("GET", brain)).mode, "inference");
});

test("a stream of the topic curricula hears each beginning and the end, and one of events nothing of it", async () => {
  const brain = await create("told");
  const [told, untold] = await Promise.all([
    StreamClient.open(brain, { subscribe: { type: "subscribe", topics: ["curricula"] } }),
    StreamClient.open(brain, { subscribe: { type: "subscribe", topics: ["events"] } }),
  ]);
  const { params } = await begin("told", { name: "Told", phases: [...SHORT.phases, { name: "two", dataset: "rows" }] });
  await ended(brain, params.curriculum);
  await told.until(() => told.feed.some(({ state }) => state === "completed"));
  const end = told.feed.at(-1)!;
  assert.deepEqual(
    [end.type, end.curriculum, end.name, end.done, end.total],
    ["curriculum", params.curriculum, "Told", 8, 8],
  );
  const phases = new Set(told.feed.map(({ phaseName }) => phaseName));
  assert.deepEqual([...phases], [null, "one", "two"]);
  await untold.until(() => untold.feed.some(({ seq }) => seq === end.seq));
  assert.ok(untold.feed.every(({ type }) => type !== "curriculum"));
  for (const stream of [told, untold]) stream.socket.close();
});
