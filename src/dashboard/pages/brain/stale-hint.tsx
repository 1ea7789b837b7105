// Says that the brain has changed since what is shown was read, and offers to read it anew.

import { Button } from "../../ui/button.tsx";

export const StaleHint = ({ onReload }: { readonly onReload: () => void }) => (
  <span class="stale" role="status">
    <span class="note">The brain has changed since.</span>
    <Button size="small" icon="restore" onClick={onReload}>
      Show it as it is now
    </Button>
  </span>
);
