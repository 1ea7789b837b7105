// What happened in the window, the latest first: the marks of the charts as a list to read. The time of each puts the cursor of all charts there.

import { useState } from "preact/hooks";
import { toneOf, wordingOf } from "../../../charts/mark-wording.ts";
import type { Mark } from "../../../charts/marks.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { dateTime, plural } from "../../../ui/format.ts";
import type { LiveHistory } from "./live-history.ts";

const FIRST = 12;

export function EventList({ history }: { readonly history: LiveHistory }) {
  const [isAll, setAll] = useState(false);
  void history.version.value;
  const { marks, span } = history.picture();
  const inSight = marks.filter(({ timeMs }) => timeMs >= span.fromMs && timeMs <= span.toMs).toReversed();
  const shown = isAll ? inSight : inSight.slice(0, FIRST);
  return (
    <Card
      title="What happened"
      note="The dashed lines in the charts, the latest first; the strip above each chart is the mode that the brain was in."
    >
      {inSight.length === 0 ? <p class="note">Nothing but lessons and predictions.</p> : null}
      <ol class="events">
        {shown.map((mark) => (
          <Event key={`${mark.timeMs} ${mark.seq} ${mark.type}`} mark={mark} history={history} />
        ))}
      </ol>
      {inSight.length > FIRST ? (
        <Button size="small" kind="quiet" onClick={() => setAll(!isAll)}>
          {isAll ? "Show fewer" : `Show all ${plural(inSight.length, "event")}`}
        </Button>
      ) : null}
    </Card>
  );
}

function Event({ mark, history }: { readonly mark: Mark; readonly history: LiveHistory }) {
  const { title, details } = wordingOf(mark);
  const point = (): void => {
    const { stepMs } = history.picture().timeline;
    const timeMs = Math.floor(mark.timeMs / stepMs) * stepMs;
    history.cursor.value = { timeMs, pointerMs: mark.timeMs, chart: null };
  };
  const leave = (): void => {
    history.cursor.value = null;
  };
  return (
    <li class="event">
      <button
        type="button"
        class="event-time"
        title="Show it in the charts"
        onFocus={point}
        onBlur={leave}
        onMouseEnter={point}
        onMouseLeave={leave}
      >
        {dateTime(new Date(mark.timeMs).toISOString())}
      </button>
      <strong class="mark-title" data-tone={toneOf(mark)}>
        {title}
      </strong>
      <span class="event-details">{details}</span>
      <span class="note">seq {mark.seq}</span>
    </li>
  );
}
