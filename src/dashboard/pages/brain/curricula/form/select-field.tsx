// One of a few that are not all in sight.

import { Field } from "../../../../ui/field.tsx";

type SelectFieldProps<Value extends string> = {
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly error: string | undefined;
  readonly onChange: (value: Value) => void;
};

export const SelectField = <Value extends string>(props: SelectFieldProps<Value>) => (
  <Field label={props.label} hint={props.hint} error={props.error}>
    {(attributes) => (
      <select
        {...attributes}
        value={props.value}
        onChange={({ currentTarget }) => {
          const chosen = props.options.find(({ value }) => value === currentTarget.value);
          if (chosen !== undefined) props.onChange(chosen.value);
        }}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    )}
  </Field>
);
