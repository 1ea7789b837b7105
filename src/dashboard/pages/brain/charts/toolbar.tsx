// Which stretch of time charts show, how smooth, and whether they go on.

import { useId } from "preact/hooks";
import { messageOf } from "../../../api/client.ts";
import { SMOOTHINGS } from "../../../charts/smoothing.ts";
import { duration, WINDOWS } from "../../../charts/windows.ts";
import { Button } from "../../../ui/button.tsx";
import { Choice } from "../../../ui/choice.tsx";
import { plural } from "../../../ui/format.ts";
import type { LiveHistory } from "./live-history.ts";
import type { Settings } from "./settings.ts";

type ToolbarProps = { readonly history: LiveHistory; readonly settings: Settings };

export function Toolbar({ history, settings }: ToolbarProps) {
  const isPaused = history.isPaused.value;
  return (
    <div class="toolbar">
      <Choice
        label="Window"
        options={WINDOWS}
        value={settings.window.value}
        onChange={(window) => {
          history.reset();
          settings.window.value = window;
        }}
      />
      {history.zoomed.value === null ? null : (
        <Button size="small" icon="restore" onClick={history.reset}>
          Whole window
        </Button>
      )}
      <Smoothing history={history} settings={settings} />
      <Button
        size="small"
        icon={isPaused ? "play" : "pause"}
        onClick={() => (isPaused ? history.resume() : history.pause())}
      >
        {isPaused ? "Go on" : "Pause"}
      </Button>
      {isPaused ? (
        <span class="toolbar-missed" role="status">
          {plural(history.missed.value, "change")} since
        </span>
      ) : null}
      <Notes history={history} settings={settings} />
    </div>
  );
}

function Smoothing({ history, settings }: ToolbarProps) {
  const id = useId();
  void history.version.value;
  const stepS = history.picture().timeline.stepMs / 1000;
  const points = settings.halfLife.value;
  const text = points === 0 ? "off" : duration(points * stepS);
  return (
    <div class="smoothing">
      <label for={id}>Smoothing</label>
      <input
        id={id}
        type="range"
        min={0}
        max={SMOOTHINGS.length - 1}
        step={1}
        value={SMOOTHINGS.indexOf(points)}
        aria-valuetext={points === 0 ? "off" : `half-life ${text}`}
        onInput={({ currentTarget }) => {
          settings.halfLife.value = SMOOTHINGS[Number(currentTarget.value)] ?? 0;
        }}
      />
      <output for={id}>{text}</output>
    </div>
  );
}

const SMOOTHED =
  "Single calls are drawn faint behind their exponential average over time, which begins with the first point and does not reach across gaps.";

/** What one sees, how exactly, and what is missing. */
function Notes({ history, settings }: ToolbarProps) {
  void history.version.value;
  const error = history.error.value;
  const stepS = history.picture().timeline.stepMs / 1000;
  const kept = history.resolutionS > stepS ? `; older times are kept at ${duration(history.resolutionS)}` : "";
  const points = settings.halfLife.value;
  const smoothing = points === 0 ? "" : ` ${SMOOTHED} What is ${duration(points * stepS)} older weighs half.`;
  return (
    <p class="note toolbar-note">
      {error === null || !history.isReady.value ? null : (
        <span class="note-wrong" role="status">
          Not up to date: {messageOf(error)}{" "}
        </span>
      )}
      Each point is {duration(stepS)}: lines are means, bands reach from the least to the greatest{kept}.{smoothing}{" "}
      Drag across a chart to zoom, double-click to see all again.
    </p>
  );
}
