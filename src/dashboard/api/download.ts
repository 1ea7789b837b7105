// Files of the server's, saved by the browser. Where there is a key a link cannot send it: the file is fetched, and saved from the page.

import { addressOf, CallFailed, failureOf } from "./client.ts";
import { apiKey, isKeyWanted } from "./key.ts";

/** @param path from the server's root; its answer names the file (`Content-Disposition`) */
export async function download(path: string): Promise<void> {
  const url = addressOf(path);
  const key = apiKey.value;
  if (key === null) return save(url.href, "");
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } }).catch(() => {
    throw new CallFailed("The server does not answer.", null);
  });
  if (response.status === 401) isKeyWanted.value = true;
  if (!response.ok) throw await failureOf(response);
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  const file = URL.createObjectURL(await response.blob());
  save(file, name ?? "brain");
  // The browser has it once the click is handled; a minute is long enough for the slowest.
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}

function save(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
