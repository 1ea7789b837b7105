// What a client may offer in `Sec-WebSocket-Protocol`: how messages are to be written, and, where it cannot set headers (a browser), the key.
// Invariant: a key is never chosen, so never sent back.

export const ENGRAM_V1 = "engram.v1";
export const CLOUDEVENTS_JSON = "cloudevents.json";

const BEARER_PREFIX = "engram.bearer.";

/** @returns the one that is spoken: the first of the client's that is known; false where there is none (RFC 6455 §4.2.2: none is named) */
export function chooseSubprotocol(offered: Iterable<string>): string | false {
  for (const name of offered) if (name === ENGRAM_V1 || name === CLOUDEVENTS_JSON) return name;
  return false;
}

/** @returns the key that is offered as `engram.bearer.<base64url of the key>`; undefined when there is none, empty when it cannot be read */
export function offeredKey(header: string | undefined): string | undefined {
  const names = header?.split(",").map((name) => name.trim()) ?? [];
  const code = names.find((name) => name.startsWith(BEARER_PREFIX))?.slice(BEARER_PREFIX.length);
  if (code === undefined) return undefined;
  const bytes = Buffer.from(code, "base64url");
  // Node skips what is no base64url: one key has one form.
  return bytes.toString("base64url") === code ? bytes.toString("utf8") : "";
}
