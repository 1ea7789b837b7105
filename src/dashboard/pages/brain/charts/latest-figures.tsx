// The numbers that tell most, as they are now.

import type { Brain } from "../../../api/types.ts";
import { Figure, Figures } from "../../../ui/figure.tsx";
import { decimal, milliseconds, percent, whole } from "../../../ui/format.ts";
import type { LiveHistory } from "./live-history.ts";

export function LatestFigures({ brain, history }: { readonly brain: Brain; readonly history: LiveHistory }) {
  void history.version.value; // latencies are in the history alone
  const numbers = history.latest.value;
  const learn = history.picture().timeline.column("learnMs");
  const place = learn?.mean.findLastIndex((value) => value !== null) ?? -1;
  return (
    <Figures>
      <Figure
        label="Accuracy"
        value={percent(numbers.accuracyWindow)}
        note="last 1,000"
        hint="The share that the brain answered right before it learned them."
      />
      <Figure
        label="Hold-out accuracy"
        value={percent(numbers.holdoutAccuracy)}
        note={`${whole(numbers.heldOut ?? 0)} held out`}
        hint="The share of samples it never learns that it answers right."
      />
      <Figure
        label="Forgetting"
        value={percent(numbers.forgetting)}
        note="of earlier tasks"
        hint="Mean fall of the hold-out accuracy of earlier tasks from their best."
      />
      {brain.kind === "plastic" ? (
        <Figure
          label="Memory fill"
          value={percent(numbers.memoryFill)}
          note={`${whole(numbers.memoryStored)} of ${whole(brain.config.memorySize)}`}
          hint="Samples in the episodic memory."
        />
      ) : (
        <Figure
          label="Core energy"
          value={decimal(numbers.coreEnergy)}
          note={`overlay ${decimal(numbers.contextEnergy)}`}
          hint="Mean size of the slow core's weights."
        />
      )}
      <Figure label="Samples taught" value={whole(numbers.samples)} note={`${whole(numbers.recycled ?? 0)} recycled`} />
      <Figure
        label="Learn latency"
        value={milliseconds(learn?.mean[place])}
        note={`max ${milliseconds(learn?.max[place])}`}
        hint="From a learn call's admission to its answer: the mean of the latest point in which there was one."
      />
    </Figures>
  );
}
