// A reliability diagram: how often the brain was right, by how sure it was. Where bars end at the diagonal, confidence can be taken at its word.

import { Bar } from "../../../ui/bar.tsx";
import { Card } from "../../../ui/card.tsx";
import { percent } from "../../../ui/format.ts";
import { Empty } from "../../../ui/states.tsx";
import { levelOf } from "./confusion.ts";
import { barsOf, type Calibration, leaningOf, type ReliabilityBar } from "./reliability.ts";

export function ReliabilityCard({ calibration }: { readonly calibration: Calibration }) {
  const bars = barsOf(calibration);
  return (
    <Card
      title="Confidence"
      note="How often the brain was right before it learned the sample, by how sure it was of that. Older answers weigh less."
    >
      {bars.length === 0 ? (
        <Empty title="No answer yet">
          <p>Samples that the brain has no label for are left out.</p>
        </Empty>
      ) : (
        <>
          <p>
            Confidence is {percent(calibration.error)} off on average; on the whole the brain is {leaningOf(bars)}.
          </p>
          <div class="reliability">
            <Diagram bars={bars} />
            <BinTable bars={bars} />
          </div>
        </>
      )}
    </Card>
  );
}

/** Side of the diagram, in its own units. */
const SIDE = 300;

const Diagram = ({ bars }: { readonly bars: readonly ReliabilityBar[] }) => (
  <svg class="reliability-picture" viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
    {bars.map(({ from, to, accuracy, share }) => (
      <rect
        key={from}
        x={SIDE * from + 1}
        y={SIDE * (1 - accuracy)}
        width={SIDE * (to - from) - 2}
        height={SIDE * accuracy}
        data-level={Math.max(1, levelOf(share))}
      />
    ))}
    <line x1={0} y1={SIDE} x2={SIDE} y2={0} />
  </svg>
);

const BinTable = ({ bars }: { readonly bars: readonly ReliabilityBar[] }) => (
  <div class="wide">
    <table class="class-table">
      <caption class="hidden">How often answers were right, by confidence</caption>
      <thead>
        <tr>
          <th scope="col">Confidence</th>
          <th scope="col">Mean</th>
          <th scope="col">Right</th>
          <th scope="col" title="Of all answers, by weight">
            Answers
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ from, to, confidence, accuracy, share }) => (
          <tr key={from}>
            <th scope="row">
              {percent(from)} to {percent(to)}
            </th>
            <td>{percent(confidence)}</td>
            <td>
              <Bar share={accuracy}>{percent(accuracy)}</Bar>
            </td>
            <td>{percent(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
