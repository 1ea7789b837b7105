// A place that takes an image file: chosen, dropped or pasted.

import { useEffect } from "preact/hooks";
import { FileDrop } from "../ui/file-drop.tsx";

export function ImageDrop({ onTake }: { readonly onTake: (file: File) => void }) {
  const take = (file: File | undefined): void => {
    if (file !== undefined) onTake(file);
  };
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => take(event.clipboardData?.files[0]);
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  });
  return (
    <FileDrop icon="image" accept="image/*" onTake={([file]) => take(file)}>
      Choose an image, drop it here, or paste it
    </FileDrop>
  );
}
