// Tests of the dashboard in a real browser: the Chromium that the system has, one for each test file. A test fails on whatever a person with the
// console open would complain of: an error in it, a violation of the page's content security policy, a request that leaves the server.

import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";

/** Where systems put it. */
const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
/** No sandbox: it wants rights that containers and root do not have. The rest keeps the browser from calling home. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const HOW_TO_HAVE_ONE = "no browser: install Chromium (Debian: apt-get install chromium), or name one in TEST_BROWSER";
/** Nothing on the page takes that long; whoever waits longer waits for what does not come. */
const PATIENCE_MS = 20_000;

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** @returns the browser's path; null where the system has none @throws when the one that is asked for is not there */
export function findBrowser(): string | null {
  const wanted = process.env.TEST_BROWSER;
  if (wanted === undefined || wanted === "") return USUAL_PLACES.find(isExecutable) ?? null;
  if (!isExecutable(wanted)) throw new Error(`TEST_BROWSER is ${wanted}, and there is no such program`);
  return wanted;
}

/** @param path as `findBrowser` gives it */
export const launchBrowser = (path: string): Promise<Browser> => chromium.launch({ executablePath: path, args: FLAGS });

export type Look = Pick<BrowserContextOptions, "colorScheme" | "hasTouch" | "viewport"> & {
  /** Console errors that the test brings about, such as the browser's own line for an answer that is no success; behind each stands its path in brackets. */
  readonly mayLog?: RegExp;
};

export type Visit = {
  /** Opens an address as somebody new. */
  readonly open: (url: string, look?: Look) => Promise<Page>;
};

/** @returns how this file's tests are declared: each gets pages of its own, which are watched and closed */
export function browserTests(): (name: string, work: (visit: Visit) => Promise<void>) => void {
  const path = findBrowser();
  let browser: Browser;
  if (path !== null) {
    before(async () => {
      browser = await launchBrowser(path);
    });
    after(() => browser?.close());
  }
  return (name, work) => {
    test(name, { skip: path === null && HOW_TO_HAVE_ONE }, async () => {
      const visits = new Visits(browser);
      try {
        await work({ open: (url, look) => visits.open(url, look) });
        await visits.hearOut();
        assert.deepEqual(visits.complaints, []);
      } catch (error) {
        await visits.keepPictures(name);
        throw error;
      } finally {
        await visits.close();
      }
    });
  };
}

/** Resolves once the page tells of something in words, as it tells screen readers. */
export const told = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByRole("status").filter({ hasText: text }).first().waitFor();

/** Resolves once a figure has a value. */
export const shows = (page: Page, figure: string, value: string): Promise<void> =>
  page
    .getByRole("term")
    .filter({ hasText: figure })
    .locator("..")
    .getByRole("definition")
    .getByText(value, { exact: true })
    .waitFor();

/** More stops than a page has between two that a test names. */
const MOST_TABS = 200;

/** Goes to `target` by the Tab key alone. @throws when it is not reached */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let press = 0; press < MOST_TABS; press++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not reach ${target}`);
}

/** The pages of one test. */
class Visits {
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async open(url: string, { mayLog, ...look }: Look = {}): Promise<Page> {
    const context = await this.#browser.newContext({ reducedMotion: "reduce", ...look });
    this.#contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(
      `addEventListener("securitypolicyviolation", (event) => console.error("against the policy:", event.violatedDirective, event.blockedURI, event.sample))`,
    );
    const page = await context.newPage();
    this.#watch(page, new URL(url).origin, mayLog);
    await page.goto(url);
    return page;
  }

  #watch(page: Page, origin: string, mayLog: RegExp | undefined): void {
    page.on("console", (message) => {
      // Without the port, whose digits may be those of a status.
      const { pathname } = new URL(message.location().url || origin);
      const text = `${message.text()} (${pathname})`;
      if (message.type() === "error" && mayLog?.test(text) !== true) this.complaints.push(text);
    });
    page.on("pageerror", (error) => this.complaints.push(String(error.stack)));
    const hear = (address: string): void => {
      const { protocol, origin: where } = new URL(address.replace(/^ws/, "http"));
      if (protocol.startsWith("http") && where !== origin) this.complaints.push(`${address} is not of this server`);
    };
    page.on("request", (request) => hear(request.url()));
    page.on("websocket", (socket) => hear(socket.url()));
  }

  /** Resolves when all that the pages said so far has been heard: it comes in order. */
  async hearOut(): Promise<void> {
    for (const page of this.#pages) await page.evaluate("0");
  }

  get #pages(): Page[] {
    return this.#contexts.flatMap((context) => context.pages());
  }

  /** What the pages of a test that failed show, where somebody wants to see it. */
  async keepPictures(name: string): Promise<void> {
    const folder = process.env.TEST_SCREENSHOTS;
    if (folder === undefined || folder === "") return;
    await mkdir(folder, { recursive: true });
    const file = `failed-${name.replace(/[^\w]+/g, "-")}`;
    for (const [index, page] of this.#pages.entries()) {
      // A page that crashed has no picture; what failed is thrown anyway.
      await page.screenshot({ path: join(folder, `${file}-${index}.png`), fullPage: true }).catch(() => {});
    }
  }

  async close(): Promise<void> {
    for (const context of this.#contexts) await context.close();
  }
}
