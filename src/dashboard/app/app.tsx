// The page as a whole: the shell, and in it what the address names.

import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isKeyWanted } from "../api/key.ts";
import type { LiveStream } from "../api/live-stream.ts";
import { BrainPage } from "../pages/brain/brain-page.tsx";
import { BrainsPage } from "../pages/brains/brains-page.tsx";
import { DatasetPage } from "../pages/datasets/dataset-page.tsx";
import { DatasetsPage } from "../pages/datasets/datasets-page.tsx";
import { DrawPage } from "../pages/draw/draw-page.tsx";
import { LinkButton } from "../ui/button.tsx";
import { brainsHref, type Route } from "./router.ts";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";

/** What every page is given. */
export type PageParts = { readonly live: LiveStream };

type AppProps = PageParts & { readonly route: ReadonlySignal<Route> };

export function App({ route, live }: AppProps) {
  const title = titleOf(route.value);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <Shell route={route.value} connection={live.connection.value}>
      {isKeyWanted.value ? <SignIn /> : <Page route={route.value} live={live} />}
    </Shell>
  );
}

function Page({ route, live }: PageParts & { readonly route: Route }) {
  switch (route.page) {
    case "brains":
      return <BrainsPage live={live} />;
    case "brain":
      return <BrainPage key={route.brain} brain={route.brain} tab={route.tab} item={route.item} live={live} />;
    case "datasets":
      return <DatasetsPage />;
    case "dataset":
      return <DatasetPage key={route.dataset} dataset={route.dataset} />;
    case "draw":
      return <DrawPage key={route.brain} brain={route.brain} live={live} />;
    case "unknown":
      return (
        <main class="page" tabIndex={-1}>
          <h1>There is no such page</h1>
          <p>
            <LinkButton href={brainsHref}>All brains</LinkButton>
          </p>
        </main>
      );
  }
}

function titleOf(route: Route): string {
  switch (route.page) {
    case "brain":
      return `${route.brain} · Engram`;
    case "datasets":
      return "Datasets · Engram";
    case "dataset":
      return `${route.dataset} · Engram`;
    case "draw":
      return "Draw · Engram";
    default:
      return "Engram";
  }
}
