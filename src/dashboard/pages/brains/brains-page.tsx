// All brains of the server, live: how each does, and how the server does.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { ServerNumbers } from "../../api/types.ts";
import type { PageParts } from "../../app/app.tsx";
import { Button } from "../../ui/button.tsx";
import { Failure, Loading } from "../../ui/states.tsx";
import { BrainList } from "./brain-list.tsx";
import { Collection } from "./collection.ts";
import { CreateBrain } from "./create-brain.tsx";
import { NoBrains } from "./no-brains.tsx";
import { ServerFigures } from "./server-figures.tsx";
import "./brains.css";

/** What no message tells (a new name, a brain that left memory) is read so often. */
const REFRESH_MS = 30_000;

export function BrainsPage({ live }: PageParts) {
  const collection = useMemo(() => new Collection(), []);
  const [server, setServer] = useState<ServerNumbers | null>(null);
  const [isCreating, setIsCreating] = useState(false);
  useEffect(() => {
    const wish = { brains: null, topics: ["events", "measures", "server"], maxPerSecond: 20 } as const;
    const end = live.listen(wish, {
      onMessage: (message) => (message.type === "server" ? setServer(message) : collection.take(message)),
      onGap: () => void collection.recover(),
    });
    void collection.read();
    const timer = setInterval(() => {
      if (!document.hidden) void collection.read();
    }, REFRESH_MS);
    return () => {
      end();
      clearInterval(timer);
      collection.close();
    };
  }, [collection, live]);
  const { isRead, error } = collection.state.value;
  const isEmpty = isRead && collection.ids.value.length === 0;
  return (
    <main class="page" tabIndex={-1}>
      <header class="page-head">
        <h1>Brains</h1>
        <div class="page-actions">
          <Button kind="primary" icon="plus" onClick={() => setIsCreating(true)}>
            Create a brain
          </Button>
        </div>
      </header>
      <ServerFigures numbers={live.connection.value === "open" ? server : null} />
      {error === null ? null : <Failure error={error} onRetry={() => void collection.read()} />}
      {isEmpty ? <NoBrains onCreate={() => setIsCreating(true)} /> : null}
      {isRead || error !== null ? null : (
        <div class="card">
          <Loading lines={8} />
        </div>
      )}
      {isRead && !isEmpty ? <BrainList collection={collection} /> : null}
      {isCreating ? <CreateBrain onClose={() => setIsCreating(false)} /> : null}
    </main>
  );
}
