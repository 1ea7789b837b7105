// A row for each class: how much of it was taught, how well it is known, and what was forgotten of it.

import { useMemo, useState } from "preact/hooks";
import type { Brain, Measures, Memory } from "../../../api/types.ts";
import { Bar } from "../../../ui/bar.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { percent, plural, whole } from "../../../ui/format.ts";
import { type ClassColumn, type ClassRow, classRowsOf, type Order, pressed, sortedClasses } from "./class-rows.ts";
import { ForgetDialog } from "./forget-dialog.tsx";

type ClassTableProps = {
  readonly brain: Brain;
  readonly measures: Measures;
  readonly memory: Memory | null;
  readonly onForgot: () => void;
};

type Column = { readonly column: ClassColumn; readonly title: string; readonly hint: string };

const COLUMNS: readonly Column[] = [
  { column: "label", title: "Class", hint: "Its label" },
  { column: "samples", title: "Taught", hint: "Samples of the class that were taught" },
  { column: "accuracy", title: "Accuracy", hint: "Share that was right before it was learned" },
  { column: "accuracyFaded", title: "Lately", hint: "The same, where older samples weigh less" },
  { column: "holdoutAccuracy", title: "Hold-out", hint: "Share right of the samples that are never learned" },
  { column: "holdoutBest", title: "Best", hint: "The best that the hold-out accuracy ever was" },
  { column: "forgetting", title: "Forgotten", hint: "The best less the last" },
];
const REMEMBERED: Column = { column: "remembered", title: "Remembered", hint: "Samples of the class in the memory" };

const SLICE = 100;

export function ClassTable({ brain, measures, memory, onForgot }: ClassTableProps) {
  const [order, setOrder] = useState<Order>({ column: "label", isDescending: false });
  const [shown, setShown] = useState(SLICE);
  const [doomed, setDoomed] = useState<ClassRow | null>(null);
  const rows = useMemo(() => sortedClasses(classRowsOf(measures, memory), order), [measures, memory, order]);
  const hasMemory = brain.kind === "plastic";
  const columns = hasMemory ? [...COLUMNS, REMEMBERED] : COLUMNS;
  return (
    <Card title="Classes" note="Accuracy is of what the brain answered before it learned the sample.">
      <div class="wide">
        <table class="class-table">
          <thead>
            <tr>
              {columns.map(({ column, title, hint }) => (
                <th
                  key={column}
                  scope="col"
                  title={hint}
                  aria-sort={order.column !== column ? "none" : order.isDescending ? "descending" : "ascending"}
                >
                  <button type="button" class="sort-head" onClick={() => setOrder(pressed(order, column))}>
                    {title}
                  </button>
                </th>
              ))}
              {hasMemory ? (
                <th scope="col">
                  <span class="hidden">What can be done</span>
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row) => (
              <tr key={row.label}>
                <th scope="row">{row.label}</th>
                <td>{whole(row.samples)}</td>
                <td>{percent(row.accuracy)}</td>
                <td>
                  <Bar share={row.accuracyFaded}>{percent(row.accuracyFaded)}</Bar>
                </td>
                <td title={`${plural(row.heldOut, "sample")} held out`}>
                  <Bar share={row.holdoutAccuracy}>{percent(row.holdoutAccuracy, 0)}</Bar>
                </td>
                <td>{percent(row.holdoutBest, 0)}</td>
                <td class={row.forgetting !== null && row.forgetting > 0 ? "is-forgotten" : undefined}>
                  {percent(row.forgetting, 0)}
                </td>
                {hasMemory ? <td>{whole(row.remembered)}</td> : null}
                {hasMemory ? (
                  <td class="row-actions">
                    <Button
                      size="small"
                      kind="quiet"
                      icon="trash"
                      label={`Forget ${row.label}`}
                      isDisabled={row.remembered === 0 && row.heldOut === 0}
                      onClick={() => setDoomed(row)}
                    />
                  </td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown < rows.length ? (
        <div class="past-more">
          <Button size="small" onClick={() => setShown(shown + SLICE)}>
            Show {whole(Math.min(SLICE, rows.length - shown))} more of {whole(rows.length)}
          </Button>
        </div>
      ) : null}
      {doomed === null ? null : (
        <ForgetDialog brain={brain} row={doomed} onClose={() => setDoomed(null)} onDone={onForgot} />
      )}
    </Card>
  );
}
