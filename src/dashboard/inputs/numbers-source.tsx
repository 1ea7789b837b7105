// An input as numbers that somebody types or pastes.

import { useState } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { whole } from "../ui/format.ts";
import type { SourceParts } from "./input-sources.tsx";
import { parseNumbers } from "./parse-numbers.ts";

export function NumbersSource({ brain, onPick }: SourceParts) {
  const [text, setText] = useState("");
  const [error, setError] = useState<string | undefined>(undefined);
  const wanted = brain.config.inputDim;
  const use = (event: Event): void => {
    event.preventDefault();
    const parsed = parseNumbers(text, wanted);
    setError(parsed.isRight ? undefined : parsed.error);
    if (parsed.isRight) onPick({ values: parsed.values, source: "Numbers", layout: "planes" });
  };
  return (
    <form class="input-source" onSubmit={use}>
      <Field
        label={`${whole(wanted)} numbers`}
        hint="A JSON array, or numbers with commas or spaces between them."
        error={error}
      >
        {(attributes) => (
          <textarea
            {...attributes}
            class="input-text"
            rows={4}
            spellcheck={false}
            placeholder="[0.8, 0.2, 0, 0.1]"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
      </Field>
      <Button type="submit" size="small" isDisabled={text.trim() === ""}>
        Use these numbers
      </Button>
    </form>
  );
}
