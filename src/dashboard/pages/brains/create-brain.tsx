// Asks what a new brain is to be, and creates it.

import { useRef, useState } from "preact/hooks";
import { change } from "../../api/change.ts";
import type { Brain } from "../../api/types.ts";
import { brainHref } from "../../app/router.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { tell } from "../../ui/toasts.tsx";
import { useFocusOnError, useForm } from "../../ui/use-form.ts";
import {
  bodyOf,
  type Draft,
  defaultOf,
  EMPTY_DRAFT,
  type Kind,
  PRESETS,
  READOUT_CHOICES,
  SETTING_NAMES,
  SETTINGS,
} from "./create-form.ts";
import { EncoderField } from "./encoder-field.tsx";

const KINDS: readonly { readonly value: Kind; readonly label: string; readonly note: string }[] = [
  {
    value: "plastic",
    label: "Plastic",
    note: "Layers of neurons, sums of all that it is taught, and a memory of samples. A good first choice.",
  },
  {
    value: "triarchic",
    label: "Triarchic",
    note: "A base that grows, a slow core and a fast overlay. It remembers no samples.",
  },
];

const POINTERS = [
  "#/id",
  "#/config/encoder",
  ...[...SETTING_NAMES, "modePolicy", "readout"].map((name) => `#/config/${name}`),
];
const BY_TYPE = { "brain-exists": "#/id" };

export function CreateBrain({ onClose }: { readonly onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const { errors, isBusy, submit } = useForm(POINTERS, BY_TYPE);
  const form = useRef<HTMLFormElement>(null);
  useFocusOnError(form, errors);
  const edit = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const create = (event: Event): void => {
    event.preventDefault();
    void submit(async () => {
      const brain = await change<Brain>("POST", "v1/brains", bodyOf(draft));
      tell(`${brain.id} is created.`);
      onClose();
      location.hash = brainHref(brain.id);
    });
  };
  return (
    <Dialog title="Create a brain" onClose={onClose}>
      <form ref={form} class="create" onSubmit={create} noValidate>
        <div class="create-kind">
          <Choice label="Kind" options={KINDS} value={draft.kind} onChange={(kind) => edit({ kind })} />
          <p class="note">{KINDS.find(({ value }) => value === draft.kind)?.note}</p>
        </div>
        <Field
          label="Id"
          hint="a–z, 0–9, dot, underscore, hyphen. Left out, it gets one."
          error={errors.fields.get("#/id")}
        >
          {(attributes) => (
            <input
              {...attributes}
              value={draft.id}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              placeholder="pets"
              onInput={({ currentTarget }) => edit({ id: currentTarget.value })}
            />
          )}
        </Field>
        <EncoderField
          value={draft.encoder}
          error={errors.fields.get("#/config/encoder")}
          onChange={(encoder) => edit({ encoder })}
        />
        <fieldset class="create-settings">
          <legend>
            Settings <span class="note">What is left empty has its default.</span>
          </legend>
          <div class="create-presets">
            {PRESETS.map(({ title, settings }) => (
              <Button key={title} size="small" onClick={() => edit({ settings: settings[draft.kind] })}>
                {title}
              </Button>
            ))}
            <Button size="small" kind="quiet" onClick={() => edit({ settings: {}, modePolicy: "", readout: "" })}>
              Defaults
            </Button>
          </div>
          <div class="create-grid">
            {SETTING_NAMES.map((name) => {
              const usual = defaultOf(name, draft.kind);
              if (usual === null || (name === "inputDim" && draft.encoder !== "")) return null;
              return (
                <Field
                  key={name}
                  label={SETTINGS[name].label}
                  hint={SETTINGS[name].hint}
                  error={errors.fields.get(`#/config/${name}`)}
                >
                  {(attributes) => (
                    <input
                      {...attributes}
                      inputMode="numeric"
                      autocomplete="off"
                      placeholder={usual}
                      value={draft.settings[name] ?? ""}
                      onInput={({ currentTarget }) =>
                        edit({ settings: { ...draft.settings, [name]: currentTarget.value } })
                      }
                    />
                  )}
                </Field>
              );
            })}
            {draft.kind === "plastic" && (
              <Field
                label="Readout"
                hint="Who answers; fixed for life. Over 2,048 inputs: memory alone"
                error={errors.fields.get("#/config/readout")}
              >
                {(attributes) => (
                  <select
                    {...attributes}
                    value={draft.readout}
                    onChange={({ currentTarget: { value } }) =>
                      edit({ readout: READOUT_CHOICES.find((choice) => choice.value === value)?.value ?? "" })
                    }
                  >
                    <option value="">Default</option>
                    {READOUT_CHOICES.map(({ value, label }) => (
                      <option key={value} value={value}>
                        {label}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            <Field
              label="Mode policy"
              hint="Auto: drift takes it to panic, and back"
              error={errors.fields.get("#/config/modePolicy")}
            >
              {(attributes) => (
                <select
                  {...attributes}
                  value={draft.modePolicy}
                  onChange={({ currentTarget: { value } }) =>
                    edit({ modePolicy: value === "auto" || value === "fixed" ? value : "" })
                  }
                >
                  <option value="">Fixed (default)</option>
                  <option value="auto">Auto</option>
                </select>
              )}
            </Field>
          </div>
        </fieldset>
        <FormError errors={errors} />
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy}>
            Create
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
