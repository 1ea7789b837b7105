// Everything about one drawing and one brain: the sheet, what the brain says of it, what it is told, what it was taught.

import { useMemo, useState } from "preact/hooks";
import type { Brain } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { PEN_KEYS } from "./keyboard-pen.ts";
import { LastLesson, LessonStrip } from "./lesson-strip.tsx";
import { Pad } from "./pad.tsx";
import { pictureSeen } from "./seen.ts";
import { CLEAN, PEN_RADIUS, undoStroke } from "./strokes.ts";
import { Teacher } from "./teacher.tsx";
import { useLessons } from "./use-lessons.ts";
import { usePrediction } from "./use-prediction.ts";
import { VerdictCard } from "./verdict.tsx";

type DeskProps = { readonly brain: Brain; readonly isConnected: boolean; readonly onChange: () => void };

export function Desk({ brain, isConnected, onChange }: DeskProps) {
  const [sheet, setSheet] = useState(CLEAN);
  const lessons = useLessons(brain, onChange);
  const side = Math.sqrt(brain.config.inputDim);
  const picture = useMemo(() => pictureSeen(sheet.strokes, PEN_RADIUS, side), [sheet.strokes, side]);
  const isEmpty = sheet.strokes.length === 0;
  const verdict = usePrediction(brain, isEmpty ? null : picture, isConnected);
  const said = verdict.prediction?.label ?? null;

  const teach = async (label: string): Promise<void> => {
    // Drawing may have gone on when the answer comes: then the sheet is another one.
    if (await lessons.teach(picture, label, said)) {
      setSheet((now) => (now.strokes === sheet.strokes ? { ...now, isDone: true } : now));
    }
  };

  return (
    <>
      <div class="draw-desk">
        <Card
          title="Your drawing"
          actions={
            <>
              <Button size="small" isDisabled={isEmpty} onClick={() => setSheet(undoStroke)}>
                Undo stroke
              </Button>
              <Button size="small" isDisabled={isEmpty} onClick={() => setSheet(CLEAN)}>
                Clear
              </Button>
            </>
          }
        >
          <Pad sheet={sheet} onDraw={setSheet} />
          <p class="note draw-below">
            {sheet.isDone ? (
              "Taught. Your next stroke begins a new drawing."
            ) : (
              <span class="draw-keys">{PEN_KEYS}</span>
            )}
          </p>
        </Card>
        <VerdictCard brain={brain} picture={picture} isEmpty={isEmpty} verdict={verdict} />
        <Teacher
          brain={brain}
          said={said}
          isReady={!isEmpty && !sheet.isDone && !lessons.isBusy}
          onTeach={teach}
          onChange={onChange}
        >
          <LastLesson lessons={lessons} />
        </Teacher>
      </div>
      <LessonStrip all={lessons.all} />
    </>
  );
}
