// The neurons that fired most strongly, as a table: what the matrix shows, for those who do not see it.

import { thousandths } from "../../../ui/format.ts";
import { type Fired, strongest } from "./cells.ts";
import { activationsOf } from "./overlap.ts";

type StrongestProps = { readonly first: Fired; readonly second: Fired | null };

const SHOWN = 10;

export function Strongest({ first, second }: StrongestProps) {
  const rows = strongest(first, SHOWN);
  const mature = new Set(first.mature);
  const ofSecond = second === null ? null : activationsOf(second);
  return (
    <details class="strongest">
      <summary>The {rows.length} that fired most strongly</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Neuron</th>
            <th scope="col" class="number">
              {ofSecond === null ? "Activation" : "Calm"}
            </th>
            {ofSecond === null ? null : (
              <th scope="col" class="number">
                Perturbed
              </th>
            )}
            {first.mature === undefined ? null : <th scope="col">Mature</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ neuron, activation }) => (
            <tr key={neuron}>
              <td>{neuron}</td>
              <td class="number">{thousandths(activation)}</td>
              {ofSecond === null ? null : <td class="number">{thousandths(ofSecond.get(neuron))}</td>}
              {first.mature === undefined ? null : <td>{mature.has(neuron) ? "yes" : "no"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
