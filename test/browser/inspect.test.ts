// The views that look into a brain: an input's way through it, its layers, and the numbers that it is made of. What they show is what the API tells.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Locator, Page } from "playwright-core";
import { browserTests } from "../support/browser.ts";
import { type BrainAnswer, call } from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const SIDE = 8;
const PLASTIC = {
  kind: "plastic",
  config: { inputDim: SIDE ** 2, hiddenDim: 64, winners: 8, layers: 2, memorySize: 100, neighbors: 3, seed: 1 },
};
const TRIARCHIC = { kind: "triarchic", config: { inputDim: 10, hiddenDim: 64, winners: 8, seed: 1 } };

/** A bar across the picture, in row `row`. */
const barAt = (row: number): number[] =>
  Array.from({ length: SIDE ** 2 }, (_, pixel) => (Math.floor(pixel / SIDE) === row ? 1 : 0));

type Layers = { readonly layers: readonly { readonly isFrozen: boolean; readonly mature: number }[] };
type Traced = {
  readonly traces: readonly {
    readonly prediction: { readonly label: string };
    readonly layers: readonly { readonly winners: readonly number[]; readonly activations: readonly number[] }[];
  }[];
};

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server?.close());
const inBrowser = browserTests();

const urlOf = (brain: string): string => `${server.url}/v1/brains/${brain}`;
const pageOf = (brain: string, tab: "trace" | "layers"): string => `${server.url}/#/brains/${brain}/${tab}`;
const card = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });

/** A brain that knows bars above from bars below, and has mature neurons. */
async function taught(id: string): Promise<void> {
  await call("POST", `${server.url}/v1/brains`, { id, ...PLASTIC });
  const lesson = { inputs: [1, 2, 5, 6].map(barAt), labels: ["above", "above", "below", "below"] };
  await call("POST", `${urlOf(id)}/learn`, lesson);
  await call("POST", `${urlOf(id)}/consolidate`);
}

async function enter(page: Page, numbers: readonly number[]): Promise<void> {
  await page.getByRole("radio", { name: "Numbers" }).check();
  await page.getByRole("textbox").fill(JSON.stringify(numbers));
  await page.getByRole("button", { name: "Use these numbers" }).click();
}

inBrowser("an input is followed through the layers, and is still there when one comes back", async ({ open }) => {
  await taught("followed");
  const input = barAt(1);
  const { traces } = await call<Traced>("POST", `${urlOf("followed")}/trace`, { inputs: [input] });
  const page = await open(pageOf("followed", "trace"));
  await page.getByText("No input yet").waitFor();
  await enter(page, input);
  await card(page, "Prediction").getByText(traces[0]!.prediction.label, { exact: true }).first().waitFor();
  await card(page, "Prediction").getByRole("img", { name: "Key of sample" }).first().waitFor();

  const [first] = traces[0]!.layers;
  const neurons = page.getByRole("slider", { name: "Neurons of layer 0" });
  await neurons.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const [, second] = first!.winners;
  const said = await neurons.getAttribute("aria-valuetext");
  assert.ok(said?.startsWith(`Neuron ${second}: ${first!.activations[1]!.toFixed(3)}, number `), `${said}`);

  await page.getByRole("link", { name: "Layers and weights" }).click();
  await card(page, "Distributions").waitFor();
  await page.getByRole("link", { name: "Trace an input" }).click();
  await page.getByRole("slider", { name: "Neurons of layer 1" }).waitFor();
});

inBrowser("a perturbed input is traced beside the calm one, in the same call", async ({ open }) => {
  await taught("perturbed");
  const page = await open(pageOf("perturbed", "trace"));
  await enter(page, barAt(1));
  await card(page, "Through the layers").waitFor();
  const asked = page.waitForRequest((request) => request.postDataJSON()?.inputs?.length === 2);
  await page.getByLabel("Perturb it").selectOption("Shift up or down");
  await asked;
  const moved = page.waitForRequest((request) => request.postDataJSON()?.inputs?.[1]?.[5 * SIDE] === 1);
  const strength = page.getByRole("slider", { name: "Strength" });
  await strength.fill("4");
  const { inputs } = (await moved).postDataJSON();
  assert.deepEqual(inputs, [barAt(1), barAt(5)]);
  await card(page, "Prediction").getByRole("region", { name: "Calm" }).getByText("above").waitFor();
  await card(page, "Prediction").getByRole("region", { name: "Perturbed" }).getByText("below").waitFor();
  const shares = page.getByRole("img", { name: /^Winners: \d+ lost, \d+ shared, \d+ new$/ });
  await shares.first().waitFor();
  assert.equal(await shares.count(), 2);
  assert.equal((await call<BrainAnswer>("GET", urlOf("perturbed"))).seq, 2);
});

