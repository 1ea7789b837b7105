// Which columns of a CSV file hold the classes and the texts: chosen by name where the file's first line tells them.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Field } from "../../ui/field.tsx";
import { type CsvHead, csvHeadOf, MOST_COLUMNS } from "./csv-head.ts";
import type { UploadDraft } from "./upload-form.ts";

type CsvFieldsProps = {
  readonly file: File;
  readonly draft: UploadDraft;
  readonly errors: ReadonlyMap<string, string>;
  readonly onEdit: (part: Partial<UploadDraft>) => void;
};

/** A first line may be long: 3,072 pixels have one of 30 kB. */
const HEAD_BYTES = 256 * 1024;

export function CsvFields({ file, draft, errors, onEdit }: CsvFieldsProps) {
  const [head, setHead] = useState<CsvHead | null>(null);
  useEffect(() => {
    let isOver = false;
    setHead(null);
    void file
      .slice(0, HEAD_BYTES)
      .text()
      .then((text) => {
        if (!isOver) setHead(csvHeadOf(text));
      });
    return () => {
      isOver = true;
    };
  }, [file]);
  const columns = head === null || head.columns.length > MOST_COLUMNS ? null : head.columns;
  const usual = usualLabel(head);
  return (
    <div class="upload-columns">
      <Column
        label="Column of classes"
        hint={head === null ? "By its name, or its number from 1." : undefined}
        columns={columns}
        none={usual === null ? "label, or else the last" : `${usual} (usual)`}
        value={draft.labelColumn}
        error={errors.get("?labelColumn")}
        onChange={(labelColumn) => onEdit({ labelColumn })}
      />
      <Column
        label="Column of texts"
        hint={
          draft.textColumn === "" ? "Without one, all other columns are features." : "All other columns are left out."
        }
        columns={columns}
        none="none: features"
        value={draft.textColumn}
        error={errors.get("?textColumn")}
        onChange={(textColumn) => onEdit({ textColumn })}
      />
    </div>
  );
}

/** As the server has it: the column called label, or else the last. */
function usualLabel(head: CsvHead | null): string | null {
  if (head === null) return null;
  return head.columns.find((column) => column === "label") ?? head.columns.at(-1) ?? null;
}

type ColumnProps = {
  readonly label: string;
  readonly hint: string | undefined;
  /** null: nobody knows them, or there are too many to choose from. */
  readonly columns: readonly string[] | null;
  /** What nothing chosen means. */
  readonly none: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
};

const Column = ({ label, hint, columns, none, value, error, onChange }: ColumnProps): ComponentChildren => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) =>
      columns === null ? (
        <input
          {...attributes}
          value={value}
          autocomplete="off"
          placeholder={none}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      ) : (
        <select {...attributes} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">{none}</option>
          {columns.map((column) => (
            <option key={column} value={column}>
              {column}
            </option>
          ))}
        </select>
      )
    }
  </Field>
);
