// Where the API has curricula.

import { pathOf } from "../../../api/client.ts";

export const curriculaPath = (brain: string): string => pathOf(brain, "curricula");
export const curriculumPath = (brain: string, curriculum: string, ...parts: readonly string[]): string =>
  pathOf(brain, "curricula", curriculum, ...parts);