inBrowser("numbers that cannot be an input are refused beside the field", async ({ open }) => {
  await taught("numbers");
  const page = await open(pageOf("numbers", "trace"));
  await enter(page, [1, 2, 3]);
  await page.getByText("There are 3 numbers; the brain takes 64 numbers.").waitFor();
  await page.getByText("No input yet").waitFor();
});

inBrowser("an image file is scaled to the brain's size, and what is no image is said to be none", async ({ open }) => {
  await taught("images");
  const page = await open(pageOf("images", "trace"));
  await page.getByRole("radio", { name: "Image" }).check();
  const file = page.locator('input[type="file"]');
  await file.setInputFiles({ name: "no.png", mimeType: "image/png", buffer: Buffer.from("none") });
  await page.getByText("The browser cannot read no.png as an image.").waitFor();
  const asked = page.waitForRequest((request) => request.url().endsWith("/trace"));
  await file.setInputFiles({ name: "page.png", mimeType: "image/png", buffer: await page.screenshot() });
  const { inputs } = (await asked).postDataJSON();
  assert.equal(inputs[0].length, SIDE ** 2);
  assert.ok(inputs[0].every((value: number) => value >= 0 && value <= 1));
  await page.getByText("page.png").waitFor();
});

inBrowser("what is remembered may be traced again, class by class", async ({ open }) => {
  await taught("remembered");
  const page = await open(pageOf("remembered", "trace"));
  await page.getByLabel("Class").selectOption("below");
  const samples = page.getByRole("button", { name: /^Sample/ });
  await page.getByRole("button", { name: /below/ }).nth(1).waitFor();
  assert.equal(await samples.count(), 2);
  await samples.first().click();
  await card(page, "Prediction").getByText("below", { exact: true }).first().waitFor();
});

inBrowser("a triarchic brain shows its base, and what its core and its overlay say", async ({ open }) => {
  await call("POST", `${server.url}/v1/brains`, { id: "three", ...TRIARCHIC });
  const inputs = [0, 1].map((which) => Array.from({ length: 10 }, (_, d) => (d % 2 === which ? 1 : 0)));
  await call("POST", `${urlOf("three")}/learn`, { inputs, labels: ["even", "odd"] });
  const page = await open(pageOf("three", "trace"));
  await enter(page, inputs[0]!);
  await page.getByRole("slider", { name: "Neurons of the base" }).waitFor();
  await page.getByRole("list", { name: "Logits of the Slow core" }).getByText("even").waitFor();
  await page.getByRole("list", { name: "Logits of the Fast overlay" }).getByText("even").waitFor();
  await page.goto(pageOf("three", "layers"));
  for (const name of ["Projection", "Utility", "Core and overlay, Slow core", "Importance"]) {
    await page.getByRole("slider", { name, exact: true }).waitFor();
  }
});

inBrowser("a layer is frozen, thawed and renewed, and one that is frozen renews nothing", async ({ open }) => {
  await taught("layered");
  const layerOf = async () => (await call<Layers>("GET", `${urlOf("layered")}/layers`)).layers[0]!;
  const page = await open(pageOf("layered", "layers"));
  const row = card(page, "Layers").getByRole("row", { name: /Layer 0/ });
  await row
    .getByText(String((await layerOf()).mature), { exact: true })
    .first()
    .waitFor();
  await row.getByRole("button", { name: /^Freeze/ }).click();
  await row.getByText("frozen", { exact: true }).waitFor();
  assert.equal((await layerOf()).isFrozen, true);
  assert.ok(await row.getByRole("button", { name: /thaw it first/ }).isDisabled());
  await row.getByRole("button", { name: /^Thaw/ }).click();
  await row.getByRole("button", { name: /^Freeze/ }).waitFor();
  assert.equal((await layerOf()).isFrozen, false);

  await row.getByRole("button", { name: /^Renew: idle/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Renew" }).click();
  await page.getByText(/of layer 0 (was|were) born again|of layer 0 was idle enough/).waitFor();
  assert.equal((await call<BrainAnswer>("GET", urlOf("layered"))).seq, 5);
});

inBrowser("what is out of date says so, and is read anew when asked", async ({ open }) => {
  await taught("changing");
  const page = await open(pageOf("changing", "layers"));
  await page.getByText("Live").waitFor();
  await card(page, "Distributions").getByText("As of seq 2").waitFor();
  await call("POST", `${urlOf("changing")}/learn`, { inputs: [barAt(3)], labels: ["middle"] });
  await card(page, "Distributions").getByRole("button", { name: "Show it as it is now" }).click();
  await card(page, "Distributions").getByText("As of seq 3").waitFor();
  await card(page, "Distributions").getByRole("button", { name: "Reload" }).waitFor();
});
