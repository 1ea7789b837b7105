// A new curriculum: what it is to begin with (as it was left, like another one, or empty), and the datasets to choose from.

import { get } from "../../../../api/client.ts";
import { allDatasets } from "../../../../api/datasets.ts";
import { useResource } from "../../../../api/resource.ts";
import type { Brain, Curriculum } from "../../../../api/types.ts";
import { datasetsHref } from "../../../../app/router.ts";
import { LinkButton } from "../../../../ui/button.tsx";
import { Empty, Loaded } from "../../../../ui/states.tsx";
import { curriculumPath } from "../paths.ts";
import { draftOf, EMPTY_PLAN } from "./draft.ts";
import { isFitting } from "./fits.ts";
import { keptDraft } from "./kept-draft.ts";
import { PlanForm } from "./plan-form.tsx";
import "./form.css";

type NewCurriculumProps = {
  readonly brain: Brain;
  /** The curriculum that it begins as a copy of. */
  readonly like: string | null;
};

export function NewCurriculum({ brain, like }: NewCurriculumProps) {
  const start = useResource(JSON.stringify([brain.id, like]), async (signal) => {
    const [datasets, model] = await Promise.all([
      allDatasets(signal),
      like === null ? null : get<Curriculum>(curriculumPath(brain.id, like), { signal }),
    ]);
    return { datasets, draft: model === null ? (keptDraft(brain.id) ?? EMPTY_PLAN) : draftOf(model) };
  });
  return (
    <Loaded resource={start} lines={10}>
      {({ datasets, draft }) =>
        datasets.length === 0 ? (
          <div class="card">
            <Empty title="There is nothing to teach yet">
              <p>A curriculum teaches samples of datasets, and the server has none.</p>
              <LinkButton kind="primary" icon="upload" href={datasetsHref}>
                Upload a dataset
              </LinkButton>
            </Empty>
          </div>
        ) : (
          <PlanForm
            brain={brain}
            start={draft}
            choices={{
              fitting: datasets.filter((dataset) => isFitting(brain, dataset)),
              others: datasets.filter((dataset) => !isFitting(brain, dataset)),
            }}
          />
        )
      }
    </Loaded>
  );
}
