// The list of datasets: what each holds, how much, since when.

import { useState } from "preact/hooks";
import type { Dataset } from "../../api/types.ts";
import { datasetHref } from "../../app/router.ts";
import { Ago } from "../../ui/ago.tsx";
import { Button } from "../../ui/button.tsx";
import { bytes, whole } from "../../ui/format.ts";
import { useNow } from "../../ui/now.ts";
import { DeleteDataset } from "./delete-dataset.tsx";
import { samplesText, sourceText } from "./wording.ts";

type DatasetListProps = {
  readonly datasets: readonly Dataset[];
  readonly onChange: () => void;
};

const SLICE = 50;

export function DatasetList({ datasets, onChange }: DatasetListProps) {
  const [doomed, setDoomed] = useState<Dataset | null>(null);
  const [shown, setShown] = useState(SLICE);
  const nowMs = useNow(10_000);
  return (
    <>
      <table class="datasets">
        <thead>
          <tr>
            <th scope="col">Dataset</th>
            <th scope="col">Holds</th>
            <th scope="col" class="number">
              Samples
            </th>
            <th scope="col" class="number">
              Classes
            </th>
            <th scope="col" class="number">
              Size
            </th>
            <th scope="col">Uploaded</th>
            <th scope="col">
              <span class="hidden">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {datasets.slice(0, shown).map((dataset) => (
            <DatasetRow key={dataset.id} dataset={dataset} nowMs={nowMs} onDelete={() => setDoomed(dataset)} />
          ))}
        </tbody>
      </table>
      {shown < datasets.length ? (
        <div class="datasets-more">
          <Button size="small" onClick={() => setShown(shown + SLICE)}>
            Show more of {whole(datasets.length)}
          </Button>
        </div>
      ) : null}
      {doomed === null ? null : <DeleteDataset dataset={doomed} onClose={() => setDoomed(null)} onDone={onChange} />}
    </>
  );
}

type DatasetRowProps = { readonly dataset: Dataset; readonly nowMs: number; readonly onDelete: () => void };

function DatasetRow({ dataset, nowMs, onDelete }: DatasetRowProps) {
  const { id, name, rows, classes, sizeBytes, createdAt } = dataset;
  const hasName = name !== null && name !== "";
  return (
    <tr class="datasets-row">
      <th scope="row" class="datasets-name">
        <a href={datasetHref(id)}>{hasName ? name : id}</a>
        {hasName ? <code class="note">{id}</code> : null}
      </th>
      <td class="datasets-holds">
        {samplesText(dataset)} <span class="badge">{sourceText(dataset)}</span>
      </td>
      <td class="datasets-samples number">{whole(rows)}</td>
      <td class="datasets-classes number">{whole(classes.length)}</td>
      <td class="datasets-size number">{bytes(sizeBytes)}</td>
      <td class="datasets-when">
        <Ago time={createdAt} nowMs={nowMs} />
      </td>
      <td class="datasets-actions">
        <Button size="small" kind="quiet" icon="trash" label={`Delete ${id}`} onClick={onDelete} />
      </td>
    </tr>
  );
}
