// All brains of the server.

import { get } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { BrainList } from "../../api/types.ts";
import type { PageParts } from "../../app/app.tsx";
import { brainHref } from "../../app/router.ts";
import { Card } from "../../ui/card.tsx";
import { Empty, Loaded } from "../../ui/states.tsx";

export function BrainsPage(_parts: PageParts) {
  const list = useResource("brains", (signal) => get<BrainList>("v1/brains", { signal }));
  return (
    <main class="page" tabIndex={-1}>
      <header class="page-head">
        <h1>Brains</h1>
      </header>
      <Card title="All brains">
        <Loaded resource={list}>
          {({ brains }) =>
            brains.length === 0 ? (
              <Empty title="No brain yet" />
            ) : (
              <ul>
                {brains.map(({ id }) => (
                  <li key={id}>
                    <a href={brainHref(id)}>{id}</a>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
    </main>
  );
}
