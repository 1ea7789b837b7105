// The list of brains: live, and the way to new ones.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { browserTests, shows, tabTo, told } from "../support/browser.ts";
import { type BrainAnswer, call, inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server?.close());
const inBrowser = browserTests();

type BrainList = { readonly brains: readonly { readonly id: string }[] };

const brains = (): string => `${server.url}/v1/brains`;

inBrowser("a server without brains says what one is, and how to make one", async ({ open }) => {
  const page = await open(server.url);
  await page.getByRole("heading", { name: "No brain yet" }).waitFor();
  await page.getByText(`curl -s ${brains()}`).waitFor();
});

inBrowser(
  "brains that are created appear in the list, those that are deleted go, without a reload",
  async ({ open }) => {
    const page = await open(server.url, { mayLog: /404.*\/brains\/(first|second)\b/ });
    await told(page, "Live");
    await call("POST", brains(), { id: "first", ...SMALL_BRAIN });
    await call("POST", brains(), { id: "second", ...SMALL_TRIARCHIC_BRAIN });
    const second = page.getByRole("row").filter({ has: page.getByRole("link", { name: "second" }) });
    await second.getByText("triarchic").waitFor();
    const first = page.getByRole("row").filter({ has: page.getByRole("link", { name: "first" }) });
    // What is asked of a brain that is gone meanwhile, the browser tells of.
    await first.getByRole("cell", { name: "0", exact: true }).waitFor();
    await call("POST", `${brains()}/second/learn`, { inputs: [inputOf(1), inputOf(2)], labels: ["a", "b"] });
    await second.getByRole("cell", { name: "2", exact: true }).waitFor();
    await call("PUT", `${brains()}/second/mode`, { mode: "panic" });
    await second.getByText("panic").waitFor();
    await call("DELETE", `${brains()}/first`);
    await first.waitFor({ state: "detached" });
    await call("DELETE", `${brains()}/second`);
    await page.getByRole("heading", { name: "No brain yet" }).waitFor();
  },
);

inBrowser("a brain is created by the dialog, and what is wrong is told at its field", async ({ open }) => {
  const page = await open(server.url, { mayLog: /422/ });
  await page.getByRole("button", { name: "Create a brain" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create a brain" });
  await dialog.getByRole("button", { name: "Defaults" }).click();
  await dialog.getByLabel("Id").fill("by hand");
  await dialog.getByLabel("Input size").fill("6");
  await dialog.getByLabel("Winners").fill("-3");
  await dialog.getByRole("button", { name: "Create" }).click();
  const wrong = (name: string, text: RegExp) => dialog.getByRole("textbox", { name, description: text }).waitFor();
  await wrong("Id", /must be 1 to 63 characters/);
  assert.equal(await dialog.getByLabel("Input size").getAttribute("aria-invalid"), "false");
  assert.equal((await call<BrainList>("GET", brains())).brains.length, 0);

  await dialog.getByLabel("Id").fill("by-hand");
  await page.keyboard.press("Enter");
  await wrong("Winners", /-3/);
  await dialog.getByLabel("Winners").fill("4");
  await dialog.getByLabel("Neurons").fill("32");
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "by-hand", level: 1 }).waitFor();
  const { config } = await call<{ config: Record<string, unknown> }>("GET", `${brains()}/by-hand`);
  assert.deepEqual([config.inputDim, config.hiddenDim, config.winners], [6, 32, 4]);
});

inBrowser("the keyboard alone skips to the content, opens a brain and switches its mode", async ({ open }) => {
  await call("POST", brains(), { id: "keys", ...SMALL_BRAIN });
  const page = await open(server.url);
  const link = page.getByRole("link", { name: "keys" });
  await link.waitFor();
  await page.keyboard.press("Tab");
  await tabTo(page, page.getByRole("button", { name: "Skip to content" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("main"));
  await tabTo(page, link);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "keys", level: 1 }).waitFor();
  await tabTo(page, page.getByRole("radio", { name: "plastic", checked: true }));
  const answered = page.waitForResponse((response) => response.url().endsWith("/keys/mode"));
  await page.keyboard.press("ArrowRight");
  await answered;
  assert.equal((await call<BrainAnswer>("GET", `${brains()}/keys`)).mode, "panic");
});

inBrowser("the server's own numbers are shown as they are", async ({ open }) => {
  const page = await open(server.url);
  await shows(page, "Compute processes", "1 of 1 up");
});
