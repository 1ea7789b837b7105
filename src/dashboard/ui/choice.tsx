// One of a few, all in sight: radio buttons that look like one switch, with the keyboard behaviour that browsers give radio buttons.

import { useId } from "preact/hooks";

type Option<Value> = { readonly value: Value; readonly label: string; readonly hint?: string };

type ChoiceProps<Value extends string> = {
  /** What is chosen here; read out, not shown. */
  readonly label: string;
  readonly options: readonly Option<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly isDisabled?: boolean;
};

export function Choice<Value extends string>({ label, options, value, onChange, isDisabled }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="choice" disabled={isDisabled}>
      <legend class="hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} class="choice-option" title={option.hint} data-value={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
