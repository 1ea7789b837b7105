// What can be done to one layer.

import { useState } from "preact/hooks";
import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain, Layer, LayerRenewAnswer } from "../../../api/types.ts";
import { Button } from "../../../ui/button.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { plural, whole } from "../../../ui/format.ts";
import { useAction } from "../../../ui/use-action.ts";

type LayerActionsProps = { readonly brain: Brain; readonly layer: Layer; readonly onDone: () => void };

export function LayerActions({ brain, layer: { index, isFrozen }, onDone }: LayerActionsProps) {
  const [isAsking, setIsAsking] = useState(false);
  const { isBusy, run } = useAction();
  const path = (...rest: string[]): string => pathOf(brain.id, "layers", String(index), ...rest);
  const freeze = () =>
    run(async () => {
      await change("PATCH", path(), { frozen: !isFrozen }).finally(onDone);
      return isFrozen ? `Layer ${index} learns again.` : `Layer ${index} is frozen: it thinks, and learns nothing.`;
    });
  const renew = () =>
    run(async () => {
      const { recycled } = await change<LayerRenewAnswer>("POST", path("neurogenesis")).finally(onDone);
      return recycled === 0
        ? `No neuron of layer ${index} was idle enough to be born again.`
        : `${plural(recycled, "neuron")} of layer ${index} ${recycled === 1 ? "was" : "were"} born again.`;
    });
  return (
    <div class="layer-actions">
      <Button size="small" isBusy={isBusy} label={isFrozen ? HINTS.thaw : HINTS.freeze} onClick={() => void freeze()}>
        {isFrozen ? "Thaw" : "Freeze"}
      </Button>
      <Button
        size="small"
        isBusy={isBusy}
        isDisabled={isFrozen || brain.mode === "inference"}
        label={hintOf(brain, isFrozen)}
        onClick={() => setIsAsking(true)}
      >
        Renew
      </Button>
      {isAsking ? (
        <Confirm
          title={`Let idle neurons of layer ${index} be born again?`}
          action="Renew"
          onClose={() => setIsAsking(false)}
          onConfirm={() => void renew()}
        >
          <p>
            Neurons that are not mature and fire less than a twentieth as often as the busiest one lose what they know,
            and begin anew in a random direction.
          </p>
          <p class="note">It can be undone by going back to seq {whole(brain.seq)}.</p>
        </Confirm>
      ) : null}
    </div>
  );
}

const HINTS = {
  freeze: "Freeze: the layer goes on thinking, and nothing in it changes, in any mode",
  thaw: "Thaw: the layer goes on learning as it was, mature neurons included",
} as const;

function hintOf({ mode }: Brain, isFrozen: boolean): string {
  if (isFrozen) return "Renew: a frozen layer renews nothing, thaw it first";
  if (mode === "inference") return "Renew: in mode inference nothing is renewed";
  return "Renew: idle neurons are born again now (neurogenesis)";
}
