// A brain's page: its numbers move while it learns, and it does what the buttons say.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Page } from "playwright-core";
import { browserTests, shows, told } from "../support/browser.ts";
import { type BrainAnswer, type CheckpointAnswer, call, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server?.close());
const inBrowser = browserTests();

const urlOf = (brain: string): string => `${server.url}/v1/brains/${brain}`;
const brainOf = (brain: string) => call<BrainAnswer>("GET", urlOf(brain));

/** Creates a brain that was taught something. */
async function newBrain(id: string): Promise<void> {
  await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
  await teach(id, 0, 4);
}

const teach = (id: string, first: number, count: number): Promise<unknown> => {
  const indices = Array.from({ length: count }, (_, index) => first + index);
  const body = { inputs: indices.map(inputOf), labels: indices.map((index) => `class-${index % 3}`) };
  return call("POST", `${urlOf(id)}/learn`, body);
};

const modeOn = (page: Page, mode: string) => page.getByRole("radio", { name: mode, checked: true }).waitFor();

inBrowser("a brain's charts and figures move while it learns", async ({ open }) => {
  await newBrain("moving");
  const page = await open(`${server.url}/#/brains/moving`);
  await shows(page, "Samples taught", "4");
  await page.getByRole("application", { name: /^Memory fill/ }).waitFor();
  const fill = page.getByRole("listitem").filter({ hasText: /^Fill/ });
  await fill.filter({ hasText: "1.0 %" }).waitFor();
  await teach("moving", 10, 40);
  await shows(page, "Samples taught", "44");
  await fill.filter({ hasText: "11.0 %" }).waitFor();
  await page.getByText("Table of Memory fill").click();
  const row = page.getByRole("row").filter({ hasText: /^Fill/ });
  await row.getByRole("cell", { name: "11.0 %", exact: true }).waitFor();
});

inBrowser("a mode is switched by button, and shown when somebody else switches it", async ({ open }) => {
  await newBrain("switched");
  const page = await open(`${server.url}/#/brains/switched`);
  await modeOn(page, "plastic");
  const answered = page.waitForResponse((response) => response.url().endsWith("/switched/mode"));
  await page.getByRole("radio", { name: "panic" }).check();
  await answered;
  assert.equal((await brainOf("switched")).mode, "panic");
  await call("PUT", `${urlOf("switched")}/mode`, { mode: "inference" });
  await modeOn(page, "inference");
});

inBrowser("a brain is consolidated, and a checkpoint made, by button", async ({ open }) => {
  await newBrain("kept");
  const page = await open(`${server.url}/#/brains/kept`);
  await page.getByRole("button", { name: "Consolidate" }).click();
  const asked = page.getByRole("dialog", { name: "Consolidate?" });
  await asked.getByRole("button", { name: "Consolidate" }).click();
  await told(page, /neurons? matured/);
  const { layers } = await call<{ layers: { mature: number }[] }>("GET", `${urlOf("kept")}/layers`);
  assert.ok(layers.some(({ mature }) => mature > 0));
  assert.equal((await brainOf("kept")).seq, 2);

  await page.getByRole("button", { name: "Checkpoint", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Make a checkpoint" });
  await dialog.getByLabel("Name (optional)").fill("before the storm");
  await dialog.getByRole("button", { name: "Make it" }).click();
  await told(page, "The state of seq 2 is kept.");
  type Named = CheckpointAnswer & { readonly name: string | null };
  const { checkpoints } = await call<{ checkpoints: Named[] }>("GET", `${urlOf("kept")}/checkpoints`);
  assert.deepEqual(
    checkpoints.filter(({ name }) => name === "before the storm").map(({ seq }) => seq),
    [2],
  );
});

inBrowser("a state is gone back to by button, from a checkpoint and from any change", async ({ open }) => {
  await newBrain("back");
  await call("POST", `${urlOf("back")}/checkpoints`, { name: "young" });
  await teach("back", 10, 4);
  await call("PUT", `${urlOf("back")}/mode`, { mode: "panic" });
  const page = await open(`${server.url}/#/brains/back/checkpoints`);
  const goBack = (seq: number) =>
    page.getByRole("dialog", { name: `Go back to seq ${seq}?` }).getByRole("button", { name: "Go back" });
  const checkpoint = page.getByRole("row").filter({ hasText: "young" });
  await checkpoint.getByRole("button", { name: /Go back/ }).click();
  await goBack(1).click();
  await modeOn(page, "plastic");
  const { seq, step, mode } = await brainOf("back");
  assert.deepEqual({ seq, step, mode }, { seq: 4, step: 1, mode: "plastic" });
  await page.getByRole("button", { name: "Go back to before change 4" }).click();
  await goBack(3).click();
  await modeOn(page, "panic");
  assert.equal((await brainOf("back")).step, 2);
});

inBrowser("a brain is deleted once its id was typed", async ({ open }) => {
  await newBrain("gone");
  const page = await open(`${server.url}/#/brains/gone`, { mayLog: /404/ });
  await page.getByRole("button", { name: "More to do" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete gone?" });
  assert.equal(await dialog.getByRole("button", { name: "Delete for good" }).isDisabled(), true);
  await dialog.getByLabel("Type gone to confirm").fill("gone");
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await told(page, "gone is deleted.");
  await assert.rejects(brainOf("gone"), { status: 404 });
});

inBrowser("a page that is kept open holds no more after thousands of changes", async ({ open }) => {
  await newBrain("busy");
  const page = await open(`${server.url}/#/brains/busy`);
  const session = await page.context().newCDPSession(page);
  let taught = 4;
  const change = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      if (round % 10 === 0) await call("PUT", `${urlOf("busy")}/mode`, { mode: round % 8 === 0 ? "panic" : "plastic" });
      await Promise.all(Array.from({ length: 10 }, (_, index) => teach("busy", 10 * (round % 20) + index, 1)));
    }
    taught += 10 * rounds;
    await shows(page, "Samples taught", taught.toLocaleString("en"));
  };
  const held = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return { bytes: usedSize, nodes: await page.evaluate<number>("document.querySelectorAll('*').length") };
  };
  await change(40);
  const before = await held();
  await change(160);
  const after = await held();
  // The list of events shows twelve at most, and may fill up meanwhile.
  assert.ok(after.nodes <= before.nodes + 100, `${before.nodes} elements became ${after.nodes}`);
  assert.ok(after.bytes <= before.bytes + 8e5, `${before.bytes} bytes became ${after.bytes}`);
});
