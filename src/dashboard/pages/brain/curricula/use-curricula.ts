// The curricula of a brain, live: read once, then moved by what the stream tells, and read again where that does not tell all.

import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../../../api/client.ts";
import type { LiveStream } from "../../../api/live-stream.ts";
import { type Resource, useResource } from "../../../api/resource.ts";
import type { Curriculum, CurriculumList, CurriculumMessage, StreamMessage } from "../../../api/types.ts";
import { after, wantsReading } from "./curricula.ts";
import { curriculaPath, curriculumPath } from "./paths.ts";

const MOST_PER_SECOND = 10;

/** Tells of every message about a curriculum of the brain, and of what was missed. */
export function useMessages(
  live: LiveStream,
  brain: string,
  onMessage: (message: CurriculumMessage) => void,
  onGap: () => void,
): void {
  const latest = useRef({ onMessage, onGap });
  latest.current = { onMessage, onGap };
  useEffect(
    () =>
      live.listen(
        { brains: [brain], topics: ["curricula"], maxPerSecond: MOST_PER_SECOND },
        {
          onMessage: (message: StreamMessage) => {
            if (message.type === "curriculum") latest.current.onMessage(message);
          },
          onGap: () => latest.current.onGap(),
        },
      ),
    [live, brain],
  );
}

/** @param query as `GET …/curricula` takes it */
export function useCurricula(
  live: LiveStream,
  brain: string,
  query: { readonly limit: number; readonly state?: string },
): Resource<CurriculumList> {
  const list = useResource(JSON.stringify([brain, query]), (signal) =>
    get<CurriculumList>(curriculaPath(brain), { query, signal }),
  );
  const [data, hear] = useMoved(list.data);
  useMessages(
    live,
    brain,
    (message) => {
      const known = data?.curricula.find(({ id }) => id === message.curriculum);
      if (wantsReading(known, message)) list.reload();
      hear((shown) => ({ ...shown, curricula: shown.curricula.map((each) => after(each, message)) }));
    },
    list.reload,
  );
  return { ...list, data };
}

export function useCurriculum(live: LiveStream, brain: string, id: string): Resource<Curriculum> {
  const one = useResource(id, (signal) => get<Curriculum>(curriculumPath(brain, id), { signal }));
  const [data, hear] = useMoved(one.data);
  useMessages(
    live,
    brain,
    (message) => {
      if (message.curriculum !== id || data === null) return;
      if (wantsReading(data, message)) one.reload();
      hear((shown) => after(shown, message));
    },
    one.reload,
  );
  return { ...one, data };
}

/** What was read, moved by what was heard since; another reading takes its place. */
function useMoved<T>(read: T | null): [T | null, (move: (shown: T) => T) => void] {
  const [moved, setMoved] = useState<{ readonly of: T | null; readonly data: T | null }>({ of: read, data: read });
  const data = moved.of === read ? moved.data : read;
  const latest = useRef({ read, data });
  latest.current = { read, data };
  const hear = (move: (shown: T) => T): void => {
    const { read: of, data: shown } = latest.current;
    if (shown === null) return;
    const next = move(shown);
    latest.current.data = next;
    setMoved({ of, data: next });
  };
  return [data, hear];
}
