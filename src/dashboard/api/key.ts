// The API key, where the server wants one: kept for this tab alone, and told to the server as headers and subprotocols have it.

import { signal } from "@preact/signals";

const PLACE = "engram.key";

export const apiKey = signal<string | null>(sessionStorage.getItem(PLACE));

/** Whether the server refused for want of a (right) key: then the page asks for one. */
export const isKeyWanted = signal(false);

export function useKey(key: string): void {
  sessionStorage.setItem(PLACE, key);
  apiKey.value = key;
  isKeyWanted.value = false;
}

/** The key as a WebSocket subprotocol, since browsers let no page set headers there: base64url of its bytes. */
export function keyProtocol(key: string): string {
  const bytes = new TextEncoder().encode(key);
  const code = btoa(String.fromCharCode(...bytes));
  return `engram.bearer.${code.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
