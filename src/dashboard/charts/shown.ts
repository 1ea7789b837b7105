// What charts show of a brain: what the history told, and on top of it what the stream has told since. Pure: times come in.
// Invariant: after a reading, points and marks are what the history says, and of the stream only what is newer than the reading.

import type { MetricHistory, StreamMessage } from "../api/types.ts";
import { type Mark, markOf, markOfMessage, mergeMarks } from "./marks.ts";
import { type Numbers, Timeline } from "./timeline.ts";

/** Numbers as a message told them. */
type Heard = { readonly timeMs: number; readonly numbers: Numbers };

/** Messages since the last reading; the oldest of more are dropped: the next reading has them. */
const MAX_HEARD = 2000;

export class Shown {
  readonly timeline: Timeline;
  /** The coarsest that its times are kept at, in seconds. */
  resolutionS = 1;
  #marks: readonly Mark[] = [];
  #heard: Heard[] = [];
  #heardMarks: readonly Mark[] = [];
  #lastSeq = -1;

  constructor(stepMs: number, maxPoints: number) {
    this.timeline = new Timeline(stepMs, maxPoints);
  }

  /** In the order of their times. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Takes in all of the history from `history.from` on. */
  read(history: MetricHistory): void {
    const [fromMs, toMs] = [Date.parse(history.from), Date.parse(history.to)];
    this.timeline.take(history);
    this.resolutionS = Math.max(this.resolutionS, history.resolutionSeconds);
    this.#heard = this.#heard.filter(({ timeMs }) => timeMs > toMs);
    this.#heardMarks = this.#heardMarks.filter(({ timeMs }) => timeMs > toMs);
    for (const { timeMs, numbers } of this.#heard) this.timeline.fold(timeMs, numbers);
    const before = this.#marks.filter(({ timeMs }) => timeMs < fromMs);
    this.#marks = mergeMarks(before, [...history.markers.map(markOf), ...this.#heardMarks]);
  }

  /** @returns whether it changes what is shown */
  hear(message: StreamMessage): boolean {
    const mark = markOfMessage(message);
    if (mark !== null) {
      this.#heardMarks = mergeMarks(this.#heardMarks, [mark]);
      this.#marks = mergeMarks(this.#marks, [mark]);
      return true;
    }
    // A state may be measured twice, again when its hold-out was evaluated; an older one than the last comes only where a stream repeats itself.
    if (message.type !== "measured" || message.seq < this.#lastSeq) return false;
    this.#lastSeq = message.seq;
    const heard = { timeMs: Date.parse(message.time), numbers: message.numbers };
    this.#heard.push(heard);
    if (this.#heard.length > MAX_HEARD) this.#heard.splice(0, this.#heard.length - MAX_HEARD);
    this.timeline.fold(heard.timeMs, heard.numbers);
    return true;
  }

  /** Lets go of what was over at `timeMs`. */
  dropBefore(timeMs: number): void {
    this.timeline.dropBefore(timeMs);
    if ((this.#marks[0]?.timeMs ?? timeMs) < timeMs) this.#marks = this.#marks.filter((mark) => mark.timeMs >= timeMs);
  }
}
