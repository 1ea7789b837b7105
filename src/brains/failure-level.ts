// How loudly a failure in the background is logged. An outage of the database fails everything that needs it, again and again: it is told
// once, by who watches the database, and is no news here.

import { EngramError } from "../errors.ts";

/** @returns `debug` for what failed because the database is away, `usual` for anything else */
export const failureLevel = <Level extends "warn" | "error">(error: unknown, usual: Level): Level | "debug" =>
  isDatabaseAway(error) ? "debug" : usual;

export const isDatabaseAway = (error: unknown): boolean =>
  error instanceof EngramError && error.code === "database-unavailable";
