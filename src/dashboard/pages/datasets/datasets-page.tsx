// All datasets of the server, and the way to new ones: files may be dropped anywhere on the page.

import { useEffect, useState } from "preact/hooks";
import { allDatasets } from "../../api/datasets.ts";
import { useResource } from "../../api/resource.ts";
import { Button } from "../../ui/button.tsx";
import { Loaded } from "../../ui/states.tsx";
import { DatasetList } from "./dataset-list.tsx";
import { NoDatasets } from "./no-datasets.tsx";
import { UploadDialog } from "./upload-dialog.tsx";
import "./datasets.css";

/** No message tells of datasets: what others upload is seen when they are read again. */
const REFRESH_MS = 30_000;

export function DatasetsPage() {
  const list = useResource("datasets", allDatasets);
  const { reload } = list;
  /** The files that an upload begins with; null where none is being made. */
  const [files, setFiles] = useState<readonly File[] | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload]);
  const isUploading = files !== null;
  return (
    <main
      class="page"
      tabIndex={-1}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const dropped = [...(event.dataTransfer?.files ?? [])];
        if (dropped.length > 0 && !isUploading) setFiles(dropped);
      }}
    >
      <header class="page-head">
        <h1>Datasets</h1>
        <div class="page-actions">
          <Button kind="primary" icon="upload" onClick={() => setFiles([])}>
            Upload a dataset
          </Button>
        </div>
        <p class="note datasets-about">
          Labelled samples, uploaded once and never changed. Curricula teach brains with them, and judge brains on them.
        </p>
      </header>
      <section class="card" aria-label="Datasets">
        <Loaded resource={list} lines={8}>
          {(datasets) =>
            datasets.length === 0 ? <NoDatasets /> : <DatasetList datasets={datasets} onChange={reload} />
          }
        </Loaded>
      </section>
      {isUploading ? <UploadDialog files={files} onClose={() => setFiles(null)} /> : null}
    </main>
  );
}
