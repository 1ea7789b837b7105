// Samples of a dataset, a page at a time, of all classes or of one.

import { useState } from "preact/hooks";
import { datasetPathOf, get } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Dataset, SamplesAnswer } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { plural, whole } from "../../ui/format.ts";
import { Empty, Loaded } from "../../ui/states.tsx";
import { SampleView } from "./sample-view.tsx";

type SamplesProps = {
  readonly dataset: Dataset;
  /** null: of all classes. */
  readonly label: string | null;
  readonly onAll: () => void;
};

/** Of small pictures many are seen at once, of texts few. */
const PER_PAGE: Record<Dataset["kind"], number> = { images: 60, features: 60, texts: 20 };

/** Give it a key of its own for each label: another one is looked at from its beginning. */
export function Samples({ dataset, label, onAll }: SamplesProps) {
  const { id, kind } = dataset;
  const [offset, setOffset] = useState(0);
  const limit = PER_PAGE[kind];
  const page = useResource(JSON.stringify([id, label, offset]), (signal) =>
    get<SamplesAnswer>(datasetPathOf(id, "samples"), { query: { offset, limit, label: label ?? undefined }, signal }),
  );
  const total = label === null ? dataset.rows : (dataset.classes.find((each) => each.label === label)?.samples ?? 0);
  return (
    <Card
      title={label === null ? "Samples" : `Samples of ${label}`}
      note={
        total === 0
          ? "none"
          : `${whole(offset + 1)} to ${whole(Math.min(total, offset + limit))} of ${plural(total, "sample")}`
      }
      actions={
        <>
          {label === null ? null : (
            <Button size="small" kind="quiet" icon="close" onClick={onAll}>
              All classes
            </Button>
          )}
          <Button size="small" isDisabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - limit))}>
            Previous
          </Button>
          <Button size="small" isDisabled={offset + limit >= total} onClick={() => setOffset(offset + limit)}>
            Next
          </Button>
        </>
      }
    >
      <div class="sample-page" data-kind={kind}>
        <Loaded resource={page} lines={8}>
          {({ samples }) =>
            samples.length === 0 ? (
              <Empty title="No sample" />
            ) : (
              <ul class="sample-grid" data-look={lookOf(dataset)}>
                {samples.map((sample) => (
                  <li key={sample.row} class="sample-tile" title={`Row ${whole(sample.row)}, ${sample.label}`}>
                    <SampleView sample={sample} shape={dataset.shape} />
                    <span class="sample-label">{sample.label}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </Card>
  );
}

/** How much room a sample wants. */
function lookOf({ kind, shape }: Dataset): "text" | "numbers" | "picture" | "photo" {
  if (kind === "texts") return "text";
  if (kind === "features") return shape !== null && shape.length === 3 ? "picture" : "numbers";
  return shape === null ? "photo" : "picture";
}
