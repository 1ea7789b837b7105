// What a new brain is to take: features, or what one of the server's encoders does. Nothing to choose where the server has no encoder.

import { get } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { EncoderList } from "../../api/types.ts";
import { Field } from "../../ui/field.tsx";

type EncoderFieldProps = {
  /** An encoder's name; empty for features. */
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (name: string) => void;
};

export function EncoderField({ value, error, onChange }: EncoderFieldProps) {
  const { data } = useResource("encoders", (signal) => get<EncoderList>("v1/encoders", { signal }));
  if (data === null || data.encoders.length === 0) return null;
  return (
    <Field label="Takes" hint="An encoder turns images or texts into the features that the brain learns." error={error}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">Features (numbers)</option>
          {data.encoders.map(({ name, kind, dimension }) => (
            <option key={name} value={name}>
              {`${kind}s by ${name} (${dimension} features)`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
