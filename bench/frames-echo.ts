// The other end of bench/frames.ts: a process that answers every frame with the result that it was sent first, and computes nothing.

import { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../src/host/frames.ts";

const gateway = new Socket({ fd: 3, readable: true, writable: true });
const reader = new FrameReader();
let result: unknown = null;
gateway.on("data", (chunk) => {
  for (const { header } of reader.push(chunk)) {
    // The bench is the only writer, and it writes these.
    const { id, answer } = header as { id: number; answer?: unknown };
    if (answer !== undefined) result = answer;
    gateway.cork();
    for (const part of encodeFrame({ id, result: answer === undefined ? result : null })) gateway.write(part);
    gateway.uncork();
  }
});
gateway.on("close", () => process.exit(0));
