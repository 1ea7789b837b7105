// What each phase came to, number by number: at its first step, at its last, the mean of all, and the difference. And all of it as files.

import { download } from "../../../api/download.ts";
import type { Curriculum, PhaseReport } from "../../../api/types.ts";
import { Card } from "../../../ui/card.tsx";
import { NOTHING, plural, whole } from "../../../ui/format.ts";
import { Menu } from "../../../ui/menu.tsx";
import { useAction } from "../../../ui/use-action.ts";
import { timeText } from "./curricula.ts";
import { directionOf, formatOf, labelOf, signed, sortedNumbers } from "./numbers.ts";
import { curriculumPath } from "./paths.ts";
import { StateBadge } from "./state-badge.tsx";

export const PhaseReports = ({ curriculum }: { readonly curriculum: Curriculum }) => (
  <Card
    title="Phases"
    note="First and last: of the first and the last step; of evaluation sets, before and after the phase."
    actions={<Downloads curriculum={curriculum} />}
  >
    <div class="wide">
      <table class="reports">
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col" class="number">
              First
            </th>
            <th scope="col" class="number">
              Last
            </th>
            <th scope="col" class="number">
              Mean
            </th>
            <th scope="col" class="number">
              Change
            </th>
          </tr>
        </thead>
        {curriculum.phases.map((phase) => (
          <Report key={phase.name} phase={phase} />
        ))}
      </table>
    </div>
  </Card>
);

function Report({ phase }: { readonly phase: PhaseReport }) {
  const { name, state, summary } = phase;
  const numbers = sortedNumbers(summary);
  return (
    <tbody>
      <tr class="reports-phase">
        <th scope="rowgroup" colSpan={5}>
          <span class="reports-head">
            <strong>{name}</strong> <StateBadge state={state} /> <span class="note">{factsOf(phase)}</span>
          </span>
        </th>
      </tr>
      {numbers.length === 0 ? (
        <tr>
          <td class="note" colSpan={5}>
            {state === "pending" ? "It has not begun." : "Nothing was measured yet."}
          </td>
        </tr>
      ) : (
        numbers.map(([number, { initial, final, mean, improvement }]) => {
          const format = formatOf(number);
          return (
            <tr key={number}>
              <th scope="row">{labelOf(number)}</th>
              <td class="number">{format(initial)}</td>
              <td class="number">{format(final)}</td>
              <td class="number">{format(mean)}</td>
              <td class="number" data-direction={directionOf(number, improvement)}>
                {signed(improvement, format)}
              </td>
            </tr>
          );
        })
      )}
    </tbody>
  );
}

function factsOf({ steps, done, samples, fromSeq, toSeq, startedAt, endedAt }: PhaseReport): string {
  const took = startedAt === null || endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return [
    done === steps ? plural(steps, "step") : `${whole(done)} of ${plural(steps, "step")}`,
    plural(samples, "sample"),
    fromSeq === null ? null : `seq ${whole(fromSeq)} to ${toSeq === null ? NOTHING : whole(toSeq)}`,
    took === null ? null : timeText(took),
  ]
    .filter((fact) => fact !== null)
    .join(" · ");
}

const CSV = "text/csv";
const JSON_TYPE = "application/json";

/** Lines of one answer at most. */
const MOST_LINES = 10_000;

function Downloads({ curriculum: { id, brain, progress } }: { readonly curriculum: Curriculum }) {
  const { run } = useAction();
  const isThinned = progress.total > MOST_LINES;
  const query = isThinned ? { points: MOST_LINES } : { limit: MOST_LINES };
  const steps = isThinned ? `Steps in ${whole(MOST_LINES)} means` : "Every step";
  const save = (what: "history" | "summary", mediaType: string): void =>
    void run(async () => {
      const fileName = `${brain}-${id}-${what}.${mediaType === CSV ? "csv" : "json"}`;
      const wanted = { mediaType, fileName, ...(what === "history" ? { query } : {}) };
      await download(curriculumPath(brain, id, what), wanted);
      return null;
    });
  return (
    <Menu
      title="Download the figures"
      groups={[
        [
          { title: "Summary as CSV", icon: "down", onChoose: () => save("summary", CSV) },
          { title: "Summary as JSON", icon: "down", onChoose: () => save("summary", JSON_TYPE) },
        ],
        [
          { title: `${steps} as CSV`, icon: "down", onChoose: () => save("history", CSV) },
          { title: `${steps} as JSON`, icon: "down", onChoose: () => save("history", JSON_TYPE) },
        ],
      ]}
    />
  );
}
