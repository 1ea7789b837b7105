// A brain's name and tags: notes of people's, which are no part of its state.

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

type DialogParts = { readonly brain: Brain; readonly onClose: () => void; readonly onDone: () => void };
type Tag = { readonly key: number; readonly name: string; readonly text: string };

export function NotesDialog({ brain, onClose, onDone }: DialogParts) {
  const [name, setName] = useState(brain.name ?? "");
  const [tags, setTags] = useState<readonly Tag[]>(() =>
    Object.entries(brain.tags).map(([name, text], key) => ({ key, name, text })),
  );
  const { errors, isBusy, submit } = useForm(["#/name", "#/tags"]);
  const edit = (key: number, part: Partial<Tag>): void =>
    setTags(tags.map((tag) => (tag.key === key ? { ...tag, ...part } : tag)));
  const add = (): void => setTags([...tags, { key: (tags.at(-1)?.key ?? 0) + 1, name: "", text: "" }]);
  const save = (event: Event): void => {
    event.preventDefault();
    const named = tags.filter(({ name, text }) => name.trim() !== "" || text.trim() !== "");
    const body = {
      name: name.trim() === "" ? null : name.trim(),
      tags: Object.fromEntries(named.map(({ name, text }) => [name.trim(), text.trim()])),
    };
    void submit(async () => {
      await change<Brain>("PATCH", pathOf(brain.id), body);
      tell("Saved.");
      onDone();
      onClose();
    });
  };
  return (
    <Dialog title="Rename and tag" onClose={onClose}>
      <form onSubmit={save} noValidate>
        <div class="dialog-body">
          <Field
            label="Name"
            hint={`For people; programs call it ${brain.id}, which stays.`}
            error={errors.fields.get("#/name")}
          >
            {(attributes) => (
              <input
                {...attributes}
                value={name}
                placeholder={brain.id}
                autocomplete="off"
                onInput={({ currentTarget }) => setName(currentTarget.value)}
              />
            )}
          </Field>
          <fieldset class="tags">
            <legend>Tags</legend>
            {tags.map((tag) => (
              <div key={tag.key} class="tags-row">
                <input
                  aria-label="Tag"
                  placeholder="team"
                  value={tag.name}
                  onInput={({ currentTarget }) => edit(tag.key, { name: currentTarget.value })}
                />
                <input
                  aria-label={`Text of ${tag.name === "" ? "the tag" : tag.name}`}
                  placeholder="vision"
                  value={tag.text}
                  onInput={({ currentTarget }) => edit(tag.key, { text: currentTarget.value })}
                />
                <Button
                  kind="quiet"
                  icon="close"
                  label={`Remove ${tag.name === "" ? "the tag" : tag.name}`}
                  onClick={() => setTags(tags.filter(({ key }) => key !== tag.key))}
                />
              </div>
            ))}
            <Button size="small" icon="plus" onClick={add}>
              Add a tag
            </Button>
            {errors.fields.has("#/tags") ? (
              <p class="note note-wrong" role="alert">
                {errors.fields.get("#/tags")}
              </p>
            ) : null}
          </fieldset>
          <FormError errors={errors} />
        </div>
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy}>
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
