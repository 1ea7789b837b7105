// Curricula as the stream tells of them: how a list, or one of them, stands after a message. Pure.

import type { Curriculum, CurriculumMessage, Plan } from "../../../api/types.ts";
import { NOTHING, percent } from "../../../ui/format.ts";

export type State = Curriculum["state"];

export const hasEnded = (state: State): boolean => state !== "queued" && state !== "running";

/** @returns the curriculum as it stands after the message; itself where the message is about another one, or tells nothing new */
export function after(curriculum: Curriculum, message: CurriculumMessage): Curriculum {
  if (message.curriculum !== curriculum.id) return curriculum;
  const { phase, phaseName, epoch, phaseStep, phaseSteps, done, total, samplesPerSecond, secondsLeft, waiting } =
    message;
  // What is on its way from before the last reading.
  if (done < curriculum.progress.done && hasEnded(curriculum.state)) return curriculum;
  const progress = {
    phase,
    phaseName,
    epoch,
    phaseStep,
    phaseSteps,
    done,
    total,
    samplesPerSecond,
    secondsLeft,
    waiting,
  };
  return { ...curriculum, state: message.state, progress };
}

/** Whether a message tells of something that it does not tell whole: a new curriculum, another phase, an end. */
export function wantsReading(known: Curriculum | undefined, message: CurriculumMessage): boolean {
  return known === undefined || known.state !== message.state || known.progress.phase !== message.phase;
}

export const shareOf = ({ done, total }: { readonly done: number; readonly total: number }): number =>
  total === 0 ? 0 : done / total;

/** `phase 2 of 3, 41 %` */
export function progressText(progress: Curriculum["progress"], phases: number): string {
  const share = percent(Math.floor(100 * shareOf(progress)) / 100, 0);
  return progress.phase === null ? share : `phase ${progress.phase + 1} of ${phases}, ${share}`;
}

/** What a curriculum without a name is called: by its phases. */
export function titleOf({ name, plan }: { readonly name: string | null; readonly plan: Plan }): string {
  if (name !== null && name !== "") return name;
  const names = plan.phases.map((phase) => phase.name);
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more phases`;
}

/** How far each phase is: its steps, of which so many are done. */
export type PhaseShare = { readonly name: string; readonly steps: number; readonly done: number };

/** @returns the phases with what is done of each, by the number that is done of all */
export function phaseShares({ phases, progress }: Pick<Curriculum, "phases" | "progress">): readonly PhaseShare[] {
  let left = progress.done;
  return phases.map(({ name, steps }) => {
    const done = Math.min(steps, left);
    left -= done;
    return { name, steps, done };
  });
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`: in the two largest units. */
export function timeText(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NOTHING;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return joined(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  return joined(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3600), "h");
}

const joined = (many: number, unit: string, few: number, smaller: string): string =>
  few === 0 ? `${many} ${unit}` : `${many} ${unit} ${few} ${smaller}`;

/** What it waits for: the code of a problem that will pass, or its turn. */
const WAITS: { readonly [waiting: string]: string } = {
  turn: "Waits for its turn: another curriculum of this brain is before it.",
  "host-unavailable": "Waits for the brain’s compute process, which is being started again.",
  "database-unavailable": "Waits for the database, which does not answer.",
  "storage-full": "Waits for room in the database or on its disk.",
  overloaded: "Waits for other calls about this brain.",
  "brain-frozen": "Waits for the brain, which takes no change now.",
  "brain-quarantined": "Waits for the brain, which is quarantined.",
};

export const waitingText = (waiting: string): string => WAITS[waiting] ?? `Waits: ${waiting}.`;
