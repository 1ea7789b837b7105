// Every view, held against the rules of axe-core (WCAG 2.2 A and AA, and best practices), in light and dark.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { setTimeout } from "node:timers/promises";
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { browserTests, told } from "../support/browser.ts";
import { call, inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { draw, THREE } from "../support/drawing.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let curriculum: string;
before(async () => {
  server = await startTestServer();
  const brains = `${server.url}/v1/brains`;
  await call("POST", brains, { id: "plastic", ...SMALL_BRAIN, name: "A plastic one", tags: { team: "vision" } });
  await call("POST", brains, { id: "triarchic", ...SMALL_TRIARCHIC_BRAIN });
  await call("POST", brains, {
    id: "pictures",
    kind: "plastic",
    config: { inputDim: 400, hiddenDim: 64, winners: 8, layers: 1, memorySize: 100, neighbors: 3, holdout: 2, seed: 1 },
  });
  for (const [id, size] of [
    ["plastic", 8],
    ["triarchic", 8],
    ["pictures", 400],
  ] as const) {
    const inputs = Array.from({ length: 12 }, (_, index) => [...inputOf(index), ...new Array(size - 8).fill(0)]);
    await call("POST", `${brains}/${id}/learn`, { inputs, labels: inputs.map((_, index) => `${index % 3}`) });
    await call("POST", `${brains}/${id}/consolidate`);
    await call("POST", `${brains}/${id}/checkpoints`, { name: "kept" });
  }
  await uploadDatasets();
  curriculum = await runCurriculum();
});
after(() => server?.close());

async function uploadDatasets(): Promise<void> {
  const put = (id: string, query: string, text: string) =>
    fetch(`${server.url}/v1/datasets/${id}${query}`, {
      method: "PUT",
      headers: { "content-type": "text/csv" },
      body: text,
    });
  const numbers = (count: number, row: number) =>
    Array.from({ length: count }, (_, place) => ((place + row) % 10) / 10);
  const rows = (count: number) => [1, 2, 3].map((row) => `${numbers(count, row).join()},class ${row}`).join("\n");
  await put("pixels", "?shape=20x20x1&name=Pictures", rows(400));
  await put("words", "?textColumn=1", "hello there,greeting\ngood bye,farewell\n");
}

/** @returns its id, once it has ended */
async function runCurriculum(): Promise<string> {
  const curricula = `${server.url}/v1/brains/pictures/curricula`;
  const phases = ["early", "late"].map((name) => ({ name, dataset: "pixels", epochs: 3, batchSize: 2 }));
  const evaluations = [{ name: "seen", dataset: "pixels" }];
  const { id } = await call<{ id: string }>("POST", curricula, { phases, evaluations });
  for (;;) {
    const { state } = await call<{ state: string }>("GET", `${curricula}/${id}`);
    if (state === "completed") return id;
    assert.ok(state === "queued" || state === "running", state);
    await setTimeout(50);
  }
}

const inBrowser = browserTests();

const heading = (page: Page, name: string): Promise<void> => page.getByRole("heading", { name, level: 1 }).waitFor();
/** Resolves once everything that is read has been. */
const loaded = (page: Page): Promise<unknown> => page.waitForLoadState("networkidle");

/** Each view, brought to where there is something to see. */
const VIEWS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  "": (page) => page.getByRole("link", { name: "A plastic one" }).waitFor(),
  "brains/plastic": (page) => page.getByRole("application", { name: /^Accuracy/ }).waitFor(),
  "brains/triarchic": (page) => page.getByRole("application", { name: /^Energies/ }).waitFor(),
  "brains/plastic/classes": (page) => heading(page, "A plastic one"),
  "brains/plastic/layers": (page) => heading(page, "A plastic one"),
  "brains/triarchic/layers": (page) => heading(page, "triarchic"),
  "brains/plastic/trace": (page) => heading(page, "A plastic one"),
  "brains/pictures/trace": (page) => heading(page, "pictures"),
  "brains/plastic/checkpoints": (page) => heading(page, "A plastic one"),
  datasets: (page) => page.getByRole("link", { name: "Pictures" }).waitFor(),
  "datasets/pixels": (page) =>
    page
      .getByRole("img", { name: /^Sample/ })
      .first()
      .waitFor(),
  "datasets/words": (page) => page.getByText("good bye").waitFor(),
  "brains/pictures/curricula": (page) => page.getByText("completed").waitFor(),
  "brains/pictures/curricula/CURRICULUM": (page) =>
    page.getByRole("application", { name: /^Evaluation sets/ }).waitFor(),
  "brains/pictures/curricula/new/CURRICULUM": (page) => page.getByRole("button", { name: "Start" }).waitFor(),
  "draw/pictures": async (page) => {
    await draw(page, THREE);
    await told(page, /It says/);
    await page.getByRole("button", { name: "It is 3", exact: true }).click();
    await told(page, "3");
  },
  nowhere: (page) => page.getByText("There is no such page").waitFor(),
};

/** @returns what is wrong with the page as it is, a line each */
async function violationsOf(page: Page): Promise<string[]> {
  // As the browser's own console would, and not as a script of the page, which its policy forbids.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary?.replaceAll("\n", " ")}`),
  );
}

for (const colorScheme of ["light", "dark"] as const) {
  inBrowser(`no view has anything that axe-core finds wrong (${colorScheme})`, async ({ open }) => {
    const page = await open(server.url, { colorScheme, viewport: { width: 1440, height: 900 } });
    const wrong: string[] = [];
    for (const [address, arrive] of Object.entries(VIEWS)) {
      await page.goto(`${server.url}/#/${address.replace("CURRICULUM", curriculum)}`);
      await arrive(page);
      await loaded(page);
      wrong.push(...(await violationsOf(page)).map((line) => `${address}: ${line}`));
    }
    assert.deepEqual(wrong, []);
  });
}

inBrowser("nor has a dialog, a menu or a phone's page", async ({ open }) => {
  const page = await open(`${server.url}/#/brains`, { viewport: { width: 390, height: 844 } });
  await page.getByRole("button", { name: "Create a brain" }).click();
  await page.getByRole("dialog").waitFor();
  assert.deepEqual(await violationsOf(page), []);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("link", { name: "A plastic one" }).click();
  await page.getByRole("button", { name: "More to do" }).click();
  await page.getByRole("menu").waitFor();
  assert.deepEqual(await violationsOf(page), []);
  await page.goto(`${server.url}/#/datasets`);
  await page.getByRole("button", { name: "Upload a dataset" }).click();
  const file = { name: "pets.csv", mimeType: "text/csv", buffer: Buffer.from("weight,label\n1,cat\n") };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByLabel("Column of classes").waitFor();
  assert.deepEqual(await violationsOf(page), []);
});
