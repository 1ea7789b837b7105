// Where a brain is now.

import type { Brain } from "../api/types.ts";
import { Icon } from "./icon.tsx";
import "./status-badge.css";

type Status = Brain["status"];

const HINTS: Record<Status, string> = {
  resident: "In memory.",
  stored: "In the database alone; the next call loads it.",
  loading: "On its way into memory.",
  quarantined: "Computing it has ended three compute processes in a row: its calls are refused.",
};

export const StatusBadge = ({ status }: { readonly status: Status }) => (
  <span class="status" data-status={status} title={HINTS[status]}>
    {status === "quarantined" ? <Icon name="alert" /> : null}
    {status}
  </span>
);
