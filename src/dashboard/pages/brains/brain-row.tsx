// A brain of the list. Its numbers are read once it is in sight.

import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { brainHref } from "../../app/router.ts";
import { Ago } from "../../ui/ago.tsx";
import { Bar } from "../../ui/bar.tsx";
import { NOTHING, percent, plural, whole } from "../../ui/format.ts";
import { useInSight } from "../../ui/in-sight.ts";
import { ModeBadge } from "../../ui/mode-badge.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { LAST_HOUR, type Row } from "./rows.ts";

type BrainRowProps = {
  readonly row: ReadonlySignal<Row>;
  readonly want: { readonly want: (id: string) => () => void };
  readonly nowMs: number;
};

export function BrainRow({ row, want, nowMs }: BrainRowProps) {
  const [element, isInSight] = useInSight<HTMLTableRowElement>();
  const { brain, numbers, slots } = row.value;
  const { id } = brain;
  useEffect(() => (isInSight ? want.want(id) : undefined), [isInSight, id, want]);
  const value = (text: string) => (numbers === null ? <span class="skeleton brains-wait" /> : text);
  return (
    <tr ref={element} class="brains-row">
      <th scope="row" class="brains-name">
        <a href={brainHref(id)}>{brain.name === null || brain.name === "" ? id : brain.name}</a>
        <span class="note">
          {brain.name === null || brain.name === "" ? null : <code>{id}</code>}
          <span>{brain.kind}</span>
          <span>{brain.labels.length === 0 ? "no class yet" : plural(brain.labels.length, "class", "classes")}</span>
          {Object.entries(brain.tags).map(([name, text]) => (
            <span key={name} class="tag">
              {name}: {text}
            </span>
          ))}
        </span>
      </th>
      <td class="brains-mode">
        <ModeBadge mode={brain.mode} />
      </td>
      <td class="brains-taught number">{value(whole(numbers?.samples))}</td>
      <td class="brains-accuracy number">{value(percent(numbers?.accuracy))}</td>
      <td class="brains-spark">
        <Sparkline label="Accuracy in the last hour" slots={slots} window={LAST_HOUR} nowMs={nowMs} />
      </td>
      <td class="brains-memory">
        {brain.kind === "triarchic" ? (
          <span class="note" title="A triarchic brain remembers no samples.">
            {NOTHING}
          </span>
        ) : (
          <Bar share={numbers?.memoryFill ?? null} label={`Memory ${percent(numbers?.memoryFill, 0)} full`}>
            {value(percent(numbers?.memoryFill, 0))}
          </Bar>
        )}
      </td>
      <td class="brains-status">
        <StatusBadge status={brain.status} />
      </td>
      <td class="brains-changed">
        <Ago time={brain.updatedAt} nowMs={nowMs} />
      </td>
    </tr>
  );
}
