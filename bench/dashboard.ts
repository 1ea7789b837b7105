// How long the dashboard's charts take to redraw when a point comes, in the system's Chromium. Invariant: prints ratios, asserts nothing.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import type { BenchOptions } from "./brain.ts";
import { median, round } from "./measures.ts";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
/** Between two pictures of most screens. */
const FRAME_MS = 1000 / 60;
const CASES = [
  { what: "accuracy, 4 lines with bands", points: 600, isWhole: false },
  { what: "accuracy, 4 lines with bands", points: 10_000, isWhole: false },
  { what: "all 12 charts", points: 600, isWhole: true },
  { what: "all 12 charts", points: 10_000, isWhole: true },
] as const;

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? Number.NaN;

/** Prints one table: charts, points of each line, the time of the page's thread and its ratio to a frame, and the time until all is painted. */
export async function benchDashboard({ isQuick }: BenchOptions): Promise<void> {
  console.log("dashboard: redraws of charts when a point comes");
  if (!existsSync(CHROMIUM)) {
    console.log(`left out: there is no Chromium at ${CHROMIUM}; install one, or say where it is with CHROMIUM_PATH`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "engram-bench-"));
  const root = join(import.meta.dirname, "dashboard");
  const site = { root, configFile: false, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } } as const;
  await build(site);
  const server = await preview({ ...site, preview: { host: "127.0.0.1", port: 0 } });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 4000 } });
    await page.goto(server.resolvedUrls?.local[0] ?? "");
    const rows = [];
    for (const { what, points, isWhole } of CASES) {
      // What bench/dashboard/page.tsx says that it returns.
      const { thread, painted } = (await page.evaluate(`redraws(${points}, ${isWhole}, ${isQuick ? 20 : 60})`)) as {
        readonly thread: readonly number[];
        readonly painted: readonly number[];
      };
      rows.push({
        charts: what,
        points,
        "least ms": round(at(thread, 0)),
        "p50 ms": round(median(thread)),
        "p95 ms": round(at(thread, 0.95)),
        "to a frame": round(median(thread) / FRAME_MS),
        "painted p50": round(median(painted)),
        "painted p95": round(at(painted, 0.95)),
      });
    }
    console.table(rows);
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
