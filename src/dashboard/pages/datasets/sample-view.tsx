// A sample as one looks at it: a picture where it is one, words, or numbers.

import { useState } from "preact/hooks";
import type { Sample } from "../../api/types.ts";
import { brief } from "../../ui/format.ts";
import { Pixels } from "../../ui/pixels.tsx";
import { Strip } from "../../ui/strip.tsx";
import { pictureOfShape } from "./sample-picture.ts";

type SampleViewProps = { readonly sample: Sample; readonly shape: readonly number[] | null };

/** So few numbers are read as such. */
const MOST_READ = 8;
/** Pictures up to that size are enlarged pixel by pixel: smoothing would hide what they are made of. */
const CRISP_UP_TO = 64;

export function SampleView({ sample, shape }: SampleViewProps) {
  const label = `Sample ${sample.row}, ${sample.label}`;
  if ("text" in sample) return <p class="sample-text">{sample.text}</p>;
  if ("image" in sample) return <Image address={`data:${sample.mediaType};base64,${sample.image}`} label={label} />;
  const picture = pictureOfShape(shape);
  if (picture !== null) return <Pixels values={sample.input} picture={picture} label={label} />;
  if (sample.input.length <= MOST_READ) {
    return <p class="sample-numbers">{sample.input.map((value) => brief(value)).join("  ")}</p>;
  }
  return <Strip values={sample.input} label={`${label}: ${sample.input.length} numbers`} />;
}

function Image({ address, label }: { readonly address: string; readonly label: string }) {
  const [isCrisp, setIsCrisp] = useState(false);
  return (
    <img
      class="sample-image"
      src={address}
      alt={label}
      data-crisp={isCrisp}
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
        setIsCrisp(Math.max(naturalWidth, naturalHeight) <= CRISP_UP_TO)
      }
    />
  );
}
