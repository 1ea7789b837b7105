// Datasets: uploaded by the page, looked at, deleted.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Page } from "playwright-core";
import { browserTests, shows, told } from "../support/browser.ts";
import { call } from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server?.close());
const inBrowser = browserTests();

const chosen = (name: string, text: string | Buffer) => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.from(text),
});

async function openDialog(page: Page) {
  await page.getByRole("button", { name: "Upload a dataset" }).click();
  return page.getByRole("dialog", { name: "Upload a dataset" });
}

inBrowser("a CSV file is uploaded: what is wrong is told with its line, then it is there", async ({ open }) => {
  const page = await open(`${server.url}/#/datasets`, { mayLog: /422/ });
  await page.getByRole("heading", { name: "No dataset yet" }).waitFor();
  const dialog = await openDialog(page);
  const files = dialog.locator("input[type=file]");
  const rows = Array.from({ length: 70 }, (_, row) => `${row / 10},${row % 7},${row % 2 === 0 ? "cat" : "dog"}`);
  await files.setInputFiles(chosen("My Pets.csv", `weight,height,kind\n1,2,cat\n1,heavy,dog\n`));
  assert.equal(await dialog.getByLabel("Id").inputValue(), "my-pets");
  await dialog.getByLabel("Column of classes").selectOption("kind");
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await dialog
    .getByRole("alert")
    .filter({ hasText: /line 3/ })
    .waitFor();

  await dialog.getByRole("button", { name: "Choose other files" }).click();
  await files.setInputFiles(chosen("My Pets.csv", `weight,height,kind\n${rows.join("\n")}\n`));
  await dialog.getByLabel("Name (optional)").fill("Pets of the street");
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await told(page, "my-pets is there, with 70 samples.");
  await page.getByRole("heading", { name: "Pets of the street", level: 1 }).waitFor();
  await shows(page, "Classes", "2");
  await page.getByText("1 to 60 of 70 samples").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("61 to 70 of 70 samples").waitFor();
  await page.getByRole("button", { name: "dog 35" }).click();
  await page.getByText("1 to 35 of 35 samples").waitFor();
  const samples = page.getByRole("region", { name: "Samples of dog" }).getByRole("listitem");
  await samples.nth(34).waitFor();
  const labels = await samples.allInnerTexts();
  assert.equal(labels.length, 35);
  assert.ok(labels.every((text) => text.includes("dog")));
});

/** @param shape of the samples; none of labels */
function idx(shape: readonly number[], bytes: readonly number[], count: number): Buffer {
  const dimensions = [count, ...shape];
  const head = Buffer.alloc(4 + 4 * dimensions.length);
  head.set([0, 0, 8, dimensions.length]);
  for (const [place, size] of dimensions.entries()) head.writeUInt32BE(size, 4 + 4 * place);
  return Buffer.concat([head, Buffer.from(bytes)]);
}

inBrowser("two IDX files are dropped on the page, shown as pictures, and deleted", async ({ open }) => {
  const page = await open(`${server.url}/#/datasets`);
  const pixels = Array.from({ length: 3 * 64 }, (_, place) => (place * 5) % 256);
  const files = [
    { name: "shapes-labels-idx1-ubyte", bytes: [...idx([], [1, 0, 1], 3)] },
    { name: "shapes-images-idx3-ubyte", bytes: [...idx([8, 8], pixels, 3)] },
  ];
  const dropped = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    for (const { name, bytes } of ${JSON.stringify(files)}) transfer.items.add(new File([new Uint8Array(bytes)], name));
    return transfer;
  })()`);
  await page.getByRole("main").dispatchEvent("drop", { dataTransfer: dropped });
  const dialog = page.getByRole("dialog", { name: "Upload a dataset" });
  assert.equal(await dialog.getByLabel("Id").inputValue(), "shapes");
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await page.getByRole("heading", { name: "shapes", level: 1 }).waitFor();
  await page
    .getByRole("img", { name: /^Sample/ })
    .nth(2)
    .waitFor();

  await page.getByRole("link", { name: "All datasets" }).click();
  await page.getByRole("button", { name: "Delete shapes" }).click();
  await page.getByRole("dialog", { name: "Delete shapes?" }).getByRole("button", { name: "Delete" }).click();
  await told(page, "shapes is deleted.");
  await page.getByRole("link", { name: "shapes" }).waitFor({ state: "detached" });
  await assert.rejects(call("GET", `${server.url}/v1/datasets/shapes`), { status: 404 });
});
