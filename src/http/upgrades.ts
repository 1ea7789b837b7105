// Which upgrades are taken: WebSockets. Any other (`Upgrade: h2c` of curl or Java, say) is ignored, as RFC 9110 §7.8 has it: the request
// is answered as though it had not asked. Node 20 has no switch for that: with a listener for upgrades it reads none of them as requests.

import { type IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Sorts the upgrades that `server` gets.
 * @returns a server that never listens and emits `upgrade` for WebSockets alone
 */
export function webSocketUpgradesOf(server: Server): Server {
  const webSockets = new Server();
  server.on("upgrade", (request, socket, head) => {
    // Nobody listens any more once the app closes: then the request is answered like any other.
    if (isWebSocket(request) && webSockets.emit("upgrade", request, socket, head)) return;
    readAgain(server, request, socket, head);
  });
  return webSockets;
}

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket";

/** Gives the connection back to `server`, which finds the same request on it without its `Upgrade` header. */
function readAgain(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const headers = rawHeaders.flatMap((text, at) =>
    at % 2 === 1 || text.toLowerCase() === "upgrade" ? [] : [`${text}:${rawHeaders[at + 1]}`],
  );
  // Node decodes addresses and headers as Latin-1, one character a byte.
  const text = [`${method} ${url} HTTP/${httpVersion}`, ...headers, "", ""].join("\r\n");
  socket.unshift(Buffer.concat([Buffer.from(text, "latin1"), head]));
  server.emit("connection", socket);
}
