// A brain's changes, and what follows each: the streams hear of it and of its numbers, its policy may advise a mode, a checkpoint is taken when
// it is time. Invariant: a change is in the log and applied before anybody hears of it.

import type { BrainEvent, Outcome, OutcomeOf } from "../brain/events.ts";
import type { Applied } from "../brain/measures/findings.ts";
import type { Feed, MergedMessage } from "../metrics/feed.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { EventLog, Head } from "../store/event-log.ts";
import type { Admission } from "./admission.ts";
import { announce } from "./announce.ts";
import type { RestoreAnswer } from "./api.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { Gate } from "./gate.ts";
import { type MakeModeChange, ModeAdviser, type ModeAdviserParts } from "./mode-advice.ts";
import type { Quarantines } from "./quarantines.ts";
import type { Residency } from "./residency.ts";
import { type Change, type Conditions, type Done, stampOf, type Writer } from "./writer.ts";

export type ChangesParts = ModeAdviserParts & {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly quarantines: Quarantines;
  readonly newId: () => string;
};

/** The brain's own parts that take part. */
export type Changing = {
  readonly row: BrainRow;
  readonly admission: Admission;
  readonly gate: Gate;
  readonly residency: Residency;
  readonly writer: Writer;
  readonly checkpointer: Checkpointer;
};

export class Changes {
  readonly #brain: Changing;
  readonly #parts: ChangesParts;
  readonly #modeAdviser: ModeAdviser;
  readonly #onLearned: (samples: number, startMs: number) => void;

  /**
   * @param makeModeChange makes what the brain's policy advises, as none of the calls that are counted
   * @param onLearned told of each lesson that was learned
   */
  constructor(
    brain: Changing,
    parts: ChangesParts,
    makeModeChange: MakeModeChange,
    onLearned: (samples: number, startMs: number) => void,
  ) {
    this.#brain = brain;
    this.#parts = parts;
    this.#modeAdviser = new ModeAdviser(brain.row, makeModeChange, parts);
    this.#onLearned = onLearned;
  }

  /** Makes one change, within a call that was let in and with the gate open to it. @throws EngramError as `Writer.change`, and what keeps the brain from a host */
  async change<E extends BrainEvent, Known extends object>(
    { draft, ...change }: Change<E, Known>,
    conditions: Conditions,
  ): Promise<Done<Known, OutcomeOf<E>>> {
    const { row, admission, residency, writer } = this.#brain;
    const startMs = performance.now();
    admission.refuseDeleted();
    this.#parts.quarantines.refuse(row); // before it is committed
    await writer.caughtUp();
    const before = writer.head;
    const noted = (at: Head): E => {
      const event = draft(at);
      this.#modeAdviser.noteEvent(event, at.seq + 1);
      return event;
    };
    // A change that no host has room for is refused before it is committed.
    const { known, applied, head } = await residency.stay(() => writer.change({ ...change, draft: noted }, conditions));
    if (head.shape !== before.shape || head.labels !== before.labels) residency.resize();
    this.#follow(applied, head, startMs);
    return { known, outcome: applied.outcome };
  }

  /** Replaces the state by the checkpoint's, as one more event, with nothing else under way. @throws EngramError as `Writer.restore`; checkpoint-not-found */
  async restore(checkpointId: string, conditions: Conditions): Promise<RestoreAnswer> {
    const { row, admission, writer, checkpointer } = this.#brain;
    admission.refuseDeleted();
    await writer.readLog();
    // Retention does not remove it between the finding and the copying.
    const { checkpoint, head, known } = await this.#parts.log.readers.hold(row.uid, async () => {
      const found = await checkpointer.find(checkpointId);
      const answer = (at: Head) => ({ ...stampOf(row, at), checkpoint: found.id, from: found.seq });
      const restored = await writer.restore(found, this.#parts.newId(), answer, conditions);
      return { checkpoint: found, ...restored };
    });
    checkpointer.noteReplaced(head.seq);
    this.#modeAdviser.noteRestored(head.seq);
    this.#parts.quarantines.lift(row.uid); // what ended its hosts is behind that state
    const { id, seq } = checkpoint;
    this.#parts.feed.publish({ ...this.#stampOf(head), type: "restored", checkpoint: id, from: seq });
    return known;
  }

  /**
   * Has `make` replace the state by one that is made of it, with nothing else under way.
   * @param make does it by way of the writer, and says what the streams hear
   * @throws EngramError brain-quarantined, seq-mismatch; what `make` throws
   */
  async replace<Answer>(
    make: (writer: Writer) => Promise<{ readonly answer: Answer; readonly heard: MergedMessage }>,
    { ifMatch }: Conditions,
  ): Promise<Answer> {
    const { row, admission, writer, checkpointer } = this.#brain;
    admission.refuseDeleted();
    this.#parts.quarantines.refuse(row);
    await writer.readLog();
    writer.refuseMismatch(ifMatch);
    const { answer, heard } = await make(writer);
    const { head } = writer;
    checkpointer.noteReplaced(head.seq);
    this.#parts.feed.publish({ ...this.#stampOf(head), ...heard });
    return answer;
  }

  /** Lets an automatic checkpoint run behind the changes. */
  takeAutomatic(): Promise<void> {
    const { admission, gate, checkpointer } = this.#brain;
    return checkpointer.takeAutomatic((take) =>
      gate.shared(async () => {
        if (!admission.isDeleted) await take();
      }),
    );
  }

  #follow<O extends Outcome>(applied: Applied<O>, head: Head, startMs: number): void {
    const { findings } = applied;
    const outcome: Outcome = applied.outcome;
    announce(this.#parts.feed, this.#stampOf(head), applied);
    this.#modeAdviser.follow(findings, head.seq);
    if (findings.isEvaluating) void this.#tellEvaluated();
    if (outcome.type === "learned") this.#onLearned(outcome.samples, startMs);
    if (this.#brain.checkpointer.isDue(head.seq)) void this.takeAutomatic();
  }

  /** Tells the numbers once an evaluation is made. Never rejects: who did not hear them asks. */
  async #tellEvaluated(): Promise<void> {
    const { row, admission, gate, residency, writer } = this.#brain;
    const { feed, logger } = this.#parts;
    try {
      await gate.shared(async () => {
        if (admission.isDeleted || !residency.isResident) return;
        const { result } = await residency.ask("measures", {});
        const { seq, step, measures } = result;
        const stamp = { ...this.#stampOf(writer.head), seq, step };
        feed.publish({ ...stamp, type: "measured", numbers: measures.numbers });
      });
    } catch (error) {
      logger.debug({ brain: row.id, err: error }, "numbers of an evaluation were not told");
    }
  }

  #stampOf({ seq, step }: Head) {
    return { brain: this.#brain.row.id, seq, step, time: new Date().toISOString() };
  }
}
