// One dataset: what it is, how its samples divide among classes, and what they look like.

import { useState } from "preact/hooks";
import { CallFailed, datasetPathOf, get } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Dataset } from "../../api/types.ts";
import { datasetsHref } from "../../app/router.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { Figure, Figures } from "../../ui/figure.tsx";
import { ago, bytes, dateTime, whole } from "../../ui/format.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Loaded } from "../../ui/states.tsx";
import { ClassBars } from "./class-bars.tsx";
import { DeleteDataset } from "./delete-dataset.tsx";
import { Samples } from "./samples.tsx";
import { samplesText, sourceText } from "./wording.ts";
import "./datasets.css";

export function DatasetPage({ dataset }: { readonly dataset: string }) {
  const resource = useResource(dataset, (signal) => get<Dataset>(datasetPathOf(dataset), { signal }));
  const [isDoomed, setIsDoomed] = useState(false);
  if (resource.error instanceof CallFailed && resource.error.code === "dataset-not-found") {
    return (
      <main class="page" tabIndex={-1}>
        <Empty title={resource.error.message}>
          <LinkButton href={datasetsHref}>All datasets</LinkButton>
        </Empty>
      </main>
    );
  }
  const { data } = resource;
  return (
    <main class="page" tabIndex={-1}>
      <header class="page-head">
        <h1>{data?.name || dataset}</h1>
        <div class="page-actions">
          <LinkButton href={datasetsHref} icon="back">
            All datasets
          </LinkButton>
          <Button icon="trash" isDisabled={data === null} onClick={() => setIsDoomed(true)}>
            Delete
          </Button>
        </div>
        <p class="note dataset-line">{data === null ? <>&nbsp;</> : <Line dataset={data} />}</p>
      </header>
      <Loaded resource={resource} lines={10}>
        {(loaded) => <Contents dataset={loaded} />}
      </Loaded>
      {isDoomed && data !== null ? (
        <DeleteDataset
          dataset={data}
          onClose={() => setIsDoomed(false)}
          onDone={() => {
            location.hash = datasetsHref;
          }}
        />
      ) : null}
    </main>
  );
}

const Line = ({ dataset }: { readonly dataset: Dataset }) => (
  <>
    <code>{dataset.id}</code>
    <span>{samplesText(dataset)}</span>
    <span title={`SHA-256 of the samples: ${dataset.digest}`}>
      digest <code>{dataset.digest.slice(0, 12)}</code>
    </span>
  </>
);

function Contents({ dataset }: { readonly dataset: Dataset }) {
  const [label, setLabel] = useState<string | null>(null);
  const nowMs = useNow(10_000);
  const { rows, classes, sizeBytes, source, createdAt } = dataset;
  return (
    <>
      <Figures>
        <Figure label="Samples" value={whole(rows)} />
        <Figure label="Classes" value={whole(classes.length)} note={balanceOf(dataset)} />
        <Figure label="Size" value={bytes(sizeBytes)} note="as it is kept" />
        <Figure label="Came as" value={sourceText(dataset)} note={bytes(source.bytes)} />
        <Figure label="Uploaded" value={ago(createdAt, nowMs)} hint={dateTime(createdAt)} />
      </Figures>
      <div class="dataset-parts">
        <ClassBars classes={classes} chosen={label} onChoose={setLabel} />
        <Samples key={label ?? ""} dataset={dataset} label={label} onAll={() => setLabel(null)} />
      </div>
    </>
  );
}

/** Whether classes are alike in size, which accuracies are to be read by. */
function balanceOf({ classes }: Dataset): string | undefined {
  const counts = classes.map(({ samples }) => samples);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length < 2) return undefined;
  return least === most ? `${whole(least)} of each` : `${whole(least)} to ${whole(most)} of each`;
}
