// A brain that ends every host that computes it: it is put aside, the others live on, and its owner has ways out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import pg from "pg";
import { encodeEvent } from "../../src/brain/events.ts";
import { type BrainAnswer, call, digestOf, inputOf, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { newSite } from "../support/databases.ts";
import { LogLines } from "../support/log-lines.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { StreamClient } from "../support/stream.ts";

const lesson = (index: number) => ({ inputs: [inputOf(index)], labels: [`class-${index % 9}`] });

/** An event that no server would log, though it can be read: there is no such layer. A host that applies it ends. */
const LETHAL = Buffer.from(encodeEvent({ type: "layerTuned", index: 7, settings: { isFrozen: true } }));
const LETHAL_SEQ = 8;

async function writeEvent(database: pg.Client, brain: string, seq: number, payload: Uint8Array): Promise<void> {
  const { rowCount } = await database.query(
    "UPDATE event SET payload = $3, crc32 = $4 WHERE seq = $2 AND brain_uid = (SELECT uid FROM brain WHERE id = $1)",
    [brain, seq, payload, crc32(payload)],
  );
  assert.equal(rowCount, 1);
}

async function readEvent(database: pg.Client, brain: string, seq: number): Promise<Buffer> {
  const { rows } = await database.query<{ payload: Buffer }>(
    "SELECT payload FROM event WHERE seq = $2 AND brain_uid = (SELECT uid FROM brain WHERE id = $1)",
    [brain, seq],
  );
  return rows[0]!.payload;
}

test("a brain whose replay ends its hosts is quarantined; those that share the host answer every call; it can be restored, tried again and deleted", async () => {
  const { options, dispose } = await newSite("postgres");
  const database = new pg.Client({ connectionString: options.url });
  await database.connect();
  const log = new LogLines();
  const environment = { DATABASE_URL: options.url!, ENGRAM_LOG_LEVEL: "info", ENGRAM_HOSTS: "1" };
  let server: TestServer = await startTestServer(environment, log.destination);
  try {
    const urlOf = (name: string): string => `${server.url}/v1/brains/${name}`;
    for (const id of ["sick", "well", "twin"]) {
      await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
      for (let index = 0; index < 10; index++) await call("POST", `${urlOf(id)}/learn`, lesson(index));
    }
    const healthy = await readEvent(database, "sick", LETHAL_SEQ);
    await writeEvent(database, "sick", LETHAL_SEQ, LETHAL);
    const stream = await StreamClient.open(urlOf("sick"), { subscribe: {} });

    let isOver = false;
    let answered = 0;
    const live = async (): Promise<void> => {
      for (let index = 10; !isOver; index++) {
        const { seq } = await call<Stamp>("POST", `${urlOf("well")}/learn`, lesson(index));
        assert.equal(seq, index + 1);
        await call("POST", `${urlOf("well")}/predict`, { inputs: [inputOf(index)] });
        answered++;
        await sleep(5);
      }
    };
    const living = live();
    living.catch(() => {}); // its failure is told below, unless something failed before
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    const predict = () => call("POST", `${urlOf("sick")}/predict`, { inputs: [inputOf(1)] });
    await assert.rejects(predict(), {
      status: 500,
      message: /brain-quarantined.*event 8 has ended 3 compute processes/,
    });
    assert.equal(log.of("host ended").length, 4, "one kill, three deaths");
    await assert.rejects(call("POST", `${urlOf("sick")}/learn`, lesson(10)), {
      status: 500,
      message: /brain-quarantined/,
    });
    await assert.rejects(call("POST", `${urlOf("sick")}/fork`, { id: "no", seq: 9 }), { message: /brain-quarantined/ });
    const before = answered;
    while (answered < before + 5) await sleep(20);
    isOver = true;
    await living;
    assert.equal(log.of("host ended").length, 4, "nobody tries it again");
    assert.equal(log.of("brain quarantined")[0]?.brain, "sick");
    assert.deepEqual(
      stream.feed.map(({ type, event }) => [type, event]),
      [["quarantined", LETHAL_SEQ]],
    );
    await stream.close();

    const { seq: kept, status } = await call<BrainAnswer>("GET", urlOf("sick"));
    assert.deepEqual([kept, status], [10, "quarantined"]);
    assert.equal((await call<Stamp>("GET", `${urlOf("sick")}/history`)).seq, 10);
    const restored = await call<Stamp>("POST", `${urlOf("sick")}/restore`, { seq: LETHAL_SEQ - 1 });
    assert.equal(restored.seq, 11);
    assert.equal((await call<Stamp>("POST", `${urlOf("sick")}/learn`, lesson(7))).seq, 12);
    await call("POST", `${urlOf("twin")}/restore`, { seq: LETHAL_SEQ - 1 });
    await call("POST", `${urlOf("twin")}/learn`, lesson(7));
    assert.equal(await digestOf(urlOf("sick")), await digestOf(urlOf("twin")));

    // A brain that is tried again: in vain while nothing is mended, also by a restart of the server.
    await call("POST", `${server.url}/v1/brains`, { id: "mended", ...SMALL_BRAIN });
    for (let index = 0; index < 10; index++) await call("POST", `${urlOf("mended")}/learn`, lesson(index));
    const good = await readEvent(database, "mended", LETHAL_SEQ);
    assert.deepEqual(good, healthy);
    await writeEvent(database, "mended", LETHAL_SEQ, LETHAL);
    await database.query("DELETE FROM checkpoint WHERE brain_uid = (SELECT uid FROM brain WHERE id = 'mended')");
    const learn = () => call<Stamp>("POST", `${urlOf("mended")}/learn`, lesson(10));
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    await assert.rejects(learn(), { message: /brain-quarantined|change-kept/ });
    await call("DELETE", `${urlOf("mended")}/quarantine`);
    await assert.rejects(learn(), { message: /brain-quarantined|change-kept/ });
    await server.close();
    server = await startTestServer(environment, log.destination);
    const deaths = log.of("host ended").length;
    await assert.rejects(call("POST", `${urlOf("mended")}/predict`, { inputs: [inputOf(1)] }), {
      message: /brain-quarantined/,
    });
    assert.equal(log.of("host ended").length, deaths + 3, "a restart tries again");
    await writeEvent(database, "mended", LETHAL_SEQ, good);
    await call("DELETE", `${urlOf("mended")}/quarantine`);
    const { seq } = await call<BrainAnswer>("GET", urlOf("mended"));
    assert.equal((await learn()).seq, seq + 1);

    await writeEvent(database, "mended", LETHAL_SEQ, LETHAL);
    process.kill(server.hosts.hosts[0]!.pid!, "SIGKILL");
    await assert.rejects(learn(), { message: /brain-quarantined|change-kept/ });
    await call("DELETE", urlOf("mended"));
    await assert.rejects(call("GET", urlOf("mended")), { status: 404 });
    assert.ok((await call<Stamp>("POST", `${urlOf("well")}/learn`, lesson(0))).seq > 10);
  } finally {
    await server.close();
    await database.end();
    await dispose();
  }
});
