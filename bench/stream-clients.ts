// The clients of `streams.ts`, in a process of their own: `stream-clients.ts URL COUNT read|stall`. It says `open` once all streams are open, and
// then, each time that it is asked, how many messages of brains they have got together.

import { once } from "node:events";
import { WebSocket } from "ws";

const [url = "", count = "1", mode = "read"] = process.argv.slice(2);

let heard = 0;
const sockets: WebSocket[] = [];
for (let index = 0; index < Number(count); index++) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`);
  socket.on("message", (data: Buffer) => {
    // Own messages of the stream begin with their type.
    if (data.toString("latin1", 0, 13) === '{"streamSeq":') heard++;
  });
  await once(socket, "message");
  socket.send(JSON.stringify({ type: "subscribe", ...(mode === "idle" ? { brains: [`brain-${index}`] } : {}) }));
  await once(socket, "message");
  if (mode === "stall") socket.pause();
  sockets.push(socket);
}
process.on("message", () => process.send?.(heard));
process.send?.("open");
