// How a brain is watched: what is held out of its lessons, who looks for drift, and who sets its mode.

import { useState } from "preact/hooks";
import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain } from "../../../api/types.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { FormError } from "../../../ui/form-error.tsx";
import { tell } from "../../../ui/toasts.tsx";
import { useForm } from "../../../ui/use-form.ts";
import { changesOf, type Watching, watchingOf } from "./watching.ts";

type DialogParts = { readonly brain: Brain; readonly onClose: () => void; readonly onDone: () => void };

const POINTERS = ["#/config/holdout", "#/config/driftDetector", "#/config/modePolicy"];

export function TuneDialog({ brain, onClose, onDone }: DialogParts) {
  const [draft, setDraft] = useState<Watching>(() => watchingOf(brain.config));
  const { errors, isBusy, submit } = useForm(POINTERS);
  const edit = (part: Partial<Watching>): void => setDraft((before) => ({ ...before, ...part }));
  const tune = (event: Event): void => {
    event.preventDefault();
    const config = changesOf(watchingOf(brain.config), draft);
    void submit(async () => {
      if (config !== null) {
        await change<Brain>("PATCH", pathOf(brain.id), { config });
        tell("Tuned.");
        onDone();
      }
      onClose();
    });
  };
  return (
    <Dialog title="Tune" onClose={onClose}>
      <form onSubmit={tune} noValidate>
        <div class="dialog-body tune">
          <Field
            label="Hold-out"
            hint="Samples of each class that are never learned from, to measure what is forgotten. 0 drops those that are held."
            error={errors.fields.get("#/config/holdout")}
          >
            {(attributes) => (
              <input
                {...attributes}
                inputMode="numeric"
                autocomplete="off"
                value={draft.holdout}
                onInput={({ currentTarget }) => edit({ holdout: currentTarget.value })}
              />
            )}
          </Field>
          <Field
            label="Drift detector"
            hint="Watches how often the brain errs on what it is about to learn. Another one begins anew."
            error={errors.fields.get("#/config/driftDetector")}
          >
            {(attributes) => (
              <select
                {...attributes}
                value={draft.driftDetector}
                onChange={({ currentTarget }) => edit({ driftDetector: currentTarget.value })}
              >
                <option value="adwin">ADWIN, a window that adapts</option>
                <option value="page-hinkley">Page-Hinkley test</option>
                <option value="none">None</option>
              </select>
            )}
          </Field>
          <Field
            label="Mode policy"
            hint="Auto: drift takes the brain from plastic to panic, and back once it has recovered or settled."
            error={errors.fields.get("#/config/modePolicy")}
          >
            {(attributes) => (
              <select
                {...attributes}
                value={draft.modePolicy}
                onChange={({ currentTarget }) => edit({ modePolicy: currentTarget.value })}
              >
                <option value="fixed">Fixed: callers set the mode</option>
                <option value="auto">Auto</option>
              </select>
            )}
          </Field>
          <FormError errors={errors} />
        </div>
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy}>
            Tune
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
