// Calls that are under way for as long as a test wants: their bodies begin to arrive and go on when told.

import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";

export type HeldCall = {
  /** Sends the rest of the body. @returns the status of the answer */
  finish(): Promise<number>;
  /** Breaks the connection. */
  abort(): Promise<void>;
};

/**
 * Begins a POST whose body stays incomplete, and waits until the server works on it.
 * @param claimedBytes what content-length says, where it is another length than the body's; null: it is not said
 */
export async function holdCall(url: string, body: string, claimedBytes?: number | null): Promise<HeldCall> {
  const length = claimedBytes === undefined ? Buffer.byteLength(body) : claimedBytes;
  const headers = { "content-type": "application/json", ...(length !== null && { "content-length": length }) };
  const call = request(url, { method: "POST", headers: { ...headers, expect: "100-continue" }, agent: false });
  call.on("error", () => {}); // an abort is meant
  call.flushHeaders();
  await once(call, "continue");
  call.write(body.slice(0, 1));
  return {
    async finish() {
      const response = answerOf(call);
      call.end(body.slice(1));
      const answer = await response;
      answer.resume();
      await once(answer, "end");
      return answer.statusCode ?? 0;
    },
    async abort() {
      const closed = new Promise((resolve) => call.once("close", resolve));
      call.destroy();
      await closed;
    },
  };
}

async function answerOf(call: ClientRequest): Promise<IncomingMessage> {
  const [response] = await once(call, "response");
  return response;
}
