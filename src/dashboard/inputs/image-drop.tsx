// A place that takes an image file: chosen, dropped or pasted.

import { useEffect, useState } from "preact/hooks";
import { Icon } from "../ui/icon.tsx";
import "./input-sources.css";

export function ImageDrop({ onTake }: { readonly onTake: (file: File) => void }) {
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined | null): void => {
    if (file !== null && file !== undefined) onTake(file);
  };
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => take(event.clipboardData?.files[0]);
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  });
  return (
    <label
      class="drop"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files[0]);
      }}
    >
      <Icon name="image" />
      <span>Choose an image, drop it here, or paste it</span>
      <input
        class="hidden"
        type="file"
        accept="image/*"
        onChange={({ currentTarget }) => {
          take(currentTarget.files?.[0]);
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
