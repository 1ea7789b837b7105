// Looks at a host's process twice a second, and says once when it hangs (pulse.ts).

import { readFileSync } from "node:fs";
import { PULSE_MS, Pulse } from "./pulse.ts";

export class Watch {
  readonly #limitMs: number;
  readonly #onHung: (quietMs: number) => void;
  readonly #timer: NodeJS.Timeout;
  #pulse: Pulse;
  /** Null while there is nothing to look at. */
  #pid: number | null = null;
  #lookedAtMs = performance.now();

  /** @param limitMs as `Pulse` takes it */
  constructor(limitMs: number, onHung: (quietMs: number) => void) {
    this.#limitMs = limitMs;
    this.#onHung = onHung;
    this.#pulse = new Pulse(limitMs);
    this.#timer = setInterval(() => this.#look(), PULSE_MS).unref();
  }

  /** How long the process has neither spoken nor computed; null while that is not worth telling. */
  get silentMs(): number | null {
    return this.#pulse.silentMs;
  }

  begin(pid: number | null): void {
    this.#pulse = new Pulse(this.#limitMs);
    this.#pid = pid;
  }

  heard(): void {
    this.#pulse.heard();
  }

  end(): void {
    this.#pid = null;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const nowMs = performance.now();
    const elapsedMs = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    if (this.#pid === null) return;
    this.#pulse.look(elapsedMs, cpuMsOf(this.#pid));
    if (!this.#pulse.isHung) return;
    this.end();
    this.#onHung(this.#pulse.quietMs);
  }
}

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10;

/** @returns processor time of a process and its threads so far; null where the system does not tell */
function cpuMsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name, in parentheses, may hold anything; behind it come state (field 3) and, as 14 and 15, the ticks in user and system mode.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return null;
  }
}
