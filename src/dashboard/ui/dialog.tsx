// A modal question: the browser's own dialog, which keeps the focus in it, closes on Escape and gives the focus back.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/** Where somebody begins: what is to be filled in, or else the first of the answers. */
const FIRST = "input, select, textarea, .dialog-foot button";

/** Open for as long as it is there. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>(FIRST)?.focus();
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose}>
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" size="small" icon="close" label="Close" onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}

type ConfirmProps = {
  readonly title: string;
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
};

/** Asks before something is done. */
export const Confirm = ({ title, action, isDangerous = false, onConfirm, onClose, children }: ConfirmProps) => (
  <Dialog title={title} onClose={onClose}>
    <div class="dialog-body">{children}</div>
    <footer class="dialog-foot">
      <Button onClick={onClose}>Cancel</Button>
      <Button
        kind={isDangerous ? "danger" : "primary"}
        onClick={() => {
          onClose();
          onConfirm();
        }}
      >
        {action}
      </Button>
    </footer>
  </Dialog>
);
