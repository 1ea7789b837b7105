// Says why a quarantined brain answers nothing, and what can be done about it.

import { change } from "../../../api/change.ts";
import { get, messageOf, pathOf } from "../../../api/client.ts";
import { useResource } from "../../../api/resource.ts";
import type { Brain } from "../../../api/types.ts";
import { brainHref } from "../../../app/router.ts";
import { Button, LinkButton } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { useAction } from "../../../ui/use-action.ts";

export function Quarantine({ brain, onChange }: { readonly brain: Brain; readonly onChange: () => void }) {
  // Any call about its state is refused, and the refusal says at which change it stands.
  const asked = useResource(`${brain.id} quarantine`, (signal) =>
    get<unknown>(pathOf(brain.id, "measures"), { signal }),
  );
  const { isBusy, run } = useAction();
  const lift = () =>
    run(async () => {
      await change<void>("DELETE", pathOf(brain.id, "quarantine"));
      onChange();
      return "The next call tries it again.";
    });
  return (
    <div class="quarantine" role="alert">
      <Icon name="alert" />
      <div>
        <strong>This brain is quarantined</strong>
        <p>
          {asked.error === null ? "Computing it has ended three compute processes in a row." : messageOf(asked.error)}
        </p>
        <p class="note">
          Go back to a state before the change that did it; the log of changes tells which states there are. If the
          machine was to blame, have it tried again.
        </p>
      </div>
      <div class="quarantine-ways">
        <LinkButton size="small" href={brainHref(brain.id, "checkpoints")}>
          Go back to a state
        </LinkButton>
        <Button size="small" isBusy={isBusy} onClick={() => void lift()}>
          Try it again
        </Button>
      </div>
    </div>
  );
}
