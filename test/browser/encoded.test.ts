// Brains that take images and texts, on the page: what was posted is shown as it is, and what is asked is what the API is asked.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before } from "node:test";
import sharp from "sharp";
import { browserTests } from "../support/browser.ts";
import { type BrainAnswer, call } from "../support/client.ts";
import { newEncodersDir } from "../support/encoders.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const SMALL = { hiddenDim: 64, winners: 8, layers: 2, memorySize: 100, neighbors: 1 };

let encoders: string | undefined;
let server: TestServer;
before(async () => {
  encoders = await newEncodersDir();
  server = await startTestServer({ ENGRAM_ENCODERS_DIR: encoders });
});
after(async () => {
  await server?.close();
  if (encoders !== undefined) await rm(encoders, { recursive: true, force: true });
});
const inBrowser = browserTests();

const urlOf = (brain: string): string => `${server.url}/v1/brains/${brain}`;

inBrowser("a brain that takes texts is created on the page and traces what one writes", async ({ open }) => {
  const page = await open(`${server.url}/#/brains`);
  await page.getByRole("button", { name: "Create a brain" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Id" }).fill("mail");
  await dialog.getByLabel("Takes").selectOption("sentences");
  await dialog.getByRole("textbox", { name: "Neurons" }).fill("64");
  await dialog.getByRole("textbox", { name: "Winners" }).fill("8");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("texts by sentences").waitFor();
  const { config } = await call<BrainAnswer & { config: { inputDim: number } }>("GET", urlOf("mail"));
  assert.equal(config.inputDim, 512);

  const texts = ["Win free money now", "See you at lunch tomorrow"];
  await call("POST", `${urlOf("mail")}/learn`, { texts, labels: ["spam", "ham"] });
  await page.getByRole("link", { name: "Trace an input" }).click();
  await page.getByRole("textbox", { name: "Text" }).fill("Get cash prizes for free");
  await page.getByRole("region", { name: "Through the layers" }).waitFor();
  await page.getByRole("region", { name: "Prediction" }).getByText("spam").first().waitFor();
});

inBrowser("an image is shown as it was posted, with what the brain makes of it", async ({ open }) => {
  const plain = (background: string): Promise<Buffer> =>
    sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .png()
      .toBuffer();
  await call("POST", `${server.url}/v1/brains`, {
    id: "colours",
    kind: "plastic",
    config: { ...SMALL, encoder: "mobilenet" },
  });
  const images = await Promise.all(["#d22", "#22d"].map(async (colour) => (await plain(colour)).toString("base64")));
  await call("POST", `${urlOf("colours")}/learn`, { images, labels: ["red", "blue"] });
  const page = await open(`${server.url}/#/brains/colours/trace`, { mayLog: /status of 422/ });
  await page.getByText("No input yet").waitFor();
  const chooser = page.locator("input[type=file]");
  await chooser.setInputFiles({ name: "navy.png", mimeType: "image/png", buffer: await plain("#22d") });
  await page.getByRole("img", { name: "As it was posted" }).waitFor();
  await page.getByText("navy.png").waitFor();
  await page.getByRole("region", { name: "Prediction" }).getByText("blue").first().waitFor();
  await chooser.setInputFiles({ name: "no.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await page.getByRole("alert").getByText("is no PNG, JPEG or WebP image").waitFor();
});
