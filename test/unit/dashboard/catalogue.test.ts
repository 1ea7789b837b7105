import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { catalogueOf } from "../../../src/dashboard/pages/brain/charts/catalogue.ts";

describe("the charts of a brain", () => {
  it("are those of which there are numbers, with the lines that there are", () => {
    const { accuracy, ...others } = catalogueOf(new Set(["accuracyWindow", "holdoutAccuracy"]), new Map());
    assert.deepEqual(
      accuracy?.series.map(({ name }) => name),
      ["accuracyWindow", "holdoutAccuracy"],
    );
    const { layers, ...single } = others;
    assert.deepEqual(layers, []);
    assert.ok(Object.values(single).every((chart) => chart === null));
  });

  it("are none of a brain without numbers", () => {
    const { layers, ...single } = catalogueOf(new Set(), new Map());
    assert.equal(layers.length, 0);
    assert.ok(Object.values(single).every((chart) => chart === null));
  });

  it("have a line for each task, under its name, in the order of tasks", () => {
    const names = new Set(["tasks.10.accuracy", "tasks.2.accuracy"]);
    const { tasks } = catalogueOf(names, new Map([[2, "animals"]]));
    assert.deepEqual(
      tasks?.series.map(({ label }) => label),
      ["animals", "Task 10"],
    );
  });

  it("tell the ninth line from the first by its dashes", () => {
    const names = new Set(["tasks.0.accuracy", "tasks.8.accuracy"]);
    const [first, ninth] = catalogueOf(names, new Map()).tasks?.series ?? [];
    assert.equal(first?.colour, ninth?.colour);
    assert.notDeepEqual(first?.dash, ninth?.dash);
  });

  it("have one for each layer", () => {
    const names = new Set(["layers.10.dead", "layers.2.dead", "layers.2.mature"]);
    assert.deepEqual(
      catalogueOf(names, new Map()).layers.map(({ title, series }) => `${title}: ${series.length}`),
      ["Layer 2: 2", "Layer 10: 1"],
    );
  });
});
