// The draw page: a brain says what a drawing is, and learns when it is told.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Page, Request } from "playwright-core";
import { browserTests, tabTo, told } from "../support/browser.ts";
import { type BrainAnswer, call, type PredictAnswer } from "../support/client.ts";
import { type Drawing, draw, FOUR, padPlaces, SEVEN, THREE } from "../support/drawing.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const PICTURES = {
  kind: "plastic",
  config: { inputDim: 400, hiddenDim: 64, winners: 8, layers: 1, memorySize: 100, neighbors: 3, seed: 1 },
};

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server?.close());
const inBrowser = browserTests();

const urlOf = (brain: string): string => `${server.url}/v1/brains/${brain}`;
const brainOf = (brain: string) => call<BrainAnswer>("GET", urlOf(brain));

async function teach(page: Page, drawing: Drawing, label: string): Promise<void> {
  await draw(page, drawing);
  await page.getByRole("button", { name: `It is ${label}`, exact: true }).click();
}

inBrowser("a new brain learns drawings as it is corrected, and then knows them", async ({ open }) => {
  const page = await open(`${server.url}/#/draw`);
  await page.getByText("No brain takes drawings yet").waitFor();
  await page.getByRole("button", { name: "New brain for drawings" }).click();
  await page.getByText("It knows nothing yet.").waitFor();

  await teach(page, SEVEN, "7");
  await told(page, "Learned 7 as change 1. It had said nothing.");
  assert.deepEqual((await brainOf("drawings")).labels, ["7"]);

  await draw(page, THREE);
  await told(page, "It says 7.");
  await page.getByRole("button", { name: "It is 3", exact: true }).click();
  await told(page, "Learned 3 as change 2. It had said 7.");
  await told(page, "It says 3.");
  assert.deepEqual((await brainOf("drawings")).labels, ["7", "3"]);

  await draw(page, SEVEN);
  await told(page, "It says 7.");
  await page.getByRole("button", { name: "That's right: 7" }).click();
  await told(page, "Learned 7 as change 3. It knew that.");
  await page.getByText("1 of 3").waitFor();
  await page.getByRole("list", { name: "Latest lessons" }).getByRole("img", { name: "A drawing of 3" }).waitFor();
  assert.equal((await brainOf("drawings")).seq, 3);
});

inBrowser("any other label is taught by typing it, and offered from then on", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "signs", ...PICTURES });
  const page = await open(`${server.url}/#/draw/signs`);
  await draw(page, FOUR);
  await page.getByLabel("Something else").fill(" a chair ");
  await page.getByLabel("Something else").press("Enter");
  await told(page, "Learned a chair as change 1.");
  await page.getByRole("button", { name: "It is a chair" }).waitFor();
  assert.deepEqual((await brainOf("signs")).labels, ["a chair"]);
});

inBrowser("the last lessons are undone one by one, but nothing that somebody else did since", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "undone", ...PICTURES });
  const page = await open(`${server.url}/#/draw/undone`, { mayLog: /412/ });
  await teach(page, SEVEN, "7");
  await told(page, "Learned 7 as change 1.");
  await teach(page, FOUR, "4");
  await told(page, "Learned 4 as change 2.");
  const undo = page.getByRole("button", { name: "Undo last lesson" });
  await undo.click();
  await told(page, "as it was after change 1");
  assert.deepEqual((await brainOf("undone")).labels, ["7"]);
  await undo.click();
  await told(page, "as it was after change 0");
  assert.deepEqual((await brainOf("undone")).labels, []);

  await teach(page, THREE, "3");
  await told(page, "Learned 3 as change 5.");
  await call("POST", `${urlOf("undone")}/learn`, { inputs: [new Array(400).fill(0.5)], labels: ["grey"] });
  await undo.click();
  await told(page, "is at seq 6");
  assert.deepEqual((await brainOf("undone")).labels, ["3", "grey"]);
});

