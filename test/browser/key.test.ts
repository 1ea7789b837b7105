// A server that wants a key, as somebody at the page meets it.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { browserTests } from "../support/browser.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const KEY = "a-key?of>this/test";

let server: TestServer;
before(async () => {
  server = await startTestServer({ ENGRAM_API_KEY: KEY });
});
after(() => server?.close());
const inBrowser = browserTests();

inBrowser("a server with a key asks for it, tells a wrong one, and opens to the right one", async ({ open }) => {
  const page = await open(server.url, { mayLog: /401|WebSocket/ });
  const field = page.getByLabel("API key");
  await field.fill("another-one");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("The key is wrong.").waitFor();
  await field.fill(KEY);
  await field.press("Enter");
  await page.getByRole("heading", { name: "Brains", level: 1 }).waitFor();
  await page.getByRole("status").filter({ hasText: "Live" }).waitFor();

  const address = page.url();
  await page.reload();
  await page.getByRole("heading", { name: "Brains", level: 1 }).waitFor();
  assert.equal(page.url(), address, "the key is in no address");
  assert.equal(await page.evaluate("Object.values(localStorage).join().includes('a-key?of')"), false);
});
