// A field of one line, as most of the form's are.

import { Field } from "../../../../ui/field.tsx";

type TextFieldProps = {
  readonly label: string;
  readonly hint?: string;
  /** What stands for nothing filled in: the usual value. */
  readonly usual?: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly isNumber?: boolean;
  readonly onChange: (value: string) => void;
};

export const TextField = ({ label, hint, usual, value, error, isNumber = false, onChange }: TextFieldProps) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => (
      <input
        {...attributes}
        autocomplete="off"
        inputMode={isNumber ? "decimal" : "text"}
        placeholder={usual}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    )}
  </Field>
);
