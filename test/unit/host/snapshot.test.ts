// A snapshot against an untouched twin: laws, on every backend and for both kinds.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import type { Backend } from "../../../src/backend/backend.ts";
import type { Brain } from "../../../src/brain/brain.ts";
import { type Blueprint, MEMORY_POLICIES, NORMALIZATIONS, TRIARCHIC_RULES } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import type { BrainEvent } from "../../../src/brain/events.ts";
import { Random } from "../../../src/brain/random.ts";
import { encodeHeader } from "../../../src/brain/state.ts";
import { KeptRows } from "../../../src/host/kept-rows.ts";
import { Snapshot } from "../../../src/host/snapshot.ts";
import { encodeSafetensors, type Tensor } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, livesOf, SMALL, SMALL_TRIARCHIC, titleOf } from "../brain/support.ts";

const blueprints: fc.Arbitrary<Blueprint> = fc.oneof(
  fc
    .record({
      inputDim: fc.integer({ min: 1, max: 20 }),
      memorySize: fc.integer({ min: 1, max: 60 }),
      memoryPolicy: fc.constantFrom(...MEMORY_POLICIES),
      normalization: fc.constantFrom(...NORMALIZATIONS),
    })
    .map((config) => ({ kind: "plastic" as const, config: { ...SMALL, ...config } })),
  fc
    .record({
      inputDim: fc.integer({ min: 1, max: 20 }),
      noveltyThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
      rules: fc.constantFrom(...TRIARCHIC_RULES),
    })
    .map((config) => ({ kind: "triarchic" as const, config: { ...SMALL_TRIARCHIC, ...config } })),
);

const fileOf = async (brain: Brain): Promise<Buffer> => {
  const { header, tensors } = await brain.state();
  return Buffer.from(encodeSafetensors(tensors, encodeHeader(header)));
};

/** Applies events of one life, with snapshots under way. */
class Subject {
  readonly brain: Brain;
  readonly #life: readonly BrainEvent[];
  readonly #snapshots: Snapshot[] = [];
  #seq = 0;

  constructor(brain: Brain, life: readonly BrainEvent[]) {
    this.brain = brain;
    this.#life = life;
  }

  async live(events: number): Promise<void> {
    for (const event of this.#life.slice(this.#seq, this.#seq + events)) await this.brain.apply(event, ++this.#seq);
  }

  async snapshot(chunkBytes: number): Promise<{ snapshot: Snapshot; seq: number }> {
    const state = await this.brain.state();
    const watched = this.brain.watch((data, row) => {
      for (const snapshot of this.#snapshots) snapshot.keep(data, row);
    });
    const snapshot = new Snapshot(state, watched, chunkBytes);
    this.#snapshots.push(snapshot);
    return { snapshot, seq: this.#seq };
  }
}

async function twinAt(
  blueprint: Blueprint,
  backend: Backend,
  life: readonly BrainEvent[],
  seq: number,
): Promise<Buffer> {
  const twin = new Subject(await createBrain(blueprint, backend), life);
  await twin.live(seq);
  return fileOf(twin.brain);
}

const runs = (backend: Backend) => ({ numRuns: backend.name === "cpu" ? 60 : 40 });

for (const backend of BACKENDS) {
  describe(`a snapshot (${titleOf(backend)})`, () => {
    test("is the state of its seq bit for bit, however the brain goes on while it is hashed and read, and changes nothing", () =>
      fc.assert(
        fc.asyncProperty(
          blueprints,
          fc.integer({ min: 1, max: 20 }),
          fc.nat(),
          fc.integer({ min: 16, max: 700 }),
          async (blueprint, events, seed, chunkBytes) => {
            const life = livesOf(blueprint, events, seed);
            const random = Random.seeded(seed + 1);
            const subject = new Subject(await createBrain(blueprint, backend), life);
            await subject.live(random.below(life.length));
            const taken = [await subject.snapshot(chunkBytes)];
            const hashed = [taken[0]!.snapshot.hash(() => true, 0)];
            await nextTurn();
            await subject.live(random.below(5));
            taken.push(await subject.snapshot(chunkBytes));
            hashed.push(taken[1]!.snapshot.hash(() => true, 0));
            const read: Buffer[][] = [[], []];
            const hashes = (await Promise.all(hashed)).map((result) => result!.hashes);
            for (let index = 0; index < Math.max(...hashes.map(({ length }) => length / 32)); index++) {
              if (random.uniform() < 0.3) await subject.live(1);
              for (const [i, { snapshot }] of taken.entries()) {
                if (index < hashes[i]!.length / 32) read[i]!.push(Buffer.from(snapshot.chunk(index)));
              }
            }
            await subject.live(life.length);
            for (const [i, { snapshot, seq }] of taken.entries()) {
              const file = Buffer.concat([snapshot.header, ...read[i]!]);
              assert.ok(file.equals(await twinAt(blueprint, backend, life, seq)), `snapshot ${i} at ${seq}`);
              assert.equal(file.length, snapshot.byteLength);
              const expected = read[i]!.map((chunk) => createHash("sha256").update(chunk).digest());
              assert.ok(Buffer.concat(expected).equals(hashes[i]!), `hashes ${i} at ${seq}`);
            }
            const final = await fileOf(subject.brain);
            assert.ok(final.equals(await twinAt(blueprint, backend, life, life.length)), "the brain itself");
          },
        ),
        runs(backend),
      ));

    test("copies what nobody watches: only the large arrays stay where they are", async () => {
      const [plastic, triarchic] = await Promise.all([
        createBrain({ kind: "plastic", config: SMALL }, backend),
        createBrain({ kind: "triarchic", config: SMALL_TRIARCHIC }, backend),
      ]);
      const watchedOf = async (brain: Brain) => {
        const { tensors } = await brain.state();
        const watched = brain.watch(null);
        const isWatched = ({ data: { buffer, byteOffset } }: Tensor) =>
          watched.some((array) => array.buffer === buffer && array.byteOffset === byteOffset);
        return Object.keys(tensors).filter((name) => isWatched(tensors[name]!));
      };
      assert.deepEqual(await watchedOf(plastic), [
        "layers.0.encoder",
        "layers.0.decoder",
        "layers.1.encoder",
        "layers.1.decoder",
        "memory.keys",
      ]);
      assert.deepEqual(await watchedOf(triarchic), ["projection", "core", "overlay", "importance"]);
    });
  });
}

test("hashing ends when the snapshot is not wanted any more", async () => {
  const [backend] = BACKENDS;
  const brain = await createBrain({ kind: "plastic", config: SMALL }, backend!);
  const snapshot = new Snapshot(await brain.state(), [], 64);
  let asked = 0;
  assert.equal(await snapshot.hash(() => ++asked < 3, 0), null);
  assert.equal(asked, 3);
});

test("kept rows are read back at any place, rows and pieces cutting each other as they may", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70_000 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.nat(12)),
      fc.nat(),
      (cols, rows, touched, seed) => {
        const live = Random.seeded(seed).gaussians(rows * cols);
        const before = Buffer.from(live.slice().buffer);
        const kept = new KeptRows(live, cols);
        for (const row of touched) {
          kept.keep(row);
          if (row < rows) live.fill(row, row * cols, (row + 1) * cols);
        }
        const size = 1 + (seed % (before.length + 3));
        for (let from = 0; from < before.length; from += size) {
          const piece = Buffer.alloc(Math.min(size, before.length - from));
          kept.copyTo(piece, from);
          assert.ok(piece.equals(before.subarray(from, from + piece.length)));
        }
      },
    ),
    { numRuns: 40 },
  ));
