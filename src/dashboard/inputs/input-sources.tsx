// Where an input for a brain may come from. Drawing is not among them: a grey picture is drawn on where it is shown.

import type { Signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { Brain } from "../api/types.ts";
import { Choice } from "../ui/choice.tsx";
import { pictureOf } from "../ui/picture.ts";
import { ImageSource } from "./image-source.tsx";
import type { Input } from "./input.ts";
import "./input-sources.css";
import { NumbersSource } from "./numbers-source.tsx";
import { RandomSource } from "./random-source.tsx";
import { RememberedSource } from "./remembered-source.tsx";

/** What each source is given. */
export type SourceParts = { readonly brain: Brain; readonly onPick: (input: Input) => void };

type SourceName = "remembered" | "image" | "numbers" | "random";

const LABELS: Readonly<Record<SourceName, string>> = {
  remembered: "Remembered",
  image: "Image",
  numbers: "Numbers",
  random: "Random",
};

export function InputSources({ brain, input }: { readonly brain: Brain; readonly input: Signal<Input> }) {
  const names = sourcesOf(brain);
  const [chosen, setChosen] = useState<SourceName>(names[0] ?? "numbers");
  const onPick = (picked: Input): void => {
    input.value = picked;
  };
  return (
    <div class="input-sources">
      <Choice
        label="Where the input comes from"
        options={names.map((name) => ({ value: name, label: LABELS[name] }))}
        value={chosen}
        onChange={setChosen}
      />
      <Source name={chosen} brain={brain} onPick={onPick} />
    </div>
  );
}

function Source({ name, ...parts }: SourceParts & { readonly name: SourceName }) {
  switch (name) {
    case "remembered":
      return <RememberedSource {...parts} />;
    case "image":
      return <ImageSource {...parts} />;
    case "numbers":
      return <NumbersSource {...parts} />;
    case "random":
      return <RandomSource {...parts} />;
  }
}

function sourcesOf({ kind, config }: Brain): readonly SourceName[] {
  return [
    ...(kind === "plastic" ? (["remembered"] as const) : []),
    ...(pictureOf(config.inputDim) === null ? [] : (["image"] as const)),
    "numbers",
    "random",
  ];
}
