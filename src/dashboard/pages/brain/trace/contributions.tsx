// What the core and the overlay of a triarchic brain say of each class, for one input or for two, on one axis.

import type { Prediction } from "../../../api/types.ts";
import { Bars } from "../../../ui/bars.tsx";
import { thousandths } from "../../../ui/format.ts";
import { rowsOf, sizeOf } from "./score-rows.ts";

type ContributionsProps = { readonly first: Prediction; readonly second: Prediction | null };

const PARTS = [
  { name: "core", title: "Slow core" },
  { name: "overlay", title: "Fast overlay" },
] as const;

export function Contributions({ first, second }: ContributionsProps) {
  const both = (second === null ? [first] : [first, second]).map(({ explanation }) => explanation?.contributions);
  const parts = PARTS.map(({ name, title }) => ({ title, rows: rowsOf(both.map((each) => each?.[name] ?? [])) }));
  const size = Math.max(...parts.map(({ rows }) => sizeOf(rows)));
  return (
    <div class="contributions">
      {parts.map(({ title, rows }) => (
        <section key={title} class="says">
          <h3>{title}</h3>
          {rows.length === 0 ? (
            <p class="note">Says nothing.</p>
          ) : (
            <Bars label={`Logits of the ${title}`} rows={rows} from={-size} to={size} format={thousandths} />
          )}
        </section>
      ))}
    </div>
  );
}
