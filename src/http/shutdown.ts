// While the app closes, calls in flight end and new ones on open connections are refused, as problems like any other. Each answer then
// closes its connection: one that is kept alive would hold the shutdown back until its client lets go. Calls that take too long are answered
// that they were not finished: nobody is left to guess behind a connection that broke.

import type { FastifyInstance } from "fastify";
import { isOverWithin } from "../deadline.ts";
import { EngramError } from "../errors.ts";
import { sendProblem } from "./error-handler.ts";
import type { Intake } from "./intake.ts";

/** What the end of a shutdown left undone. */
export type Cut = {
  /** Calls that were answered before they were done. */
  readonly unfinished: number;
  /** Answers that were on their way and broke off. */
  readonly brokenOff: number;
};

declare module "fastify" {
  interface FastifyInstance {
    /** As `close`; what is not over after `ms` is not waited for. */
    closeWithin(ms: number): Promise<Cut>;
  }
}

/** How long the last answers may take to leave. */
const SENDING_MS = 250;

const NOT_FINISHED =
  "The server stopped before this call was done. A change may have been kept: send it again under its Idempotency-Key, or read the brain's seq first.";

/** Makes `app` answer new calls with 503 once it closes, and gives it `closeWithin`. */
export function refuseWhenClosing(app: FastifyInstance, intake: Intake): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async () => {
    if (isClosing) throw new EngramError("shutting-down", "The server is shutting down.");
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });

  app.decorate("closeWithin", async (ms: number): Promise<Cut> => {
    isClosing = true; // streams are said goodbye to before `preClose` gets here
    const closed = app.close();
    if (await isOverWithin(closed, ms)) return { unfinished: 0, brokenOff: 0 };
    const late = intake.unanswered;
    for (const { request, reply } of late) {
      sendProblem(new EngramError("shutting-down", NOT_FINISHED), request, reply);
    }
    const isOver = await isOverWithin(closed, SENDING_MS);
    const brokenOff = isOver ? 0 : intake.sending;
    app.server.closeAllConnections();
    return { unfinished: late.length, brokenOff };
  });
}
