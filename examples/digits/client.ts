// Engram's HTTP API as the demo uses it: plain `fetch` and JSON.

export type LearnAnswer = { readonly seq: number; readonly accuracy: number };
export type PredictAnswer = { readonly predictions: readonly { readonly label: string | null }[] };

/** Calls the server. @throws Error with the problem's title and detail when it refuses */
export async function call<Answer>(method: string, url: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${url}: ${answer.title}: ${answer.detail}`);
  return answer;
}
