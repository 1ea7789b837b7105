// The tasks that divide what was taught, and what learning one did to the others.

import type { Measures } from "../../../api/types.ts";
import { Bar } from "../../../ui/bar.tsx";
import { Card } from "../../../ui/card.tsx";
import { Figure, Figures } from "../../../ui/figure.tsx";
import { NOTHING, percent, whole } from "../../../ui/format.ts";
import { levelOf } from "./confusion.ts";

type TasksCardProps = { readonly measures: Measures; readonly hasHoldOut: boolean };

export const TasksCard = ({ measures, hasHoldOut }: TasksCardProps) => (
  <Card
    title="Tasks"
    note="A task ends when another one is started, or with a consolidation. What it taught is measured again after each that follows."
  >
    <div class="tasks">
      <TaskTable tasks={measures.tasks} />
      <Transfer transfer={measures.transfer} tasks={measures.tasks} hasHoldOut={hasHoldOut} />
    </div>
  </Card>
);

type Tasks = Measures["tasks"];

const nameOf = (tasks: Tasks, task: number): string =>
  tasks.find((each) => each.task === task)?.name ?? `Task ${whole(task)}`;

const TaskTable = ({ tasks }: { readonly tasks: Tasks }) => (
  <div class="wide">
    <table class="class-table">
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col" title="The change with which it began">
            From seq
          </th>
          <th scope="col">Taught</th>
          <th scope="col" title="Share that was right before it was learned">
            Accuracy
          </th>
          <th scope="col" title="Of its first lesson, before anything of the task was learned">
            At first
          </th>
          <th scope="col" title="Share right of its samples that are never learned">
            Hold-out
          </th>
        </tr>
      </thead>
      <tbody>
        {tasks.map(({ task, seq, samples, accuracy, firstAccuracy, holdoutAccuracy, heldOut }, index) => (
          <tr key={task}>
            <th scope="row">
              {nameOf(tasks, task)} {index === tasks.length - 1 ? <span class="badge">now</span> : null}
            </th>
            <td>{whole(seq)}</td>
            <td>{whole(samples)}</td>
            <td>{percent(accuracy)}</td>
            <td>{percent(firstAccuracy)}</td>
            <td title={`${whole(heldOut)} samples`}>
              <Bar share={holdoutAccuracy}>{percent(holdoutAccuracy, 0)}</Bar>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

type TransferProps = { readonly transfer: Measures["transfer"]; readonly tasks: Tasks; readonly hasHoldOut: boolean };

function Transfer({ transfer, tasks, hasHoldOut }: TransferProps) {
  const { forgetting, backwardTransfer, forwardTransfer, matrix } = transfer;
  return (
    <>
      <Figures>
        <Figure
          label="Forgetting"
          value={percent(forgetting)}
          note="Mean fall from the best, of all tasks but the last. 0 is best."
        />
        <Figure
          label="Backward transfer"
          value={signed(backwardTransfer)}
          note="How later tasks changed earlier ones since these ended. Below 0: they harmed."
        />
        <Figure
          label="Forward transfer"
          value={signed(forwardTransfer)}
          note="How much of a task is known before anything of it is taught."
        />
      </Figures>
      {transfer.tasks.length < 2 || !matrix.some((row) => row.some((share) => share !== null)) ? (
        <p class="note">
          {hasHoldOut
            ? "With two tasks whose hold-out was evaluated, a table shows here how well each was known at the end of each."
            : "Without a hold-out nobody can say what one task did to another."}
        </p>
      ) : (
        <Matrix transfer={transfer} tasks={tasks} />
      )}
    </>
  );
}

const signed = (share: number | null): string =>
  share === null ? NOTHING : `${share > 0 ? "+" : ""}${percent(share)}`.replace("-", "−");

const Matrix = ({ transfer, tasks }: Omit<TransferProps, "hasHoldOut">) => (
  <div class="wide">
    <h3>How well each task was known at the end of each</h3>
    <table class="heat heat-shares">
      <thead>
        <tr>
          <th scope="col" class="heat-row">
            <span class="heat-name">at the end of</span>
          </th>
          {transfer.tasks.map((task) => (
            <th key={task} scope="col" title={nameOf(tasks, task)}>
              <span class="heat-name">{nameOf(tasks, task)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {transfer.matrix.map((row, index) => {
          const task = transfer.tasks[index] ?? index;
          return (
            <tr key={task}>
              <th scope="row" class="heat-row" title={nameOf(tasks, task)}>
                <span class="heat-name">{nameOf(tasks, task)}</span>
              </th>
              {row.map((share, column) => (
                <td
                  key={transfer.tasks[column]}
                  data-right="true"
                  data-level={share === null ? undefined : levelOf(share)}
                >
                  {percent(share, 0)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
    <p class="note">Hold-out accuracy; the last row is as it stands. A column that falls is a task being forgotten.</p>
  </div>
);
