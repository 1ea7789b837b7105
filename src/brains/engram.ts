// The service: what a server can do with brains, over its database and its hosts. Each method is one use case and changes nothing when it throws.

import type { Mode } from "../brain/config.ts";
import type { Consolidated, ModeChanged } from "../brain/events.ts";
import type { LayerSettings } from "../brain/shape.ts";
import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { KeyClaim } from "../store/idempotency-keys.ts";
import type * as Api from "./api.ts";
import { infoOf } from "./brain-info.ts";
import { fileOf } from "./checkpoint-file.ts";
import { checkScores } from "./checks.ts";
import { archiveOf } from "./export-archive.ts";
import { encoded } from "./features.ts";
import { giveFeedback, summarizeFeedback } from "./feedback.ts";
import { frozen } from "./frozen.ts";
import { checkHealth, computingHosts } from "./health.ts";
import { describeHistory, pageOfEvents } from "./history.ts";
import { importArchive } from "./import-archive.ts";
import { importState } from "./import-state.ts";
import { draftAdding, draftLayerTuning, draftRemoving, draftRenewing, draftReplacing } from "./layers.ts";
import { judge, learn } from "./lessons.ts";
import type { LiveBrain } from "./live-brain.ts";
import { measuresOf, startTask } from "./measures.ts";
import { entryOf, forgetEntry, forgetSamples, pageOf, summarize } from "./memory.ts";
import { merge } from "./merge.ts";
import { metricHistory } from "./metric-history.ts";
import { brainNotFound, existing } from "./not-found.ts";
import { Reception } from "./reception.ts";
import type { Terms } from "./terms.ts";
import { compare, fork, restore, restoreTo } from "./time-travel.ts";
import { trace } from "./trace.ts";
import { tune } from "./tuning.ts";
import { weightsOf } from "./weights.ts";
import { type EngramParts, setUp, type Works } from "./works.ts";

export class Engram implements Api.Brains {
  readonly #parts: EngramParts;
  readonly #works: Works;
  readonly #reception: Reception;

  constructor(parts: EngramParts) {
    this.#parts = parts;
    this.#works = setUp(parts);
    this.#reception = new Reception(parts, this.#works);
  }

  create(request: Api.CreateBrain, terms: Terms = {}): Promise<Api.BrainInfo> {
    return this.#reception.create(request, terms);
  }

