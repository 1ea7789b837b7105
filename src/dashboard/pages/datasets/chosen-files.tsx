// The files of an upload, and as what they are read.

import { useId } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { bytes } from "../../ui/format.ts";
import { type Chosen, FORMAT_NAMES, FORMATS, type Format, filesOf } from "./upload-form.ts";

type ChosenFilesProps = {
  readonly chosen: Chosen<File>;
  /** While they are being sent. */
  readonly isLocked: boolean;
  readonly onFormat: (format: Exclude<Format, "idx">) => void;
  readonly onClear: () => void;
};

export function ChosenFiles({ chosen, isLocked, onFormat, onClear }: ChosenFilesProps) {
  const files = filesOf(chosen);
  return (
    <div class="chosen">
      <ul class="chosen-files" aria-label="Files">
        {files.map((file) => (
          <li key={file.name}>
            <span class="chosen-name">{file.name}</span> <span class="note">{bytes(file.size)}</span>
          </li>
        ))}
        {chosen.format === "idx" && files.length < 2 ? (
          <li class="note">
            {chosen.labels === null ? "The file of labels is missing." : "The file of samples is missing."}
          </li>
        ) : null}
      </ul>
      {chosen.format === "idx" ? (
        <span class="badge">IDX</span>
      ) : (
        <FormatField format={chosen.format} onFormat={onFormat} />
      )}
      <Button
        kind="quiet"
        size="small"
        icon="close"
        label="Choose other files"
        isDisabled={isLocked}
        onClick={onClear}
      />
    </div>
  );
}

type FormatFieldProps = {
  readonly format: Exclude<Format, "idx"> | null;
  readonly onFormat: (format: Exclude<Format, "idx">) => void;
};

function FormatField({ format, onFormat }: FormatFieldProps) {
  const id = useId();
  return (
    <span class="chosen-format">
      <label class="hidden" for={id}>
        Format
      </label>
      <select
        id={id}
        value={format ?? ""}
        onChange={({ currentTarget: { value } }) => {
          const found = FORMAT_NAMES.find((name) => name === value);
          if (found !== undefined && found !== "idx") onFormat(found);
        }}
      >
        {format === null ? <option value="">Format?</option> : null}
        {FORMAT_NAMES.filter((name) => name !== "idx").map((name) => (
          <option key={name} value={name}>
            {FORMATS[name].label}
          </option>
        ))}
      </select>
    </span>
  );
}
