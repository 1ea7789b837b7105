// A trace of an image or a text, of a brain whose encoder takes such: it is sent as it is, and shown as it is.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { InputKind } from "../../../api/types.ts";
import { base64Of } from "../../../inputs/base64.ts";
import { ImageDrop } from "../../../inputs/image-drop.tsx";
import { Card } from "../../../ui/card.tsx";
import { Field } from "../../../ui/field.tsx";
import type { TabParts } from "../brain-page.tsx";
import { type Asked, useTraces } from "./use-traces.ts";
import { WhatItSees } from "./what-it-sees.tsx";

const INVITATIONS: Readonly<Record<InputKind, string>> = { image: "Choose an image", text: "Write a text" };

type EncodedProps = TabParts & { readonly encoder: { readonly name: string; readonly kind: InputKind } };

export function TraceOfEncoded({ brain, live, encoder }: EncodedProps) {
  const takes = encoder.kind;
  const [asked, setAsked] = useState<Asked | null>(null);
  const traced = useTraces(brain.id, asked);
  return (
    <div class="trace">
      <Card title="Input" note={`${takes === "image" ? "An image" : "A text"}, for the encoder ${encoder.name}`}>
        {takes === "image" ? <PostedImage onPick={setAsked} /> : <PostedText onPick={setAsked} />}
      </Card>
      <WhatItSees brain={brain} live={live} traced={traced} isAsked={asked !== null} invitation={INVITATIONS[takes]} />
    </div>
  );
}

type PostedProps = { readonly onPick: (asked: Asked | null) => void };

function PostedImage({ onPick }: PostedProps) {
  const [file, setFile] = useState<File | null>(null);
  const address = useMemo(() => (file === null ? null : URL.createObjectURL(file)), [file]);
  useEffect(() => () => (address === null ? undefined : URL.revokeObjectURL(address)), [address]);
  const take = (chosen: File): void => {
    setFile(chosen);
    void base64Of(chosen).then((image) => onPick({ images: [image] }));
  };
  return (
    <div class="trace-input">
      {file === null || address === null ? null : (
        <figure class="posted-image">
          <img src={address} alt="As it was posted" />
          <figcaption class="note">{file.name}</figcaption>
        </figure>
      )}
      <ImageDrop onTake={take} />
    </div>
  );
}

/** A pause in writing after which the text is traced. */
const PAUSE_MS = 300;

function PostedText({ onPick }: PostedProps) {
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => onPick(text.trim() === "" ? null : { texts: [text] }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, onPick]);
  return (
    <Field label="Text">
      {(attributes) => (
        <textarea {...attributes} rows={5} value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
      )}
    </Field>
  );
}
