// A server that is killed and started again, as a page that stays open lives through it.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { browserTests, shows, told } from "../support/browser.ts";
import { call, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { newDataDir } from "../support/data-folder.ts";

const inBrowser = browserTests();

inBrowser("a page says that its server is away, comes back by itself, and shows what it missed", async ({ open }) => {
  const dataDir = await newDataDir();
  const start = (port: string) => LocalServer.start(dataDir, { ENGRAM_HOSTS: "1", ENGRAM_PORT: port });
  let server = await start("0");
  const { port } = new URL(server.url);
  const brain = `${server.url}/v1/brains/survivor`;
  const teach = (first: number) =>
    call("POST", `${brain}/learn`, { inputs: [inputOf(first), inputOf(first + 1)], labels: ["a", "b"] });
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "survivor", ...SMALL_BRAIN });
    await teach(0);
    const page = await open(`${server.url}/#/brains/survivor`, { mayLog: /WebSocket|Failed to load resource/ });
    await shows(page, "Samples taught", "2");
    await page.evaluate("window.isTheSamePage = true");

    await server.end("SIGKILL");
    await told(page, "Reconnecting");
    server = await start(port);
    await teach(2);
    await call("PUT", `${brain}/mode`, { mode: "panic" });
    await told(page, "Live");
    await shows(page, "Samples taught", "4");
    await page.getByRole("radio", { name: "panic", checked: true }).waitFor();
    await page.getByRole("list").getByText("Mode panic").waitFor();

    await teach(4);
    await shows(page, "Samples taught", "6");
    assert.equal(await page.evaluate("window.isTheSamePage"), true);
  } finally {
    await server.end("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  }
});
