// A brain that learns what one draws.

import type { PageParts } from "../../app/app.tsx";

export const DrawPage = ({ brain }: PageParts & { readonly brain: string | null }) => (
  <main class="page" tabIndex={-1}>
    <h1>Draw {brain}</h1>
  </main>
);
