// A remembered sample as an input, newest first. What the memory keeps of a sample is its key, and not the input that it was.

import { useState } from "preact/hooks";
import { get, pathOf } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { MemoryEntryList } from "../api/types.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import type { SourceParts } from "./input-sources.tsx";
import { InputView } from "./input-view.tsx";

const PER_PAGE = 16;

export function RememberedSource({ brain, onPick }: SourceParts) {
  const [label, setLabel] = useState("");
  /** Where the pages up to the shown one begin; the first begins nowhere. */
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const query = {
    include: "keys",
    limit: PER_PAGE,
    label: label === "" ? undefined : label,
    cursor,
  };
  const page = useResource(JSON.stringify([brain.id, label, cursor]), (signal) =>
    get<MemoryEntryList>(pathOf(brain.id, "memory", "entries"), { query, signal }),
  );
  return (
    <div class="input-source">
      <Field label="Class">
        {(attributes) => (
          <select
            {...attributes}
            value={label}
            onChange={({ currentTarget }) => {
              setLabel(currentTarget.value);
              setCursors([]);
            }}
          >
            <option value="">All classes</option>
            {brain.labels.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        )}
      </Field>
      <div class="samples-place">
        <Loaded resource={page} lines={6}>
          {({ entries }) =>
            entries.length === 0 ? (
              <Empty title="Nothing remembered" />
            ) : (
              <ul class="samples">
                {entries.map(({ id, label: name, seq, key = [] }) => (
                  <li key={id}>
                    <button
                      type="button"
                      class="sample"
                      title={`Sample ${id}, of seq ${seq ?? "unknown"}`}
                      onClick={() =>
                        onPick({ values: key, source: `Key of sample ${id}, “${name}”`, layout: "planes" })
                      }
                    >
                      <InputView input={{ values: key, source: "", layout: "planes" }} label={`Sample ${id}`} />
                      <span>{name}</span>
                    </button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
      <div class="input-row">
        <Button size="small" isDisabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
          Newer
        </Button>
        <Button
          size="small"
          isDisabled={typeof page.data?.nextCursor !== "string"}
          onClick={() => {
            const next = page.data?.nextCursor;
            if (typeof next === "string") setCursors([...cursors, next]);
          }}
        >
          Older
        </Button>
        <Button size="small" kind="quiet" icon="restore" label="Read the list anew" onClick={page.reload} />
      </div>
      <p class="note">
        These are keys: what stood before the memory, behind the layers and brought to length 1, and not the raw inputs.
        So short an input is changed more by the layers than a raw one.
      </p>
    </div>
  );
}
