// What Prometheus is told of the server, and when it is measured. Units are base units and labels come from small closed sets: no brain has
// a name here but those that the owner has named (brain-meters.ts). Invariant: measuring never fails a call, and costs no more than a few additions.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { BrainMeters } from "./brain-meters.ts";
import type { AnsweredCall } from "./calls.ts";
import type { Feed, FeedMessage } from "./feed.ts";

/** One host as it is now. */
export type HostGauges = {
  readonly host: number;
  readonly isUp: boolean;
  readonly starts: number;
  /** Requests that have no answer yet. */
  readonly waiting: number;
  /** Share of time in which it computes. */
  readonly busyShare: number;
  /** Resident memory of the process. */
  readonly memoryBytes: number;
  /** Of the brains that it was given. */
  readonly brainBytes: number;
};

/** What is looked at when somebody asks. */
export type Gauges = {
  readonly hosts: readonly HostGauges[];
  readonly residentBrains: number;
  readonly streams: number;
  readonly curricula: CurriculaGauges;
};

/** How many curricula are in each state; those that wait for a part of the server are not counted as running. */
export type CurriculaGauges = { readonly queued: number; readonly running: number; readonly waiting: number };

/** Seconds. Powers of two from half a millisecond to half a minute: brains of every size, loads and checkpoints fit in. */
const SECONDS = Array.from({ length: 17 }, (_, i) => 0.0005 * 2 ** i);
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const EVENTS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What stands at one moment, and what was done up to it since the start. */
export type ServerSample = Gauges & { readonly learnedRows: number; readonly predictedRows: number };

