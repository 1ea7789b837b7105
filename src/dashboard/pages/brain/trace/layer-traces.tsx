// An input's way through the layers of a plastic brain.

import { useMemo } from "preact/hooks";
import type { LayerTrace } from "../../../api/types.ts";
import { decimal, percent, whole } from "../../../ui/format.ts";
import { pictureOf, type Scale, signedRangeOf } from "../../../ui/picture.ts";
import { Pixels } from "../../../ui/pixels.tsx";
import { Strip } from "../../../ui/strip.tsx";
import { Fact, FiringMatrix, OverlapView } from "./firing-view.tsx";

type LayerTracesProps = { readonly first: readonly LayerTrace[]; readonly second: readonly LayerTrace[] | null };

export const LayerTraces = ({ first, second }: LayerTracesProps) => (
  <ol class="layer-traces">
    {first.map((layer) => (
      <li key={layer.index}>
        <LayerTraceView first={layer} second={second?.[layer.index] ?? null} />
      </li>
    ))}
  </ol>
);

function LayerTraceView({ first, second }: { readonly first: LayerTrace; readonly second: LayerTrace | null }) {
  const both = second === null ? [first] : [first, second];
  const { index, neurons, winners, gate } = first;
  // One for both: a fainter recollection looks fainter.
  const scale = useMemo(
    () => signedRangeOf([...(first.imagination ?? []), ...(second?.imagination ?? [])]),
    [first, second],
  );
  return (
    <article class="layer-trace" aria-label={`Layer ${index}`}>
      <h3>
        Layer {index}
        <span class="note">
          {whole(winners.length)} of {whole(neurons)} neurons fire
        </span>
      </h3>
      <div class="layer-trace-parts">
        <FiringMatrix label={`Neurons of layer ${index}`} neurons={neurons} first={first} second={second} />
        <div class="layer-trace-side">
          {second === null ? null : <OverlapView first={first} second={second} />}
          <dl class="facts">
            <Fact
              label="Contribution"
              values={both.map(({ contribution }) => percent(contribution, 2))}
              hint="How much the layer changes what it is given: ‖gate · imagination‖ / ‖x‖."
            />
            <Fact
              label="Mature winners"
              values={both.map(({ matureWinners }) => whole(matureWinners))}
              hint="Mature neurons are fixed in mode plastic."
            />
            <Fact
              label="Length of its input"
              values={both.map(({ inputNorm }) => decimal(inputNorm))}
              hint="‖x‖ of what the layer was given."
            />
            <Fact
              label="Gate"
              values={[decimal(gate)]}
              hint="How much of what it recalls the layer adds to its input."
            />
          </dl>
          <div class="imaginations">
            {both.map(({ imagination = [] }, place) => (
              <Imagination
                key={place}
                values={imagination}
                scale={scale}
                label={second === null ? "Recalls" : (["Recalls, calm", "Recalls, perturbed"][place] ?? "")}
              />
            ))}
          </div>
        </div>
      </div>
    </article>
  );
}

type ImaginationProps = { readonly values: readonly number[]; readonly label: string; readonly scale: Scale };

/** What a layer recalls, `a·Dᵀ`, before the gate. */
function Imagination({ values, label, scale }: ImaginationProps) {
  const picture = pictureOf(values.length);
  return (
    <figure class={picture === null ? "imagination imagination-wide" : "imagination"}>
      {picture === null ? (
        <Strip values={values} label={label} scale={scale} />
      ) : (
        <Pixels
          values={values}
          picture={picture}
          look={picture.channels === 1 ? "signed" : "grey"}
          scale={picture.channels === 1 ? scale : undefined}
          label={label}
        />
      )}
      <figcaption class="note">{label}</figcaption>
    </figure>
  );
}
