// Files of the server's, saved by the browser. Where there is a key, or one of several forms is wanted, a link cannot ask for it: the file is fetched,
// and saved from the page.

import { addressOf, CallFailed, failureOf } from "./client.ts";
import { apiKey, isKeyWanted } from "./key.ts";

/** The form that is wanted, where there are several, and what it is saved as. */
export type Wanted = {
  readonly mediaType: string;
  readonly fileName: string;
  readonly query?: { readonly [name: string]: number };
};

/** @param path from the server's root; its answer names the file (`Content-Disposition`), where `wanted` does not */
export async function download(path: string, wanted?: Wanted): Promise<void> {
  const url = addressOf(path, wanted?.query);
  const key = apiKey.value;
  if (key === null && wanted === undefined) return save(url.href, "");
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(wanted === undefined ? {} : { accept: wanted.mediaType }),
  };
  const response = await fetch(url, { headers }).catch(() => {
    throw new CallFailed("The server does not answer.", null);
  });
  if (response.status === 401) isKeyWanted.value = true;
  if (!response.ok) throw await failureOf(response);
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  const file = URL.createObjectURL(await response.blob());
  save(file, wanted?.fileName ?? name ?? "brain");
  // The browser has it once the click is handled; a minute is long enough for the slowest.
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}

function save(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
