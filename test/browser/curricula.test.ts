// Curricula: made by the form, watched, ended, gone on with, used again.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { browserTests, shows, told } from "../support/browser.ts";
import { call, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const LABELS = ["cat", "dog", "owl"];
const ROWS = 120;

let server: TestServer;
before(async () => {
  server = await startTestServer();
  const rows = Array.from({ length: ROWS }, (_, row) => `${inputOf(row).join()},${LABELS[row % LABELS.length]}`);
  const put = { method: "PUT", headers: { "content-type": "text/csv" }, body: rows.join("\n") };
  assert.equal((await fetch(`${server.url}/v1/datasets/animals`, put)).status, 201);
  for (const id of ["taught", "busy"]) await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
});
after(() => server?.close());
const inBrowser = browserTests();

type List = { readonly curricula: readonly { readonly state: string; readonly plan: { readonly phases: object[] } }[] };

const curriculaOf = (brain: string): Promise<List> => call<List>("GET", `${server.url}/v1/brains/${brain}/curricula`);

inBrowser("a curriculum is filled in, corrected, started, watched to its end, and used again", async ({ open }) => {
  const page = await open(`${server.url}/#/brains/taught/curricula`, { mayLog: /422/ });
  await page.getByRole("link", { name: "New curriculum" }).click();
  const part = (name: string) => page.getByRole("listitem", { name, exact: true });
  await part("Phase 1").getByLabel("Dataset").selectOption("animals");
  await part("Phase 1").getByText("120 samples, 4 steps").waitFor();
  await part("Phase 1").getByRole("button", { name: "owl", exact: true }).click();
  await part("Phase 1").getByLabel("Name of phase 1").fill("two of them");
  await page.getByRole("button", { name: "Duplicate two of them" }).click();
  await part("Phase 2").getByRole("button", { name: "Classes: all" }).click();
  await part("Phase 2").getByLabel("Add a transform").selectOption("noise");
  await part("Phase 2").getByLabel("Batch size").fill("0");
  await page.getByRole("button", { name: "Move two of them 2 up" }).click();
  await page.getByRole("button", { name: "Add an evaluation set" }).click();
  await page.getByText("2 phases", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Start" }).click();
  const wrong = part("Phase 1").getByRole("textbox", { name: "Batch size", description: /1/ });
  await wrong.waitFor();
  assert.equal(await wrong.getAttribute("aria-invalid"), "true");
  assert.equal((await curriculaOf("taught")).curricula.length, 0);

  await wrong.fill("8");
  const request = JSON.parse((await page.getByRole("region", { name: "The request as JSON" }).textContent()) ?? "");
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("region", { name: "two of them 2, two of them" }).getByText("completed").waitFor();
  await shows(page, "Done", "100.0 %");
  const [made] = (await curriculaOf("taught")).curricula;
  // Both have the keys of what was sent, with its values.
  assert.deepEqual(
    made?.plan.phases.map((phase, place) => ({ ...phase, ...request.phases[place] })),
    made?.plan.phases,
  );
  await page.getByRole("application", { name: /^Evaluation sets: Test/ }).waitFor();
  const rows = page.getByRole("row").filter({ hasText: /^Accuracy while learning/ });
  assert.equal(await rows.count(), 2);
  await page.getByText("Table of Accuracy while learning").click();
  await page
    .getByRole("cell", { name: /at step 0$/ })
    .first()
    .waitFor();

  await page.getByRole("link", { name: "Use again" }).click();
  assert.equal(await part("Phase 1").getByLabel("Batch size").inputValue(), "8");
  assert.equal(await part("Phase 2").getByLabel("Name of phase 2").inputValue(), "two of them");
});

inBrowser(
  "a curriculum that runs is told in the brain's head, live; it is cancelled, gone on with, deleted",
  async ({ open }) => {
    const page = await open(`${server.url}/#/brains/busy`);
    await told(page, "Live");
    const phases = [{ name: "long", dataset: "animals", epochs: 50_000, batchSize: 4 }];
    await call("POST", `${server.url}/v1/brains/busy/curricula`, { name: "Without end", phases });
    await page.getByRole("link", { name: /^Training: phase 1 of 1/ }).click();
    const card = page.getByRole("region", { name: "Without end" });
    await card.getByText("running").waitFor();
    await page.getByRole("application", { name: /^Accuracy while learning/ }).waitFor();
    await card.getByRole("button", { name: "Cancel" }).click();
    await card.getByText("cancelled").waitFor();
    await page.getByRole("link", { name: /^Training:/ }).waitFor({ state: "detached" });
    await card.getByRole("button", { name: "Resume" }).click();
    await card.getByText("running").waitFor();
    await card.getByRole("button", { name: "Cancel" }).click();
    await card.getByRole("button", { name: "Delete this curriculum" }).click();
    const asked = page.getByRole("dialog", { name: "Delete this curriculum?" });
    await asked.getByRole("button", { name: "Delete" }).click();
    await page.getByText("This brain has had no curriculum yet").waitFor();
    assert.deepEqual((await curriculaOf("busy")).curricula, []);
  },
);