  async list(page: Api.Page) {
    const { rows, nextCursor } = await this.#parts.table.list(page);
    return { brains: rows.map((row) => this.#infoOf(row)), nextCursor };
  }

  async listEncoders(): Promise<Api.EncoderList> {
    return { encoders: await this.#parts.encoders.list() };
  }

  async get(id: string): Promise<Api.BrainInfo> {
    return this.#infoOf(existing(id, await this.#parts.table.find(id)));
  }

  async update(id: string, { config = {}, ...notes }: Api.PatchBrain, terms: Terms = {}): Promise<Api.BrainInfo> {
    const brain = await this.#open(id);
    const { table } = this.#parts;
    if (Object.keys(config).length > 0) return tune(brain, config, notes, terms, this.#parts);
    const annotated = await brain.annotate(terms, async () => existing(id, await table.update(brain.row.uid, notes)));
    return this.#infoOf(annotated);
  }

  async remove(id: string, terms: Terms = {}): Promise<void> {
    const brain = await this.#open(id);
    await brain.delete(terms, async () => {
      await this.#parts.table.remove(brain.row.uid);
      await this.#parts.database.reclaim();
    });
    this.#works.registry.remove(brain);
    const { seq, step } = brain.head;
    this.#parts.feed.publish({ type: "deleted", brain: id, seq, step, time: new Date().toISOString() });
  }

  async keepWith<Answer>(
    id: string,
    terms: Terms,
    keep: (uid: string, claim?: KeyClaim) => Promise<Answer>,
  ): Promise<Answer> {
    const brain = await this.#open(id, terms);
    const { uid } = brain.row;
    return brain.answerOnce(terms, ({ ifMatch, claim }) =>
      brain.annotate(ifMatch === undefined ? {} : { ifMatch }, () => keep(uid, claim)),
    );
  }

  async liftQuarantine(id: string): Promise<void> {
    const { uid } = existing(id, await this.#parts.table.find(id));
    if (this.#works.quarantines.lift(uid)) this.#parts.logger.info({ brain: id }, "quarantine lifted");
  }

  async predict(id: string, given: Api.Given<Api.PredictRequest>, terms: Terms = {}): Promise<Api.PredictAnswer> {
    const brain = await this.#open(id);
    const request = await encoded<Api.PredictRequest>(brain, given);
    checkScores(request, brain);
    return brain.predict(request, terms);
  }

  async learn(id: string, given: Api.Given<Api.LearnRequest>, terms: Terms = {}): Promise<Api.LearnAnswer> {
    const brain = await this.#open(id, terms);
    return learn(brain, await encoded<Api.LearnRequest>(brain, given), this.#parts.memoryBudgetMb, terms);
  }

  async feedback(id: string, request: Api.FeedbackRequest, terms: Terms = {}): Promise<Api.FeedbackAnswer> {
    return giveFeedback(await this.#open(id), request, this.#parts.memoryBudgetMb, terms);
  }

  async feedbackSummary(id: string): Promise<Api.FeedbackSummary> {
    return summarizeFeedback(await this.#open(id));
  }

  async evaluate(id: string, given: Api.Given<Api.EvaluateRequest>): Promise<Api.EvaluateAnswer> {
    const brain = await this.#open(id);
    return judge(brain, await encoded<Api.EvaluateRequest>(brain, given));
  }

  async setMode(id: string, mode: Mode, terms: Terms = {}): Promise<Api.StateStamp> {
    return this.#reception.change(id, terms, (): ModeChanged => ({ type: "modeChanged", mode }));
  }

  async consolidate(id: string, terms: Terms = {}): Promise<Api.ConsolidateAnswer> {
    return this.#reception.change(id, terms, (_row, head): Consolidated => {
      if (head.mode === "inference") throw frozen(id);
      return { type: "consolidated" };
    });
  }

  async measures(id: string): Promise<Api.MeasuresAnswer> {
    return measuresOf(await this.#open(id));
  }

  async startTask(id: string, name: string | null, terms: Terms = {}): Promise<Api.TaskAnswer> {
    return startTask(await this.#open(id, terms), name, terms);
  }

  async trace(id: string, given: Api.Given<Api.TraceInputs>): Promise<Api.TraceAnswer> {
    const brain = await this.#open(id);
    return trace(brain, await encoded<Api.TraceInputs>(brain, given));
  }

  async weights(id: string, request: Api.WeightsRequest): Promise<Api.WeightsAnswer> {
    return weightsOf(await this.#open(id), request);
  }

  async listLayers(id: string): Promise<Api.LayersAnswer> {
    return (await this.#open(id)).layers();
  }

  async addLayer(id: string, at?: number, terms: Terms = {}): Promise<Api.LayerChangeAnswer> {
    const { memoryBudgetMb } = this.#parts;
    return this.#reception.change(id, terms, (row, head) => draftAdding(row, head, at, memoryBudgetMb));
  }

  async replaceLayer(id: string, index: number, terms: Terms = {}): Promise<Api.LayerChangeAnswer> {
    return this.#reception.change(id, terms, (row, head) => draftReplacing(row, head, index));
  }

  async tuneLayer(
    id: string,
    index: number,
    settings: Partial<LayerSettings>,
    terms: Terms = {},
  ): Promise<Api.LayerTuneAnswer> {
    return this.#reception.change(id, terms, (row, head) => draftLayerTuning(row, head, index, settings));
  }

  async removeLayer(id: string, index: number, terms: Terms = {}): Promise<Api.LayerChangeAnswer> {
    return this.#reception.change(id, terms, (row, head) => draftRemoving(row, head, index));
  }

  async renewLayer(id: string, index: number, terms: Terms = {}): Promise<Api.LayerRenewAnswer> {
    return this.#reception.change(id, terms, (row, head) => draftRenewing(row, head, index));
  }

  async memory(id: string): Promise<Api.MemoryAnswer> {
    return summarize(await this.#open(id));
  }

  async memoryEntries(id: string, request: Api.MemoryEntriesRequest): Promise<Api.MemoryEntriesAnswer> {
    return pageOf(await this.#open(id), request);
  }

  async forget(id: string, label?: string, terms: Terms = {}): Promise<Api.ForgetAnswer> {
    return forgetSamples(await this.#open(id), label, terms);
  }

  async memoryEntry(id: string, entry: string): Promise<Api.MemoryEntryAnswer> {
    return entryOf(await this.#open(id), entry);
  }

  async forgetEntry(id: string, entry: string, terms: Terms = {}): Promise<Api.ForgetAnswer> {
    return forgetEntry(await this.#open(id), entry, terms);
  }

  async createCheckpoint(id: string, name: string | null, terms: Terms = {}): Promise<Api.CheckpointInfo> {
    return (await this.#open(id)).checkpoint(name, terms);
  }

  async listCheckpoints(id: string, page: Api.CheckpointsPage) {
    return (await this.#open(id)).checkpoints.list(page);
  }

  async getCheckpoint(id: string, checkpoint: string): Promise<Api.CheckpointInfo> {
    return (await this.#open(id)).checkpoints.get(checkpoint);
  }

  async deleteCheckpoint(id: string, checkpoint: string): Promise<void> {
    await (await this.#open(id)).removeCheckpoint(checkpoint);
  }

  async checkpointFile(id: string, checkpoint: string): Promise<Api.StateFile> {
    const { row, checkpoints } = await this.#open(id);
    return fileOf(row, await checkpoints.find(checkpoint), this.#parts.checkpoints);
  }

  importState(request: Api.ImportBrain, terms: Terms = {}): Promise<Api.BrainInfo> {
    return this.#reception.arrive(terms, (keyFor) => importState(request, this.#works.travel, keyFor));
  }

  async exportBrain(id: string): Promise<Api.DownloadFile> {
    const brain = await this.#open(id);
    return archiveOf(brain, existing(id, await this.#parts.table.find(id)), this.#parts);
  }

  importArchive(request: Api.ImportBrain, terms: Terms = {}): Promise<Api.BrainInfo> {
    return this.#reception.arrive(terms, (keyFor) => importArchive(request, this.#works.travel, keyFor));
  }

  async restore(id: string, checkpoint: string, terms: Terms = {}): Promise<Api.RestoreAnswer> {
    return restore(await this.#open(id), checkpoint, this.#works.travel, terms);
  }

  async restoreTo(id: string, seq: number, terms: Terms = {}): Promise<Api.RestoreAnswer> {
    return restoreTo(await this.#open(id), seq, this.#works.travel, terms);
  }

  async fork(id: string, request: Api.ForkBrain, terms: Terms = {}): Promise<Api.BrainInfo> {
    const brain = await this.#open(id);
    return brain.answerOnce(terms, async (conditions) =>
      this.#reception.announce(infoOf(await fork(brain, request, this.#works.travel, conditions), "stored")),
    );
  }

  async merge(id: string, request: Api.MergeRequest, terms: Terms = {}): Promise<Api.MergeAnswer> {
    const brain = await this.#open(id);
    const find = (other: string, pointer: string) =>
      this.#open(other).catch((error: unknown) => {
        const isMissing = error instanceof EngramError && error.code === "brain-not-found";
        throw isMissing ? brainNotFound(other, pointer) : error;
      });
    return merge(brain, request, find, this.#works.travel, terms);
  }

  async compare(id: string, request: Api.CompareRequest): Promise<Api.CompareAnswer> {
    return compare(await this.#open(id), request, this.#works.travel);
  }

  async history(id: string): Promise<Api.HistoryAnswer> {
    const { row } = await this.#open(id);
    return describeHistory(row, this.#parts.history, this.#parts.checkpointPolicy);
  }

  async events(id: string, request: Api.EventsRequest): Promise<Api.EventsAnswer> {
    const { row } = await this.#open(id);
    return pageOfEvents(row, request, this.#parts.history);
  }

  async metrics(id: string, request: Api.MetricsRequest): Promise<Api.MetricsAnswer> {
    const { row, head } = await this.#open(id);
    return metricHistory(row, head.seq, request, this.#parts);
  }

  /** What names a brain in all tables; null of one that nobody has used since the start. */
  uidOf(id: string): string | null {
    return this.#works.registry.uidOf(id);
  }

  /** How many brains are in memory. */
  get resident(): number {
    return this.#works.registry.all.filter(({ status }) => status === "resident").length;
  }

  async health(): Promise<Api.Health> {
    const checks = checkHealth(this.#parts);
    const ready = !this.#reception.isClosed && Object.values(checks).every((check) => check === "up");
    return { ready, checks, hosts: computingHosts(this.#parts.hosts) };
  }

  /** Refuses new calls, and brings the last checkpoints up to date, as many as can be within `ms`. */
  async close(ms = Number.POSITIVE_INFINITY): Promise<void> {
    this.#reception.close();
    await this.#works.close(ms);
  }

  #infoOf(row: BrainRow): Api.BrainInfo {
    return infoOf(row, this.#works.registry.statusOf(row));
  }

  #open(id: string, terms?: Pick<Terms, "uid">): Promise<LiveBrain> {
    return this.#reception.open(id, terms);
  }
}
