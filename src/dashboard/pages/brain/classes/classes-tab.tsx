// How well each class and each task is known, what is mixed up, and what was forgotten.

import { get, pathOf } from "../../../api/client.ts";
import { useResource } from "../../../api/resource.ts";
import type { Measures, Memory } from "../../../api/types.ts";
import { Figure, Figures } from "../../../ui/figure.tsx";
import { percent, whole } from "../../../ui/format.ts";
import { Empty, Loaded } from "../../../ui/states.tsx";
import type { TabParts } from "../brain-page.tsx";
import { useFollowing } from "../use-following.ts";
import { ClassTable } from "./class-table.tsx";
import { ConfusionCard } from "./confusion-card.tsx";
import { HoldOutNotice } from "./hold-out-notice.tsx";
import { ReliabilityCard } from "./reliability-card.tsx";
import { TasksCard } from "./tasks-card.tsx";
import "./classes.css";

const EVERY_MS = 2_000;

export function ClassesTab({ brain, live, onChange }: TabParts) {
  const { id, kind } = brain;
  const measures = useResource(`${id} measures`, (signal) => get<Measures>(pathOf(id, "measures"), { signal }));
  const memory = useResource(`${id} memory`, async (signal) =>
    kind === "triarchic" ? null : get<Memory>(pathOf(id, "memory"), { signal }),
  );
  useFollowing(live, id, EVERY_MS, [measures, memory]);
  return (
    <Loaded resource={measures} lines={10}>
      {(data) => (
        <div class="classes">
          <Summary measures={data} />
          {brain.config.holdout === 0 ? <HoldOutNotice brain={brain} onDone={onChange} /> : null}
          {data.classes.length === 0 ? (
            <div class="card">
              <Empty title="No class yet">
                <p>
                  A class begins with the first sample that is taught of it. Then its accuracy, and what it is mixed up
                  with, show here.
                </p>
              </Empty>
            </div>
          ) : (
            <>
              <ClassTable brain={brain} measures={data} memory={memory.data} onForgot={memory.reload} />
              <ConfusionCard confusion={data.confusion} />
              <ReliabilityCard calibration={data.prequential.calibration} />
            </>
          )}
          <TasksCard measures={data} hasHoldOut={brain.config.holdout > 0} />
        </div>
      )}
    </Loaded>
  );
}

function Summary({ measures }: { readonly measures: Measures }) {
  const { prequential, holdout, classes } = measures;
  return (
    <Figures>
      <Figure label="Classes" value={whole(classes.length)} />
      <Figure
        label="Samples taught"
        value={whole(prequential.samples)}
        note={measures.since === 0 ? undefined : `since seq ${whole(measures.since)}`}
      />
      <Figure
        label="Accuracy"
        value={percent(prequential.window.accuracy)}
        note={`of the last ${whole(prequential.window.samples)}`}
        hint="Test, then train: each sample counts by what the brain answered before it learned it."
      />
      <Figure label="Accuracy, all samples" value={percent(prequential.accuracy)} />
      <Figure
        label="Calibration error"
        value={percent(prequential.calibration.error)}
        hint="How far confidence is from how often it is right, of late."
      />
      <Figure
        label="Hold-out accuracy"
        value={percent(holdout.accuracy)}
        note={
          holdout.evaluatedSeq === null
            ? `${whole(holdout.heldOut)} samples held out`
            : `${whole(holdout.samples)} samples, at seq ${whole(holdout.evaluatedSeq)}`
        }
        hint="On samples that it never learned from, evaluated at the end of each task and now and then between."
      />
    </Figures>
  );
}