inBrowser("what is drawn is sent as the picture that is shown, one call at a time", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "asked", ...PICTURES });
  const page = await open(`${server.url}/#/draw/asked`);
  let [underWay, most] = [0, 0];
  const inputs: number[][] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/predict")) return;
    inputs.push(request.postDataJSON().inputs[0]);
    most = Math.max(most, ++underWay);
  });
  const ended = (request: Request): void => {
    if (request.url().endsWith("/predict")) underWay--;
  };
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  await draw(page, FOUR);
  await teach(page, SEVEN, "4");
  await told(page, "It says 4.");
  assert.equal(most, 1);
  const last = inputs.at(-1) ?? [];
  assert.equal(last.length, 400);
  assert.ok(last.every((share) => share >= 0 && share <= 1) && last.some((share) => share === 1));
  const { predictions } = await call<PredictAnswer>("POST", `${urlOf("asked")}/predict`, { inputs: [last] });
  assert.equal(predictions[0]?.label, "4");
});

inBrowser("the keyboard alone draws, teaches and takes back", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "keys", ...PICTURES });
  const page = await open(`${server.url}/#/draw/keys`);
  const pad = page.getByRole("application", { name: "Drawing pad" });
  await pad.focus();
  await page.keyboard.press(" ");
  await told(page, "Pen down");
  for (const key of ["Shift+ArrowDown", "Shift+ArrowDown", "ArrowLeft", "Shift+ArrowDown"])
    await page.keyboard.press(key);
  await page.keyboard.press(" ");
  await told(page, "Pen up");
  const one = page.getByRole("button", { name: "It is 1", exact: true });
  await tabTo(page, one);
  await page.keyboard.press("Enter");
  await told(page, "Learned 1 as change 1.");
  assert.deepEqual((await brainOf("keys")).labels, ["1"]);

  await pad.focus();
  await page.keyboard.press(" ");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Backspace");
  await page.getByText("Draw, and it says what it takes that for.").waitFor();
});

inBrowser("a finger draws on a phone, and scrolls nothing", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "phone", ...PICTURES });
  const page = await open(`${server.url}/#/draw/phone`, { viewport: { width: 390, height: 844 }, hasTouch: true });
  const placeOf = await padPlaces(page);
  const scrolled = await page.evaluate("scrollY");
  const finger = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove", y: number) =>
    finger.send("Input.dispatchTouchEvent", { type, touchPoints: [placeOf([0.5, y])] });
  await touch("touchStart", 0.9);
  for (const y of [0.8, 0.7, 0.5, 0.3, 0.1]) await touch("touchMove", y);
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await page.getByRole("button", { name: "It is 1", exact: true }).click();
  await told(page, "Learned 1 as change 1.");
  assert.equal(scrolled, 0);
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out");
  const { entries } = await call<{ entries: { label: string }[] }>("GET", `${urlOf("phone")}/memory/entries`);
  assert.deepEqual(
    entries.map(({ label }) => label),
    ["1"],
  );
});

inBrowser("a brain that learns nothing says so, and is let learn from there", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "frozen", ...PICTURES });
  await call("PUT", `${urlOf("frozen")}/mode`, { mode: "inference" });
  const page = await open(`${server.url}/#/draw/frozen`);
  await page.getByText("In mode inference it learns nothing.").waitFor();
  await page.getByRole("button", { name: "Let it learn" }).click();
  await page.getByText("In mode inference it learns nothing.").waitFor({ state: "detached" });
  assert.equal((await brainOf("frozen")).mode, "plastic");
  await teach(page, THREE, "3");
  await told(page, "Learned 3 as change 3.");
});

inBrowser("what somebody else teaches the brain is seen without a reload", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "shared", ...PICTURES });
  const page = await open(`${server.url}/#/draw/shared`);
  await draw(page, THREE);
  await told(page, "It says nothing.");
  await call("POST", `${urlOf("shared")}/learn`, { inputs: [new Array(400).fill(0.5)], labels: ["grey"] });
  await told(page, "It says grey.");
});
