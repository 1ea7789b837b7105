// One HTTP connection, literally: calls go over one socket, one after the other.

import { Agent, request } from "node:http";

export type Answer = { readonly status: number; readonly body: unknown };

export class Connection {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #base: string;

  /** @param base what paths are relative to */
  constructor(base: string) {
    this.#base = base;
  }

  /** @param body sent as JSON. @throws when there is no answer */
  call(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers =
      text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const sent = request(this.#base + path, { method, agent: this.#agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const answer = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode ?? 0, body: answer === "" ? null : JSON.parse(answer) });
        });
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
