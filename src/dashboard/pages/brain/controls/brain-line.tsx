// What a brain is and how far it has come, in one line.

import type { LiveStream } from "../../../api/live-stream.ts";
import type { Brain } from "../../../api/types.ts";
import { plural, whole } from "../../../ui/format.ts";
import { StatusBadge } from "../../../ui/status-badge.tsx";
import { RunningCurriculum } from "../curricula/running-curriculum.tsx";
import type { Stamp } from "./use-live-brain.ts";

type BrainLineProps = { readonly brain: Brain; readonly stamp: Stamp; readonly live: LiveStream };

export function BrainLine({ brain, stamp, live }: BrainLineProps) {
  const hasName = brain.name !== null && brain.name !== "";
  const { origin } = brain;
  return (
    <div class="brain-line">
      {hasName ? <code>{brain.id}</code> : null}
      <span>{brain.kind}</span>
      <span>{takesOf(brain)}</span>
      <span>{brain.labels.length === 0 ? "no class yet" : plural(brain.labels.length, "class", "classes")}</span>
      <span title="Number of its last change">
        seq <b>{whole(stamp.seq)}</b>
      </span>
      <span title="Learn calls that it has taken in">
        step <b>{whole(stamp.step)}</b>
      </span>
      {origin === null ? null : (
        <span>
          {origin.by === "fork" ? "fork" : "import"} of {origin.brain ?? "a file"} at seq {whole(origin.seq)}
        </span>
      )}
      {brain.config.modePolicy === "auto" ? (
        <span title="Drift takes it to panic, and back.">mode policy auto</span>
      ) : null}
      <StatusBadge status={brain.status} />
      <RunningCurriculum brain={brain.id} live={live} />
      {Object.entries(brain.tags).map(([name, text]) => (
        <span key={name} class="tag">
          {name}: {text}
        </span>
      ))}
    </div>
  );
}

/** What it is sent. */
function takesOf({ config: { encoder, inputDim } }: Brain): string {
  return encoder === null ? plural(inputDim, "input") : `${encoder.kind}s by ${encoder.name}`;
}
