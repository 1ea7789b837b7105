// Engram's HTTP API as the demo uses it: plain `fetch` and JSON.

export type LearnAnswer = { readonly seq: number; readonly accuracy: number };
export type EvaluateAnswer = { readonly accuracy: number };
export type PredictAnswer = { readonly predictions: readonly { readonly label: string | null }[] };

/** Calls the server. @throws Error with the problem document when it refuses */
export async function call<Answer>(method: string, url: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json() as Promise<Answer>; // the server's contract, openapi/openapi.json
}
