// Clients for benchmarks: autocannon, with bodies of its own for each call.

import autocannon from "autocannon";
import { round } from "./measures.ts";
import { JSON_TYPE } from "./samples.ts";

/** What one call carries, and where it goes. */
export type Shot = { readonly path: string; readonly body: Buffer };

/** @throws when the answer is not 2xx */
export async function send(url: string, shot: Shot | undefined): Promise<void> {
  if (shot === undefined) return;
  const { path, body } = shot;
  const response = await fetch(`${url}${path}`, { method: "POST", headers: { "content-type": JSON_TYPE }, body });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** Sends `shots` in turn over so many connections for so many seconds, each its next once it has its answer; ms. */
export async function fire(url: string, shots: readonly Shot[], connections: number, seconds: number) {
  let next = 0;
  const latencies: number[] = [];
  const request: autocannon.Request = {
    method: "POST",
    headers: { "content-type": JSON_TYPE },
    setupRequest: (request) => ({ ...request, ...shots[next++ % shots.length] }),
  };
  const { errors, timeouts, non2xx, duration } = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = { url, connections, duration: seconds, requests: [request] };
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    run.on("response", (_client, status, _bytes, ms) => {
      if (status < 300) latencies.push(ms);
    });
  });
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => round(latencies[Math.floor(share * (latencies.length - 1))] ?? Number.NaN);
  const rate = round(latencies.length / duration);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), "calls/s": rate, failed: errors + timeouts + non2xx };
}
