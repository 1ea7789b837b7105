// Short notices of what a button did, told to screen readers as well. Failures stay until they are closed.

import { signal } from "@preact/signals";
import { messageOf } from "../api/client.ts";
import { Button } from "./button.tsx";

type Toast = { readonly id: number; readonly text: string; readonly isFailure: boolean };

const SHOWN_MS = 5_000;

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

const close = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

function show(text: string, isFailure: boolean): void {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value.slice(-3), { id, text, isFailure }];
  if (!isFailure) setTimeout(() => close(id), SHOWN_MS);
}

export const tell = (text: string): void => show(text, false);
export const tellFailure = (error: unknown): void => show(messageOf(error), true);

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, text, isFailure }) => (
      <div key={id} class={isFailure ? "toast toast-failure" : "toast"}>
        <span>{text}</span>
        <Button kind="quiet" size="small" icon="close" label="Close this notice" onClick={() => close(id)} />
      </div>
    ))}
  </div>
);
