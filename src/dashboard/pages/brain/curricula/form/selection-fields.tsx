// Which samples are meant: of which dataset, of which classes, changed in which way. Phases and evaluation sets begin with it.

import type { Dataset } from "../../../../api/types.ts";
import { Field } from "../../../../ui/field.tsx";
import { plural } from "../../../../ui/format.ts";
import { Toggles } from "../../../../ui/toggles.tsx";
import { type SelectionDraft, toggled } from "./draft.ts";
import { type Choices, datasetIn, type Errors } from "./edit.ts";

type SelectionPart = Pick<SelectionDraft, "dataset" | "classes">;

type DatasetFieldProps = {
  readonly value: string;
  readonly choices: Choices;
  readonly error: string | undefined;
  readonly onChange: (part: SelectionPart) => void;
};

/** Another dataset has other classes: all of them are chosen again. */
export function DatasetField({ value, choices, error, onChange }: DatasetFieldProps) {
  const { fitting, others } = choices;
  const dataset = datasetIn(choices, value);
  const hint =
    dataset === undefined
      ? undefined
      : `${plural(dataset.rows, "sample")}, ${plural(dataset.classes.length, "class", "classes")}`;
  return (
    <Field label="Dataset" hint={hint} error={error}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={({ currentTarget }) => onChange({ dataset: currentTarget.value, classes: null })}
        >
          <option value="">Choose one</option>
          {dataset === undefined && value !== "" ? <option value={value}>{value}</option> : null}
          {fitting.map((each) => (
            <DatasetOption key={each.id} dataset={each} />
          ))}
          {others.length === 0 ? null : (
            <optgroup label="Not for this brain’s inputs">
              {others.map((each) => (
                <DatasetOption key={each.id} dataset={each} />
              ))}
            </optgroup>
          )}
        </select>
      )}
    </Field>
  );
}

const DatasetOption = ({ dataset: { id, name } }: { readonly dataset: Dataset }) => (
  <option value={id}>{name === null || name === "" ? id : `${name} (${id})`}</option>
);

type ClassesFieldProps = {
  readonly selection: SelectionDraft;
  readonly choices: Choices;
  readonly isOrdered?: boolean;
  readonly where: string;
  readonly errors: Errors;
  readonly onChange: (classes: readonly string[] | null) => void;
};

export function ClassesField({ selection, choices, isOrdered = false, where, errors, onChange }: ClassesFieldProps) {
  const dataset = datasetIn(choices, selection.dataset);
  if (dataset === undefined) return null;
  const all = dataset.classes.map(({ label }) => label);
  return (
    <Toggles
      label="Classes"
      hint={isOrdered ? "One after the other, in the order in which you press them." : undefined}
      all={all}
      chosen={selection.classes}
      isOrdered={isOrdered}
      error={errors.get(`${where}/classes`)}
      onToggle={(label) => onChange(toggled(selection.classes, label, all))}
      onChoose={onChange}
    />
  );
}
