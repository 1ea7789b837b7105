// The layers of a plastic brain side by side, aligned for comparison.

import { get, pathOf } from "../../../api/client.ts";
import { useResource } from "../../../api/resource.ts";
import type { Brain, Layer, LayerList } from "../../../api/types.ts";
import { Card } from "../../../ui/card.tsx";
import { decimal, percent, whole } from "../../../ui/format.ts";
import { StackedBar } from "../../../ui/stacked-bar.tsx";
import { Loaded } from "../../../ui/states.tsx";
import type { TabParts } from "../brain-page.tsx";
import { StaleHint } from "../stale-hint.tsx";
import { useHasChanged } from "../use-has-changed.ts";
import { ACTIVITIES, activityOf } from "./activity.ts";
import { LayerActions } from "./layer-actions.tsx";

export function LayerTable({ brain, live, onChange }: TabParts) {
  const layers = useResource(`layers ${brain.id}`, (signal) => get<LayerList>(pathOf(brain.id, "layers"), { signal }));
  const hasChanged = useHasChanged(live, brain.id, layers.data?.seq ?? null);
  const onDone = (): void => {
    layers.reload();
    onChange();
  };
  return (
    <Card
      title="Layers"
      note={
        layers.data === null
          ? "In the order in which they think"
          : `As of seq ${whole(layers.data.seq)}, in the order in which they think`
      }
      actions={
        <>
          {hasChanged ? <StaleHint onReload={layers.reload} /> : null}
          <ul class="legend">
            {[...ACTIVITIES, MATURE].map(({ label, color, hint }) => (
              <li key={label} title={hint}>
                <span class="legend-mark" style={{ background: `var(${color})` }} />
                {label}
              </li>
            ))}
          </ul>
        </>
      }
    >
      <Loaded resource={layers} lines={6}>
        {(list) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
          <section class="table-place" tabIndex={0} aria-label="Layers, side by side">
            <table class="layer-table">
              <thead>
                <tr>
                  <th scope="col">Layer</th>
                  <th scope="col" class="layer-neurons">
                    Neurons
                  </th>
                  {COLUMNS.map(({ title, hint }) => (
                    <th key={title} scope="col" class="number" title={hint}>
                      {title}
                    </th>
                  ))}
                  <th scope="col">Neurogenesis</th>
                  <th scope="col">
                    <span class="hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.layers.map((layer) => (
                  <Row key={layer.index} brain={brain} layer={layer} onDone={onDone} />
                ))}
              </tbody>
            </table>
          </section>
        )}
      </Loaded>
    </Card>
  );
}

const MATURE = {
  label: "mature",
  color: "--series-3",
  hint: "Fixed in mode plastic, whatever their activity.",
} as const;

type Column = { readonly title: string; readonly hint: string; readonly of: (layer: Layer) => string };

const COLUMNS: readonly Column[] = [
  { title: "Mature", hint: "Neurons that are fixed in mode plastic.", of: ({ mature }) => whole(mature) },
  { title: "Active", hint: "Neurons with a frequency above 0.01.", of: ({ active }) => whole(active) },
  { title: "Idle", hint: "Neurons with a frequency below 0.001.", of: ({ dead }) => whole(dead) },
  {
    title: "Mean frequency",
    hint: "How often a neuron fires per lesson, lately.",
    of: ({ frequencyMean }) => decimal(frequencyMean),
  },
  { title: "Highest", hint: "The busiest neuron's frequency.", of: ({ frequencyMax }) => decimal(frequencyMax) },
  { title: "Births", hint: "Neurons born again, ever.", of: ({ recycled }) => whole(recycled) },
  {
    title: "Gate",
    hint: "How much of what it recalls the layer adds to its input.",
    of: ({ gateMean }) => decimal(gateMean),
  },
  {
    title: "Learning rate",
    hint: "How far a firing neuron moves towards what made it fire.",
    of: ({ learningRate }) => decimal(learningRate),
  },
];

type RowProps = { readonly brain: Brain; readonly layer: Layer; readonly onDone: () => void };

function Row({ brain, layer, onDone }: RowProps) {
  const neurons = brain.config.hiddenDim;
  const share = layer.mature / neurons;
  return (
    <tr>
      <th scope="row">
        Layer {layer.index}
        {layer.isFrozen ? <span class="badge">frozen</span> : null}
      </th>
      <td class="layer-neurons">
        <StackedBar label={`Neurons of layer ${layer.index}`} parts={activityOf(layer, neurons)} hasLegend={false} />
        <span
          class="mature-track"
          role="img"
          aria-label={`${percent(share, 0)} mature`}
          title={`${percent(share)} mature`}
        >
          <span style={{ width: `${100 * share}%` }} />
        </span>
      </td>
      {COLUMNS.map(({ title, of }) => (
        <td key={title} class="number">
          {of(layer)}
        </td>
      ))}
      <td>{layer.neurogenesis ? "on" : "off"}</td>
      <td>
        <LayerActions brain={brain} layer={layer} onDone={onDone} />
      </td>
    </tr>
  );
}
