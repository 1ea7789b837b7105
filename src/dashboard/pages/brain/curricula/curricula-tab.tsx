// Teaching a brain in phases, as jobs of the server: all of them, one of them, or a new one.

import type { TabParts } from "../brain-page.tsx";
import { CurriculumList } from "./curriculum-list.tsx";
import { CurriculumView } from "./curriculum-view.tsx";
import { NewCurriculum } from "./form/new-curriculum.tsx";
import "./curricula.css";

export function CurriculaTab({ brain, item, live }: TabParts) {
  if (item === null) return <CurriculumList brain={brain} live={live} />;
  if (item.type === "new") return <NewCurriculum key={item.id ?? ""} brain={brain} like={item.id} />;
  return <CurriculumView key={item.id} brain={brain} id={item.id} live={live} />;
}
