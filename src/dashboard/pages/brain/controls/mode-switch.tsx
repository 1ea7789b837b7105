// Switches a brain's mode. What the server told last is shown: its answer, or what the brain says since.

import { useState } from "preact/hooks";
import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain, Mode } from "../../../api/types.ts";
import { Choice } from "../../../ui/choice.tsx";
import { MODE_HINTS } from "../../../ui/mode-badge.tsx";
import { useAction } from "../../../ui/use-action.ts";

type Stamp = { readonly seq: number; readonly mode: Mode };

const OPTIONS = (["inference", "plastic", "panic"] as const).map((mode) => ({
  value: mode,
  label: mode,
  hint: MODE_HINTS[mode],
}));

type ModeSwitchProps = { readonly brain: Brain; readonly onChange: () => void };

export function ModeSwitch({ brain, onChange }: ModeSwitchProps) {
  const [answer, setAnswer] = useState<Stamp | null>(null);
  const [wanted, setWanted] = useState<Mode | null>(null);
  const { isBusy, run } = useAction();
  const known = answer !== null && answer.seq > brain.seq ? answer.mode : brain.mode;
  const choose = (mode: Mode): void => {
    setWanted(mode);
    void run(async () => {
      setAnswer(await change<Stamp>("PUT", pathOf(brain.id, "mode"), { mode }));
      onChange();
      return null;
    }).then(() => setWanted(null));
  };
  return (
    <div class="mode-switch">
      <Choice
        label="Mode"
        options={OPTIONS}
        value={wanted ?? known}
        onChange={choose}
        isDisabled={isBusy || brain.status === "quarantined"}
      />
    </div>
  );
}
