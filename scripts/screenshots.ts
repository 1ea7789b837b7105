// Pictures of every view of the dashboard, of the built server with brains that were really taught, in light and dark, at the sizes of a desk and a
// phone: `npm run screenshots -- [--quick] [--readme] [FOLDER]`. `--quick` teaches less; `--readme` also writes the picture that README shows.

import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { LocalServer } from "../examples/digits/local-server.ts";
import { findBrowser, launchBrowser } from "../test/support/browser.ts";
import { draw, FOUR, SEVEN, THREE } from "../test/support/drawing.ts";
import { runCurriculum, teachBrains } from "./taught-brains.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, readme: { type: "boolean", default: false } },
});
const [folder = "screenshots"] = positionals;
const PER_DIGIT = values.quick ? 40 : 300;
const README_PICTURE = fileURLToPath(new URL("../docs/images/dashboard.png", import.meta.url));
const README_LIMIT_BYTES = 300_000;

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
const THEMES = ["light", "dark"] as const;

type View = { readonly name: string; readonly address: string; readonly arrive: (page: Page) => Promise<unknown> };

const told = (page: Page, text: RegExp) => page.getByRole("status").filter({ hasText: text }).first().waitFor();
const chart = (page: Page, name: RegExp) => page.getByRole("application", { name }).waitFor();

/** Each view, and what it shows once its numbers are there. */
const VIEWS: readonly View[] = [
  { name: "brains", address: "", arrive: (page) => page.getByText("inference").waitFor() },
  { name: "charts", address: "brains/digits", arrive: (page) => chart(page, /^Accuracy/) },
  { name: "charts-triarchic", address: "brains/digits-triarchic", arrive: (page) => chart(page, /^Accuracy/) },
  { name: "classes", address: "brains/digits/classes", arrive: (page) => page.getByRole("table").first().waitFor() },
  { name: "layers", address: "brains/digits/layers", arrive: (page) => page.getByRole("img").first().waitFor() },
  { name: "trace", address: "brains/digits/trace", arrive: traceOne },
  {
    name: "checkpoints",
    address: "brains/digits/checkpoints",
    arrive: (page) => page.getByText("knows 0 to 4").first().waitFor(),
  },
  { name: "datasets", address: "datasets", arrive: (page) => page.getByText("digits-test").waitFor() },
  { name: "dataset", address: "datasets/digits", arrive: (page) => page.getByRole("img").first().waitFor() },
  {
    name: "curricula",
    address: "brains/two-worlds/curricula",
    arrive: (page) => page.getByText("completed").waitFor(),
  },
  {
    name: "curriculum",
    address: "brains/two-worlds/curricula/CURRICULUM",
    arrive: (page) => chart(page, /^Evaluation sets/),
  },
  {
    name: "new-curriculum",
    address: "brains/two-worlds/curricula/new/CURRICULUM",
    arrive: (page) => page.getByRole("button", { name: "Start" }).waitFor(),
  },
  { name: "draw", address: "draw/drawings", arrive: drawSome },
];

async function traceOne(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /^Sample/ })
    .first()
    .click();
  await page.getByRole("img").nth(1).waitFor();
}

async function drawSome(page: Page): Promise<void> {
  for (const [drawing, label] of [
    [THREE, "3"],
    [SEVEN, "7"],
  ] as const) {
    await draw(page, drawing);
    await told(page, /It says/);
    await page.getByRole("button", { name: `It is ${label}`, exact: true }).click();
    await told(page, new RegExp(`Learned ${label}`));
  }
  await draw(page, FOUR);
  await told(page, /It says/);
}

/** @param curriculum the id that stands in addresses as CURRICULUM */
async function photograph(browser: Browser, url: string, curriculum: string): Promise<void> {
  for (const theme of THEMES) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: "reduce" });
      const page = await context.newPage();
      for (const { name, address, arrive } of VIEWS) {
        await page.goto(`${url}/#/${address.replace("CURRICULUM", curriculum)}`);
        await arrive(page);
        await page.waitForLoadState("networkidle");
        await page.evaluate("scrollTo(0, 0)");
        await page.screenshot({ path: join(folder, `${name}-${theme}-${size}.png`) });
        if (values.readme && name === "charts" && theme === "light" && size === "desk") await forReadme(page);
      }
      await context.close();
    }
  }
}

async function forReadme(page: Page): Promise<void> {
  await mkdir(join(README_PICTURE, ".."), { recursive: true });
  await page.screenshot({ path: README_PICTURE });
  const { size } = await stat(README_PICTURE);
  if (size > README_LIMIT_BYTES) throw new Error(`the picture for README takes ${size} bytes`);
}

const path = findBrowser();
if (path === null) throw new Error("no browser: install Chromium, or name one in TEST_BROWSER");
await mkdir(folder, { recursive: true });
const dataDir = await mkdtemp(join(tmpdir(), "engram-screenshots-"));
const server = await LocalServer.start(dataDir);
const browser = await launchBrowser(path);
try {
  await teachBrains(server.url, PER_DIGIT);
  const curriculum = await runCurriculum(server.url, PER_DIGIT);
  await photograph(browser, server.url, curriculum);
  process.stdout.write(`${VIEWS.length * THEMES.length * Object.keys(SIZES).length} pictures in ${folder}\n`);
} finally {
  await browser.close();
  await server.end("SIGTERM");
  await rm(dataDir, { recursive: true, force: true });
}
