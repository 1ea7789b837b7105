// What was taken for what: a heat map, and the mistakes that are made most. With many classes the mistakes alone.

import { Card } from "../../../ui/card.tsx";
import { percent, whole } from "../../../ui/format.ts";
import { Empty } from "../../../ui/states.tsx";
import { type Confusion, inLabelOrder, levelOf, mostConfused, type Pair, supports } from "./confusion.ts";

/** More than these are no picture any more. */
const MOST_CLASSES = 30;
/** Of so many the numbers fit into the cells. */
const MOST_WITH_NUMBERS = 12;

/** @param confusion null where there are too many classes for it */
export function ConfusionCard({ confusion }: { readonly confusion: Confusion | null }) {
  const isPicture = confusion !== null && confusion.labels.length <= MOST_CLASSES;
  return (
    <Card
      title="Mixed up"
      note="What the brain answered before it learned the sample: rows are what it was, columns what it was taken for."
    >
      {confusion === null ? (
        <Empty title="Not counted">
          <p>The matrix grows with the square of the classes; beyond 512 it is not kept.</p>
        </Empty>
      ) : (
        <div class={isPicture ? "confusion" : "confusion confusion-list"}>
          {isPicture ? <Matrix confusion={inLabelOrder(confusion)} /> : null}
          <Pairs pairs={mostConfused(confusion, isPicture ? 10 : 30)} />
        </div>
      )}
    </Card>
  );
}

function Matrix({ confusion }: { readonly confusion: Confusion }) {
  const { labels, counts, unanswered } = confusion;
  const totals = supports(confusion);
  const hasSilent = unanswered.some((count) => count > 0);
  const hasNumbers = labels.length <= MOST_WITH_NUMBERS;
  const cell = (i: number, j: number | null) => {
    const count = (j === null ? unanswered[i] : counts[i]?.[j]) ?? 0;
    const total = totals[i] ?? 0;
    const share = total === 0 ? 0 : count / total;
    const taken = j === null ? "no label" : (labels[j] ?? "");
    return (
      <td
        key={taken}
        data-level={levelOf(share)}
        data-right={i === j}
        title={`${labels[i]} taken for ${taken}: ${whole(count)} of ${whole(total)} (${percent(share)})`}
      >
        <span class={hasNumbers && count > 0 ? undefined : "hidden"}>{whole(count)}</span>
      </td>
    );
  };
  return (
    <div class="wide">
      <table class={hasNumbers ? "heat" : "heat heat-small"}>
        <caption class="hidden">Samples by what they were (rows) and what they were taken for (columns)</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Class</span>
            </th>
            {labels.map((label) => (
              <th key={label} scope="col" title={label}>
                <span class="heat-name">{label}</span>
              </th>
            ))}
            {hasSilent ? (
              <th scope="col" title="It got no label.">
                <span class="heat-name">none</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, i) => (
            <tr key={label}>
              <th scope="row" class="heat-row" title={label}>
                <span class="heat-name">{label}</span>
              </th>
              {labels.map((_, j) => cell(i, j))}
              {hasSilent ? cell(i, null) : null}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="heat-key note" aria-hidden="true">
        <span class="heat-key-word">right</span>
        {[1, 2, 3, 4, 5].map((level) => (
          <i key={level} data-level={level} data-right="true" />
        ))}
        <span class="heat-key-word">wrong</span>
        {[1, 2, 3, 4, 5].map((level) => (
          <i key={level} data-level={level} data-right="false" />
        ))}
        <span class="heat-key-word">share of the row, in fifths</span>
      </p>
    </div>
  );
}

const Pairs = ({ pairs }: { readonly pairs: readonly Pair[] }) =>
  pairs.length === 0 ? (
    <p class="note">No mistake so far.</p>
  ) : (
    <div>
      <h3>Most often</h3>
      <ol class="pairs">
        {pairs.map(({ truth, taken, count, share }) => (
          <li key={JSON.stringify([truth, taken])}>
            <span class="pairs-what">
              <b>{truth}</b> {taken === null ? "got no label" : "taken for"} {taken === null ? null : <b>{taken}</b>}
            </span>
            <span class="number">{whole(count)}</span>
            <span class="number note">{percent(share)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
