// What a server logs, for tests that want to know which host does what.

import type { DestinationStream } from "pino";

export type LogLine = { readonly msg: string; readonly brain?: string; readonly host?: number } & Record<
  string,
  unknown
>;

/** Keeps every line in order; give `destination` to the server, whose ENGRAM_LOG_LEVEL must be at least `info`. */
export class LogLines {
  readonly all: LogLine[] = [];

  readonly destination: DestinationStream = {
    write: (line: string): void => {
      this.all.push(JSON.parse(line));
    },
  };

  of(msg: string): LogLine[] {
    return this.all.filter((line) => line.msg === msg);
  }

  /** The host that `brain` was last brought to. */
  hostOf(brain: string): number {
    const host = this.of("brain loaded").findLast((line) => line.brain === brain)?.host;
    if (host === undefined) throw new Error(`brain ${brain} was not loaded`);
    return host;
  }
}
