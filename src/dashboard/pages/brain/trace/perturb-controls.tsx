// Chooses what befalls the calm input, and how strongly.

import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { decimal } from "../../../ui/format.ts";
import { type Chosen, PERTURBATIONS, type PerturbationName, perturbationsOf } from "./perturbations.ts";

type PerturbControlsProps = {
  readonly inputDim: number;
  readonly chosen: Chosen | null;
  readonly onChange: (chosen: Chosen | null) => void;
};

export function PerturbControls({ inputDim, chosen, onChange }: PerturbControlsProps) {
  const names = perturbationsOf(inputDim);
  const choose = (name: PerturbationName | undefined): void =>
    onChange(
      name === undefined ? null : { name, strength: PERTURBATIONS[name].start, seed: chosen?.seed ?? newSeed() },
    );
  return (
    <div class="perturb">
      <Field label="Perturb it">
        {(attributes) => (
          <select
            {...attributes}
            value={chosen?.name ?? ""}
            onChange={({ currentTarget }) => choose(names.find((name) => name === currentTarget.value))}
          >
            <option value="">Not at all</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {PERTURBATIONS[name].title}
              </option>
            ))}
          </select>
        )}
      </Field>
      {chosen === null ? null : <Strength chosen={chosen} onChange={onChange} />}
    </div>
  );
}

type StrengthProps = { readonly chosen: Chosen; readonly onChange: (chosen: Chosen) => void };

function Strength({ chosen, onChange }: StrengthProps) {
  const { unit, least, most, step } = PERTURBATIONS[chosen.name];
  return (
    <>
      <Field label={`Strength: ${decimal(chosen.strength)} ${unit}`}>
        {(attributes) => (
          <input
            {...attributes}
            type="range"
            min={least}
            max={most}
            step={step}
            value={chosen.strength}
            aria-valuetext={`${decimal(chosen.strength)} ${unit}`}
            onInput={({ currentTarget }) => onChange({ ...chosen, strength: currentTarget.valueAsNumber })}
          />
        )}
      </Field>
      {chosen.name === "noise" ? (
        <Button size="small" onClick={() => onChange({ ...chosen, seed: newSeed() })}>
          Other noise
        </Button>
      ) : null}
    </>
  );
}

const newSeed = (): number => Math.floor(Math.random() * 2 ** 32);
