// An upload that tells how far it is: `fetch` does not, so this is the one call that goes another way.

import { addressOf, CallFailed, isProblem } from "./client.ts";
import { apiKey, isKeyWanted } from "./key.ts";
import type { Problem } from "./types.ts";

/** Of the body; `total` is what all of it takes. Once both are alike, the server has it and is at work. */
export type Sent = { readonly bytes: number; readonly total: number };

export type Upload<Answer> = {
  readonly answer: Promise<{ readonly status: number; readonly body: Answer }>;
  /** Ends it; `answer` is rejected then. */
  readonly abort: () => void;
};

/**
 * @param body its media type goes with it, unless `mediaType` is another
 * @param mediaType null: that of the body itself, as forms have one
 */
export function upload<Answer>(
  path: string,
  query: { readonly [name: string]: string | undefined },
  body: Blob | FormData,
  mediaType: string | null,
  onSent: (sent: Sent) => void,
): Upload<Answer> {
  const request = new XMLHttpRequest();
  const answer = new Promise<{ status: number; body: Answer }>((resolve, reject) => {
    request.open("PUT", addressOf(path, query));
    if (apiKey.value !== null) request.setRequestHeader("authorization", `Bearer ${apiKey.value}`);
    if (mediaType !== null) request.setRequestHeader("content-type", mediaType);
    request.upload.onprogress = ({ loaded, total }) => onSent({ bytes: loaded, total });
    request.onload = () => {
      const { status } = request;
      if (status === 401) isKeyWanted.value = true;
      // The server's contract, openapi/openapi.json, says what it is.
      if (status >= 200 && status < 300) resolve({ status, body: JSON.parse(request.responseText) as Answer });
      else reject(failureOf(request));
    };
    request.onerror = () => reject(new CallFailed("The server ended the upload, or does not answer.", null));
    request.onabort = () => reject(new CallFailed("The upload was stopped.", null));
    request.send(body);
  });
  return { answer, abort: () => request.abort() };
}

function failureOf(request: XMLHttpRequest): CallFailed {
  if (!isProblem(request.getResponseHeader("content-type"))) {
    return new CallFailed(`The server answers ${request.status} ${request.statusText}.`, null);
  }
  const problem: Problem = JSON.parse(request.responseText);
  return new CallFailed(problem.detail, problem);
}
