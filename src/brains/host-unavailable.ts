// What a caller hears when hosts keep dying under a call.

import { EngramError } from "../errors.ts";
import { HostGone } from "../host/protocol.ts";

/** How many hosts may die under one call before it is given up. */
export const ATTEMPTS = 3;

/** @returns `host-unavailable` for a host that is gone; any other error as it is */
export const unavailable = (error: unknown): unknown =>
  error instanceof HostGone
    ? new EngramError("host-unavailable", "The compute host of this brain is restarting; try again shortly.", [], {
        cause: error,
      })
    : error;
