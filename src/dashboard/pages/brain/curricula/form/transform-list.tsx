// What is done to samples before the brain meets them, one after the other.

import { useId } from "preact/hooks";
import { Button } from "../../../../ui/button.tsx";
import { moved, type TransformDraft, type TransformType } from "./draft.ts";
import type { Errors } from "./edit.ts";
import { TRANSFORMS } from "./request.ts";

type TransformListProps = {
  readonly transforms: readonly TransformDraft[];
  readonly where: string;
  readonly errors: Errors;
  /** A key that nothing else in the form has. */
  readonly newKey: () => number;
  readonly onChange: (transforms: readonly TransformDraft[]) => void;
};

// Object.keys tells of no other keys than those that the table was written with.
const TYPES = Object.keys(TRANSFORMS) as readonly TransformType[];

export function TransformList({ transforms, where, errors, newKey, onChange }: TransformListProps) {
  const id = useId();
  const edit = (key: number, value: string): void =>
    onChange(transforms.map((each) => (each.key === key ? { ...each, value } : each)));
  const own = errors.get(`${where}/transform`);
  return (
    <div class="transforms">
      {transforms.length === 0 ? null : (
        <ol class="transforms-list" aria-label="Transforms, one after the other">
          {transforms.map((transform, place) => (
            <Transform
              key={transform.key}
              transform={transform}
              error={errors.get(`${where}/transform/${place}`)}
              onValue={(value) => edit(transform.key, value)}
              onUp={place === 0 ? null : () => onChange(moved(transforms, place, place - 1))}
              onRemove={() => onChange(transforms.filter(({ key }) => key !== transform.key))}
            />
          ))}
        </ol>
      )}
      <span class="transforms-add">
        <label class="hidden" for={id}>
          Add a transform
        </label>
        <select
          id={id}
          value=""
          onChange={({ currentTarget }) => {
            const type = TYPES.find((each) => each === currentTarget.value);
            currentTarget.value = "";
            if (type !== undefined) onChange([...transforms, { key: newKey(), type, value: "" }]);
          }}
        >
          <option value="">Add a transform…</option>
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {TRANSFORMS[type].title}
            </option>
          ))}
        </select>
      </span>
      {own === undefined ? null : <p class="note note-wrong">{own}</p>}
    </div>
  );
}

type TransformProps = {
  readonly transform: TransformDraft;
  readonly error: string | undefined;
  readonly onValue: (value: string) => void;
  /** null: it is the first. */
  readonly onUp: (() => void) | null;
  readonly onRemove: () => void;
};

function Transform({ transform: { type, value }, error, onValue, onUp, onRemove }: TransformProps) {
  const { title, label, usual } = TRANSFORMS[type];
  const id = useId();
  const attributes = { id, "aria-invalid": error !== undefined, "aria-describedby": `${id}-error` };
  return (
    <li class="transform">
      <span class="transform-row">
        <strong>{title}</strong>
        <label class="hidden" for={id}>{`${title}: ${label}`}</label>
        {type === "invert" ? (
          <select {...attributes} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
            <option value="">as the data are</option>
            <option value="unit">1 − x, of pixels</option>
            <option value="signed">−x, of numbers around 0</option>
          </select>
        ) : (
          <input
            {...attributes}
            autocomplete="off"
            inputMode="decimal"
            title={label}
            placeholder={usual ?? ""}
            value={value}
            onInput={({ currentTarget }) => onValue(currentTarget.value)}
          />
        )}
        <Button
          kind="quiet"
          size="small"
          icon="up"
          label={`${title} earlier`}
          isDisabled={onUp === null}
          onClick={() => onUp?.()}
        />
        <Button kind="quiet" size="small" icon="close" label={`Remove ${title}`} onClick={onRemove} />
      </span>
      <span id={`${id}-error`} class="note note-wrong">
        {error}
      </span>
    </li>
  );
}
