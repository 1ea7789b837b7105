// How long ago something was; the moment itself is in the tooltip.

import { ago, dateTime } from "./format.ts";

export const Ago = ({ time, nowMs }: { readonly time: string; readonly nowMs: number }) => (
  <time dateTime={time} title={dateTime(time)}>
    {ago(time, nowMs)}
  </time>
);
