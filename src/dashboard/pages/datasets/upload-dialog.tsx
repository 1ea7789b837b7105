// Uploads a dataset: files, what the server cannot know of them, how far the upload is, and what the server finds wrong with it.

import { useEffect, useRef, useState } from "preact/hooks";
import { datasetPathOf } from "../../api/client.ts";
import type { Dataset } from "../../api/types.ts";
import { type Sent, type Upload, upload } from "../../api/upload.ts";
import { datasetHref } from "../../app/router.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { FileDrop } from "../../ui/file-drop.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { plural } from "../../ui/format.ts";
import { tell } from "../../ui/toasts.tsx";
import { useFocusOnError, useForm } from "../../ui/use-form.ts";
import { ChosenFiles } from "./chosen-files.tsx";
import { CsvFields } from "./csv-fields.tsx";
import {
  ACCEPT,
  type Chosen,
  chosenOf,
  EMPTY_UPLOAD,
  FORMATS,
  filesOf,
  idOf,
  POINTERS,
  queryOf,
  takesShape,
  type UploadDraft,
} from "./upload-form.ts";
import { UploadProgress } from "./upload-progress.tsx";

type UploadDialogProps = {
  /** What was dropped already. */
  readonly files: readonly File[];
  readonly onClose: () => void;
};

export function UploadDialog({ files, onClose }: UploadDialogProps) {
  const [chosen, setChosen] = useState<Chosen<File> | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [draft, setDraft] = useState<UploadDraft>(EMPTY_UPLOAD);
  /** Whether the id is somebody's own: then files do not propose another. */
  const [hasOwnId, setHasOwnId] = useState(false);
  const [sent, setSent] = useState<Sent | null>(null);
  const under = useRef<Upload<Dataset> | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const { errors, isBusy, submit } = useForm(POINTERS, { "dataset-exists": "?dataset" });
  useFocusOnError(form, errors);
  useEffect(() => () => under.current?.abort(), []);
  const edit = (part: Partial<UploadDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const take = (taken: readonly File[]): void => {
    const next = chosenOf(taken, chosen);
    setRefusal("error" in next ? next.error : null);
    if ("error" in next) return;
    setChosen(next);
    const [first] = filesOf(next);
    if (first !== undefined && !hasOwnId) edit({ id: idOf(first.name) });
  };
  // What was dropped on the page is taken once.
  useEffect(() => {
    if (files.length > 0) take(files);
  }, []);

  const request = chosen === null ? null : requestOf(chosen);
  const send = (event: Event): void => {
    event.preventDefault();
    if (chosen === null || chosen.format === null || request === null) return;
    const query = queryOf(draft, chosen.format);
    void submit(async () => {
      try {
        under.current = upload<Dataset>(
          datasetPathOf(draft.id.trim()),
          query,
          request.body,
          request.mediaType,
          setSent,
        );
        const { status, body } = await under.current.answer;
        tell(
          status === 201
            ? `${body.id} is there, with ${plural(body.rows, "sample")}.`
            : `The same samples were there already, as ${body.id}.`,
        );
        location.hash = datasetHref(body.id);
        onClose();
      } finally {
        under.current = null;
        setSent(null);
      }
    });
  };
  return (
    <Dialog title="Upload a dataset" onClose={onClose}>
      <form ref={form} class="upload" onSubmit={send} noValidate>
        {chosen === null || (chosen.format === "idx" && filesOf(chosen).length < 2) ? (
          <FileDrop icon="upload" accept={ACCEPT} isMultiple onTake={take}>
            <strong>Choose a file, or drop it here</strong>
            <span class="note upload-formats">
              CSV, JSON Lines, safetensors, a ZIP with a folder of images for each class, or two IDX files, of samples
              and of labels
            </span>
          </FileDrop>
        ) : null}
        {refusal === null ? null : (
          <p class="note note-wrong" role="alert">
            {refusal}
          </p>
        )}
        {chosen === null ? null : (
          <ChosenFiles
            chosen={chosen}
            isLocked={isBusy}
            onFormat={(format) => setChosen(chosen.format === "idx" ? chosen : { ...chosen, format })}
            onClear={() => setChosen(null)}
          />
        )}
        <Field
          label="Id"
          hint="By which programs call it. a–z, 0–9, dot, underscore, hyphen."
          error={errors.fields.get("?dataset")}
        >
          {(attributes) => (
            <input
              {...attributes}
              value={draft.id}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              placeholder="digits"
              onInput={({ currentTarget }) => {
                setHasOwnId(currentTarget.value !== "");
                edit({ id: currentTarget.value });
              }}
            />
          )}
        </Field>
        <Field label="Name (optional)" hint="For people." error={errors.fields.get("?name")}>
          {(attributes) => (
            <input
              {...attributes}
              value={draft.name}
              autocomplete="off"
              placeholder="Handwritten digits"
              onInput={({ currentTarget }) => edit({ name: currentTarget.value })}
            />
          )}
        </Field>
        {chosen?.format === "csv" ? (
          <CsvFields file={chosen.file} draft={draft} errors={errors.fields} onEdit={edit} />
        ) : null}
        {takesShape(chosen?.format ?? null) && draft.textColumn === "" ? (
          <Field
            label="Shape (optional)"
            hint="Where features are an image’s pixels: height × width × channels. Then they are shown, and may be turned, as images."
            error={errors.fields.get("?shape")}
          >
            {(attributes) => (
              <input
                {...attributes}
                value={draft.shape}
                autocomplete="off"
                placeholder="28x28x1"
                onInput={({ currentTarget }) => edit({ shape: currentTarget.value })}
              />
            )}
          </Field>
        ) : null}
        {sent === null ? null : <UploadProgress sent={sent} />}
        <FormError errors={errors} />
        <footer class="dialog-foot">
          {isBusy ? (
            <Button onClick={() => under.current?.abort()}>Stop</Button>
          ) : (
            <Button onClick={onClose}>Cancel</Button>
          )}
          <Button
            type="submit"
            kind="primary"
            isBusy={isBusy}
            isDisabled={request === null || draft.id.trim() === "" || chosen?.format === null}
          >
            Upload
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

type Request = { readonly body: Blob | FormData; readonly mediaType: string | null };

/** @returns what is sent of the files; null while one is missing, or nobody knows its format */
function requestOf(chosen: Chosen<File>): Request | null {
  if (chosen.format === null) return null;
  if (chosen.format !== "idx") return { body: chosen.file, mediaType: FORMATS[chosen.format].mediaType };
  if (chosen.samples === null || chosen.labels === null) return null;
  const body = new FormData();
  body.append("samples", chosen.samples);
  body.append("labels", chosen.labels);
  return { body, mediaType: null };
}
