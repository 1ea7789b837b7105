// Random numbers as an input: what a brain makes of something that it cannot know.

import { Button } from "../ui/button.tsx";
import type { SourceParts } from "./input-sources.tsx";
import { normalFrom, uniformFrom } from "./random.ts";

const KINDS = [
  { title: "Uniform", source: "Random, uniform from 0 to 1", from: uniformFrom },
  { title: "Normal", source: "Random, normal with mean 0 and variance 1", from: normalFrom },
] as const;

export const RandomSource = ({ brain, onPick }: SourceParts) => (
  <div class="input-source">
    <div class="input-row">
      {KINDS.map(({ title, source, from }) => (
        <Button
          key={title}
          size="small"
          label={`${source}; other numbers each time`}
          onClick={() => {
            const next = from(Math.floor(Math.random() * 2 ** 32));
            const values = Array.from({ length: brain.config.inputDim }, () => next());
            onPick({ values, source, layout: "planes" });
          }}
        >
          {title}
        </Button>
      ))}
    </div>
    <p class="note">Novelty tells how far such an input is from all that the brain was taught.</p>
  </div>
);
