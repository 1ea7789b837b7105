// One curriculum: how far it is and what can be done with it, its numbers as charts over its steps, and what each phase came to.

import { CallFailed } from "../../../api/client.ts";
import type { LiveStream } from "../../../api/live-stream.ts";
import type { Brain, Curriculum } from "../../../api/types.ts";
import { brainHref } from "../../../app/router.ts";
import { LinkButton } from "../../../ui/button.tsx";
import { Empty, Loaded } from "../../../ui/states.tsx";
import { CurriculumCharts } from "./curriculum-charts.tsx";
import { CurriculumHead } from "./curriculum-head.tsx";
import { PhaseReports } from "./phase-reports.tsx";
import { useCurriculum } from "./use-curricula.ts";

type CurriculumViewProps = { readonly brain: Brain; readonly id: string; readonly live: LiveStream };

export function CurriculumView({ brain, id, live }: CurriculumViewProps) {
  const curriculum = useCurriculum(live, brain.id, id);
  if (curriculum.error instanceof CallFailed && curriculum.error.code === "curriculum-not-found") {
    return (
      <Empty title={curriculum.error.message}>
        <LinkButton href={brainHref(brain.id, "curricula")}>All curricula of this brain</LinkButton>
      </Empty>
    );
  }
  return (
    <Loaded resource={curriculum} lines={8}>
      {(data) => <Contents curriculum={data} onChange={curriculum.reload} />}
    </Loaded>
  );
}

type ContentsProps = { readonly curriculum: Curriculum; readonly onChange: () => void };

const Contents = ({ curriculum, onChange }: ContentsProps) => (
  <div class="curriculum">
    <CurriculumHead curriculum={curriculum} onChange={onChange} />
    <CurriculumCharts curriculum={curriculum} />
    <PhaseReports curriculum={curriculum} />
  </div>
);