export class Meters {
  readonly #registry = new Registry();
  readonly #brains: BrainMeters;
  readonly #sums = { learnedRows: 0, predictedRows: 0 };
  #gauges: () => Gauges = () => {
    return { hosts: [], residentBrains: 0, streams: 0, curricula: { queued: 0, running: 0, waiting: 0 } };
  };
  readonly #requests = this.#seconds("http_server_request_duration_seconds", "Time from a request to its answer.", [
    "http_request_method",
    "http_route",
    "http_response_status_code",
  ]);
  readonly #hostRequests = this.#seconds(
    "engram_host_request_duration_seconds",
    "Time from asking a compute process to its answer: waiting in line, computing, and the way there and back.",
    ["operation"],
  );
  readonly #batches = this.#histogram("engram_prediction_batch_rows", "Inputs that were predicted together.", ROWS);
  readonly #commits = this.#seconds("engram_log_commit_duration_seconds", "Time of a commit to the event log.", []);
  readonly #commitEvents = this.#histogram("engram_log_commit_events", "Events of one commit.", EVENTS);
  readonly #checkpoints = this.#seconds("engram_checkpoint_duration_seconds", "Time to write a checkpoint.", []);
  readonly #checkpointBytes = this.#counter("engram_checkpoint_bytes_total", "Sizes of the checkpoints written.", []);
  readonly #learnedRows = this.#counter("engram_learned_rows_total", "Samples learned.", []);
  readonly #predictedRows = this.#counter("engram_predicted_rows_total", "Inputs predicted.", []);
  readonly #calls = this.#seconds(
    "engram_call_duration_seconds",
    "Time from the admission of a prediction or a lesson to its answer: its turn, the log, the compute process.",
    ["operation"],
  );
  readonly #drifts = this.#counter(
    "engram_drift_events_total",
    "How often a drift of a brain's input was noticed.",
    [],
  );
  readonly #switches = this.#counter(
    "engram_mode_switches_total",
    "Modes that a brain's own policy has set, by the mode and why.",
    ["mode", "reason"],
  );
  readonly #droppedPoints = this.#counter(
    "engram_history_dropped_points_total",
    "Seconds of a brain's history that the database was away for too long to take.",
    [],
  );
  readonly #events = this.#counter("engram_events_total", "What happened to brains, by kind.", ["type"]);
  readonly #curriculumSteps = this.#counter(
    "engram_curriculum_steps_total",
    "Steps of curricula that were learned.",
    [],
  );
  readonly #endedCurricula = this.#counter("engram_curricula_ended_total", "Curricula that have ended, by how.", [
    "state",
  ]);
  readonly #droppedStreams = this.#counter("engram_streams_dropped_total", "Streams ended as nobody read them.", []);
  readonly #streamMessages = this.#counter(
    "engram_stream_messages_total",
    "Messages for streams, by what became of them: sent, told by one that stands for several, or dropped.",
    ["outcome"],
  );

  /** @param brains ids of those that are told of by their names */
  constructor(feed: Feed, brains: readonly string[] = []) {
    collectDefaultMetrics({ register: this.#registry });
    this.#brains = new BrainMeters(this.#registry, brains);
    this.#addGauges();
    feed.subscribe((message) => this.#note(message));
  }

  /** Says where to look when somebody asks. */
  watch(gauges: () => Gauges): void {
    this.#gauges = gauges;
  }

  /** @returns all of it in the Prometheus text format, and that format's media type */
  async read(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  /** @returns the server's numbers as they are now */
  sample(): ServerSample {
    return { ...this.#gauges(), ...this.#sums };
  }

  /** An HTTP request was answered. @param route its pattern, not its address */
  answered(method: string, route: string, status: number, durationMs: number): void {
    const labels = { http_request_method: method, http_route: route, http_response_status_code: status };
    this.#requests.observe(labels, durationMs / 1000);
  }

  /** A host has answered. */
  computed(operation: string, durationMs: number): void {
    this.#hostRequests.observe({ operation }, durationMs / 1000);
  }

  /** A host has predicted so many rows together, so often each. */
  batched(batches: Readonly<Record<number, number>>): void {
    for (const [rows, times] of Object.entries(batches)) {
      for (let i = 0; i < times; i++) this.#batches.observe(Number(rows));
    }
  }

  /** The log has committed so many events together. */
  committed(events: number, durationMs: number): void {
    this.#commits.observe(durationMs / 1000);
    this.#commitEvents.observe(events);
  }

  /** A brain has answered a prediction or a lesson. */
  answeredCall(call: AnsweredCall): void {
    const { operation, rows, durationMs } = call;
    this.#calls.observe({ operation }, durationMs / 1000);
    if (operation === "predict") {
      this.#predictedRows.inc(rows);
      this.#sums.predictedRows += rows;
    }
    this.#brains.answered(call);
  }

  /** A step of a curriculum was learned. */
  learnedStep(): void {
    this.#curriculumSteps.inc();
  }

  /** So many points of brains' histories could not be stored. */
  droppedPoints(points: number): void {
    this.#droppedPoints.inc(points);
  }

  /** Told of what becomes of streams and of the messages for them. */
  readonly streams = {
    sent: (messages: number): void => this.#streamMessages.inc({ outcome: "sent" }, messages),
    coalesced: (messages: number): void => this.#streamMessages.inc({ outcome: "coalesced" }, messages),
    dropped: (messages: number): void => this.#streamMessages.inc({ outcome: "dropped" }, messages),
    droppedStream: (): void => this.#droppedStreams.inc(),
  };

  #note(message: FeedMessage): void {
    if (message.type === "curriculum") {
      if (message.state !== "running") this.#endedCurricula.inc({ state: message.state });
      return; // tells of a job, and of nothing that happened to the brain
    }
    this.#brains.note(message);
    if (message.type === "measured") return; // tells of an event, and is none
    if (message.type === "drift") this.#drifts.inc();
    if (message.type === "modeChanged" && message.reason !== undefined) {
      this.#switches.inc({ mode: message.mode, reason: message.reason });
    }
    this.#events.inc({ type: message.type });
    if (message.type === "learned") {
      this.#learnedRows.inc(message.samples);
      this.#sums.learnedRows += message.samples;
    }
    if (message.type === "checkpointed") {
      this.#checkpoints.observe(message.durationMs / 1000);
      this.#checkpointBytes.inc(message.sizeBytes);
    }
  }

  #addGauges(): void {
    const ofHosts = (name: string, help: string, value: (host: HostGauges) => number): void => {
      this.#gauge(name, help, ["host"], (gauge) => {
        for (const host of this.#gauges().hosts) gauge.set({ host: String(host.host) }, value(host));
      });
    };
    ofHosts("engram_host_up", "1 where the compute process serves.", ({ isUp }) => Number(isUp));
    ofHosts("engram_host_starts", "How often it was started.", ({ starts }) => starts);
    ofHosts("engram_host_waiting_requests", "Requests to it without an answer yet.", ({ waiting }) => waiting);
    ofHosts("engram_host_busy_ratio", "Share of time in which it computes.", ({ busyShare }) => busyShare);
    ofHosts("engram_host_resident_memory_bytes", "Resident memory of the process.", ({ memoryBytes }) => memoryBytes);
    ofHosts("engram_host_brain_bytes", "What the brains that it holds count for.", ({ brainBytes }) => brainBytes);
    this.#gauge("engram_resident_brains", "Brains in memory.", [], (gauge) => gauge.set(this.#gauges().residentBrains));
    const help = "Curricula that have not ended; waiting: for a part of the server that is away.";
    this.#gauge("engram_curricula", help, ["state"], (gauge) => {
      for (const [state, count] of Object.entries(this.#gauges().curricula)) gauge.set({ state }, count);
    });
    this.#gauge("engram_streams", "Open streams.", [], (gauge) => gauge.set(this.#gauges().streams));
  }

  #gauge(name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => collect(gauge),
    });
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #seconds(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.#registry] });
  }
}
