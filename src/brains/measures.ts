// What is measured of a brain, as callers see it, and the tasks that they mark in what they teach.

import type { TaskStarted } from "../brain/events.ts";
import type { Head } from "../store/event-log.ts";
import type { MeasuresAnswer, TaskAnswer } from "./api.ts";
import type { LiveBrain } from "./live-brain.ts";
import type { Terms } from "./terms.ts";
import { answered, stampOf } from "./writer.ts";

/** All that is measured, in the state that the stamp names: evaluations that it made due are in it. */
export async function measuresOf(brain: LiveBrain): Promise<MeasuresAnswer> {
  const { result } = await brain.read("measures", {});
  const { measures, ...stamp } = result;
  return { brain: brain.row.id, ...stamp, ...measures };
}

/** What is taught from now on is another task, in any mode. @throws EngramError what a change throws */
export async function startTask(brain: LiveBrain, name: string | null, terms: Terms): Promise<TaskAnswer> {
  const draft = (): TaskStarted => ({ type: "taskStarted", name });
  const known = (_event: TaskStarted, head: Head) => stampOf(brain.row, head);
  return answered(await brain.change({ draft, known }, terms));
}
