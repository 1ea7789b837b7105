// What the brain was taught here, and how it did before it was told.

import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Figure, Figures } from "../../ui/figure.tsx";
import { percent, whole } from "../../ui/format.ts";
import { pictureOf } from "../../ui/picture.ts";
import { Pixels } from "../../ui/pixels.tsx";
import type { Lesson, Lessons } from "./use-lessons.ts";

/** Older ones are counted, not shown. */
const SHOWN = 24;

export function LessonStrip({ all }: Pick<Lessons, "all">) {
  const right = all.filter(({ wasRight }) => wasRight).length;
  return (
    <Card title="Taught here" note="Since you opened this page.">
      <Figures>
        <Figure label="Drawings taught" value={whole(all.length)} />
        <Figure
          label="Known before it was told"
          value={percent(all.length === 0 ? null : right / all.length, 0)}
          note={all.length === 0 ? undefined : `${right} of ${all.length}`}
          hint="Of the drawings taught here, those that the brain named right before it learned them."
        />
      </Figures>
      <ul class="draw-lessons" aria-label="Latest lessons">
        {all.slice(0, SHOWN).map((lesson) => (
          <LessonTile key={lesson.seq} lesson={lesson} />
        ))}
      </ul>
    </Card>
  );
}

/** What the last lesson did, and the way back from it. */
export const LastLesson = ({ lessons: { all, isBusy, undo } }: { readonly lessons: Lessons }) => (
  <div class="draw-last">
    <p role="status">{all[0] === undefined ? "" : sentenceOf(all[0])}</p>
    <Button size="small" icon="restore" isDisabled={all.length === 0} isBusy={isBusy} onClick={undo}>
      Undo last lesson
    </Button>
  </div>
);

function sentenceOf({ label, said, wasRight, isHeldOut, seq }: Lesson): string {
  const before = wasRight ? "It knew that." : `It had said ${said ?? "nothing"}.`;
  return isHeldOut
    ? `${label}, kept for measuring and not learned, as change ${seq}. ${before}`
    : `Learned ${label} as change ${seq}. ${before}`;
}

function LessonTile({ lesson: { picture, label, wasRight, seq } }: { readonly lesson: Lesson }) {
  const shape = pictureOf(picture.length);
  return (
    <li class="draw-lesson" title={`Change ${seq}`}>
      {shape === null ? null : <Pixels values={picture} picture={shape} label={`A drawing of ${label}`} />}
      <span class="draw-lesson-label">{label}</span>
      <span class="draw-lesson-how" data-right={wasRight}>
        {wasRight ? "knew it" : "did not"}
      </span>
    </li>
  );
}
