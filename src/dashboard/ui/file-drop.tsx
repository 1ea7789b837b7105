// A place that takes files: chosen or dropped.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import "./file-drop.css";

type FileDropProps = {
  readonly icon: IconName;
  /** As `accept` of a file input. */
  readonly accept: string;
  readonly isMultiple?: boolean;
  /** One at least. */
  readonly onTake: (files: readonly File[]) => void;
  /** What can be given, in words. */
  readonly children: ComponentChildren;
};

export function FileDrop({ icon, accept, isMultiple = false, onTake, children }: FileDropProps) {
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined): void => {
    if (files !== null && files !== undefined && files.length > 0) onTake([...files]);
  };
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
        event.stopPropagation();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <Icon name={icon} />
      <span>{children}</span>
      <input
        class="hidden"
        type="file"
        accept={accept}
        multiple={isMultiple}
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
