// What a trace tells of the layers, the base and the readout, against the rules computed from the state as they are written.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Backend } from "../../../src/backend/backend.ts";
import type { Brain } from "../../../src/brain/brain.ts";
import type { Blueprint, PlasticConfig, TriarchicConfig } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { Random } from "../../../src/brain/random.ts";
import type { LayerTrace } from "../../../src/brain/trace.ts";
import { type Matrix, rowsOf, zeros } from "../../../src/tensor/matrix.ts";
import {
  BACKENDS,
  distance,
  gaussianMatrix,
  learned,
  lifeOf,
  lifeWithSurgeryOf,
  matrixOf,
  plastic,
  SMALL,
  SMALL_TRIARCHIC,
  titleOf,
} from "./support.ts";

const ALL = { topK: 5, imaginations: true };
const EPSILON = 1e-4;

async function plasticBrain(config: PlasticConfig, backend: Backend, events: number, seed: number): Promise<Brain> {
  const brain = await createBrain({ kind: "plastic", config }, backend);
  for (const [index, event] of lifeWithSurgeryOf(config, events, seed).entries()) await brain.apply(event, index + 1);
  return brain;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
const norm = (x: ArrayLike<number>): number => Math.sqrt(dot(x, x));

/** The layers of a plastic brain as whole matrices, the decoder as the dense rule has it now. */
async function denseLayers(brain: Brain) {
  const { header, tensors } = await brain.state();
  const { config, layers, mode } = plastic(header);
  return layers.map(({ steps }, index) => {
    const of = (name: string) => tensors[`layers.${index}.${name}`]!.data;
    const rows = (data: ArrayLike<number>) =>
      Array.from({ length: config.hiddenDim }, (_, neuron) =>
        Array.from({ length: config.inputDim }, (__, i) => data[neuron * config.inputDim + i]!),
      );
    const [encoder, stored, stamps] = [rows(of("encoder")), rows(of("decoder")), of("decoderStep")];
    const decoder = stored.map((row, neuron) => {
      const rest = 0.95 ** (steps - stamps[neuron]!);
      return row.map((value, i) => encoder[neuron]![i]! + (value - encoder[neuron]![i]!) * rest);
    });
    return { ...config, encoder, decoder, maturity: of("maturity"), gain: mode === "panic" ? 2 : 1 };
  });
}

/** What a layer with the activations of `trace` recalls. */
const recalled = (
  { winners, activations }: LayerTrace,
  { decoder, inputDim }: { decoder: number[][]; inputDim: number },
) =>
  Array.from({ length: inputDim }, (_, i) =>
    winners.reduce((sum, neuron, place) => sum + activations[place]! * decoder[neuron]![i]!, 0),
  );

for (const backend of BACKENDS) {
  describe(`a trace (${titleOf(backend)})`, () => {
    test("of a plastic brain tells who fires, what each layer recalls and how much that changes, as the rules have it", () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 15 }),
          fc.constantFrom(0, 0.01, 1),
          fc.nat(),
          async (events, gate, seed) => {
            const brain = await plasticBrain({ ...SMALL, gate }, backend, events, seed);
            const layers = await denseLayers(brain);
            const inputs = gaussianMatrix(Random.seeded(seed + 1), 3, SMALL.inputDim);
            for (const [row, trace] of (await brain.trace(inputs, ALL)).entries()) {
              assert.equal(trace.layers?.length, layers.length);
              let x = Array.from(rowsOf(inputs, row, row + 1).data);
              for (const [index, layer] of layers.entries()) {
                const told: LayerTrace = trace.layers?.[index] ?? assert.fail(`layer ${index} is missing`);
                const length = norm(x);
                const h = layer.encoder.map((e) => (dot(e, x) / length) * layer.gain);
                assert.deepEqual([told.index, told.neurons, told.gate], [index, layer.hiddenDim, layer.gate]);
                assert.equal(told.winners.length, layer.winners);
                assert.deepEqual(
                  told.winners,
                  told.winners.toSorted((a, b) => a - b),
                );
                assert.equal(new Set(told.winners).size, layer.winners);
                assert.ok(
                  distance(
                    told.activations,
                    told.winners.map((neuron) => h[neuron]!),
                  ) < EPSILON,
                );
                // The k largest: whoever does not fire is no stronger than the weakest that does, but for rounding.
                const weakest = Math.min(...told.activations);
                assert.ok(h.every((value, neuron) => told.winners.includes(neuron) || value < weakest + EPSILON));
                const mature = told.winners.filter((neuron) => layer.maturity[neuron] === 1);
                assert.deepEqual([told.mature, told.matureWinners], [mature, mature.length]);
                const imagination = recalled(told, layer);
                assert.ok(distance(told.imagination!, imagination) < EPSILON);
                assert.ok(Math.abs(told.inputNorm - length) < EPSILON * length);
                const contribution = (layer.gate * norm(imagination)) / length;
                assert.ok(Math.abs(told.contribution - contribution) <= EPSILON * contribution);
                x = x.map((value, i) => value + layer.gate * imagination[i]!);
              }
            }
          },
        ),
        { numRuns: 12 },
      ));

    test("keeps all digits of what is recalled where the gate lets nothing of it through", async () => {
      const config = { ...SMALL, layers: 1 };
      const traces = [];
      for (const gate of [0, 1]) {
        const brain = await plasticBrain(config, backend, 0, 1);
        await brain.apply(learned(gaussianMatrix(Random.seeded(3), 4, 12), [0, 0, 0, 0], { newLabels: ["a"] }), 1);
        await brain.apply({ type: "tuned", tuning: { gate } }, 2);
        traces.push((await brain.trace(gaussianMatrix(Random.seeded(4), 1, 12), ALL))[0]!.layers![0]!);
      }
      const [closed, open] = traces;
      assert.deepEqual(closed!.imagination, open!.imagination);
      assert.ok(closed!.imagination!.some((value) => value !== 0));
      assert.equal(closed!.contribution, 0);
      assert.ok(open!.contribution > 0);
    });

    test("tells imaginations only where they are asked for, and of a zero input that nothing is changed", async () => {
      const brain = await plasticBrain(SMALL, backend, 6, 2);
      const [trace] = await brain.trace(zeros(1, SMALL.inputDim), { topK: 1, imaginations: false });
      for (const layer of trace!.layers!) {
        assert.ok(!("imagination" in layer));
        assert.deepEqual([layer.inputNorm, layer.contribution], [0, 0]);
        assert.ok(layer.activations.every((value) => value === 0));
      }
    });

    test("of a triarchic brain tells who fires in the base, how near it is, and how much either part says", () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 12 }),
          fc.constantFrom("stable", "seed"),
          fc.nat(),
          async (events, rules, seed) => {
            const config: TriarchicConfig = { ...SMALL_TRIARCHIC, rules };
            const brain = await createBrain({ kind: "triarchic", config }, backend);
            const life = lifeOf(config, events, seed).filter(({ type }) => type !== "forgot");
            for (const [index, event] of life.entries()) await brain.apply(event, index + 1);
            const inputs = gaussianMatrix(Random.seeded(seed + 1), 3, config.inputDim);
            const { header, tensors } = await brain.state();
            for (const [row, { prediction, base, energies, layers }] of (await brain.trace(inputs, ALL)).entries()) {
              assert.equal(layers, undefined);
              const input = rowsOf(inputs, row, row + 1).data;
              const x = rules === "seed" ? Array.from(input) : Array.from(input, (value) => value / norm(input));
              const neurons = Array.from({ length: config.hiddenDim }, (_, neuron) => neuron);
              const { data } = tensors.projection!;
              const s = neurons.map((neuron) => dot(data.slice(neuron * 12, neuron * 12 + 12), x));
              const drawn = s.toSorted((a, b) => b - a).slice(0, config.winners);
              const code = neurons.map((neuron) => Math.max(0, s[neuron]! - drawn.at(-1)!));
              const fired = base!.winners;
              assert.equal(base!.neurons, config.hiddenDim);
              assert.deepEqual(
                fired,
                fired.toSorted((a, b) => a - b),
              );
              assert.ok(fired.length < config.winners && base!.activations.every((value) => value > 0));
              assert.ok(Math.abs(base!.similarity - drawn[0]!) < EPSILON);
              assert.ok(Math.abs(prediction.novelty - Math.min(2, Math.max(0, 1 - base!.similarity))) < 1e-6);
              const strengths = neurons.map((neuron) => base!.activations[fired.indexOf(neuron)] ?? 0);
              assert.ok(
                distance(
                  strengths,
                  code.map((value) => value / norm(code)),
                ) < 1e-3,
              );
              const said = (name: "core" | "overlay") =>
                header.labels.map((_, c) => {
                  const weights = tensors[name]!.data.slice(c * config.hiddenDim, (c + 1) * config.hiddenDim);
                  const scale = name === "core" && rules === "stable" ? 1 / Math.max(norm(weights), 1e-12) : 1;
                  return scale * dot(weights, strengths);
                });
              for (const part of ["core", "overlay"] as const) {
                const logits = said(part);
                const expected = logits.reduce((sum, logit) => sum + Math.abs(logit), 0) / Math.max(1, logits.length);
                assert.ok(
                  Math.abs(energies![part] - expected) < EPSILON,
                  `${part}: ${energies![part]}, not ${expected}`,
                );
              }
            }
          },
        ),
        { numRuns: 12 },
      ));
  });
}

test("a triarchic brain in which no neuron stands out for an input says that none fires", async () => {
  const blueprint: Blueprint = { kind: "triarchic", config: { ...SMALL_TRIARCHIC, inputDim: 2 } };
  const brain = await createBrain(blueprint, BACKENDS[0]!);
  const zero: Matrix = matrixOf([[0, 0]]);
  const [{ base, energies } = assert.fail("no trace")] = await brain.trace(zero, ALL);
  assert.deepEqual([base?.winners, base?.activations, base?.similarity], [[], [], 0]);
  assert.deepEqual(energies, { core: 0, overlay: 0 });
});
