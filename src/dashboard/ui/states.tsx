// What stands where there is nothing (yet): on its way, empty, or failed. Each holds the room that is coming, so that nothing jumps.

import type { ComponentChildren } from "preact";
import { CallFailed, messageOf } from "../api/client.ts";
import type { Resource } from "../api/resource.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

/** @param lines how many lines of text are on their way */
export const Loading = ({ lines = 3 }: { readonly lines?: number }) => (
  <div class="loading" role="status" aria-label="Loading">
    {Array.from({ length: lines }, (_, line) => (
      <span key={line} class="skeleton" />
    ))}
  </div>
);

export const Empty = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="empty">
    <h3>{title}</h3>
    {children}
  </div>
);

export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const problem = error instanceof CallFailed ? error.problem : null;
  return (
    <div class="failure" role="alert">
      <Icon name="alert" />
      <div>
        <strong>{problem?.title ?? "That did not work"}</strong>
        <p>{messageOf(error)}</p>
      </div>
      {onRetry === undefined ? null : (
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

type LoadedProps<T> = {
  readonly resource: Resource<T>;
  readonly lines?: number;
  readonly children: (data: T) => ComponentChildren;
};

/** What a resource holds, as `children` shows it; until then, and when that fails, what stands for it. */
export function Loaded<T>({ resource, lines = 3, children }: LoadedProps<T>) {
  const { data, error, reload } = resource;
  if (data === null) return error === null ? <Loading lines={lines} /> : <Failure error={error} onRetry={reload} />;
  return (
    <>
      {error === null ? null : <Failure error={error} onRetry={reload} />}
      {children(data)}
    </>
  );
}
