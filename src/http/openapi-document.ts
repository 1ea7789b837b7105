// What the generated OpenAPI document lacks: examples beside each use of a named schema, optional bodies, and the headers that answers carry.

type Media = { schema?: { $ref?: string }; example?: unknown; examples?: Record<string, unknown> };
type Response = { description: string; headers?: Record<string, unknown>; content?: Record<string, Media> };
type Operation = {
  "x-optional-body"?: boolean;
  parameters?: unknown;
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Response>;
};
type Components = {
  examples?: Record<string, unknown>;
  schemas?: Record<string, NamedSchema>;
  headers?: Record<string, unknown>;
};

type NamedSchema = {
  examples?: readonly unknown[];
  properties?: Record<string, unknown>;
  oneOf?: readonly { $ref?: string }[];
};

/** The parts of a document that are read and written here. */
export type OpenApiDocument = { paths: Record<string, Record<string, Operation>>; components: Components };

const HEADERS = {
  RequestId: {
    description: "The request's id, as in the server's log.",
    schema: { type: "string" },
    example: "8f14e45f-ceea-4672-8ad2-9f3a1f2f5c11",
  },
  Location: { description: "Where the new thing lives.", schema: { type: "string" }, example: "/v1/brains/pets" },
  RetryAfter: {
    description: "Seconds after which to try again; where calls wait, as measured.",
    schema: { type: "integer", minimum: 1 },
    example: 1,
  },
  ETag: {
    description: "The `seq` of the state that the answer is about, for If-Match.",
    schema: { type: "string" },
    example: '"17"',
  },
  IdempotencyReplayed: {
    description: "`true` when nothing was done: this is the answer to an earlier call with the same Idempotency-Key.",
    schema: { type: "string", enum: ["true"] },
    example: "true",
  },
  WwwAuthenticate: { description: "How to authenticate.", schema: { type: "string" }, example: "Bearer" },
};

const HEADERS_OF_STATUS: Readonly<Record<string, Readonly<Record<string, keyof typeof HEADERS>>>> = {
  201: { location: "Location" },
  401: { "www-authenticate": "WwwAuthenticate" },
  409: { "retry-after": "RetryAfter" },
  429: { "retry-after": "RetryAfter" },
  503: { "retry-after": "RetryAfter" },
  507: { "retry-after": "RetryAfter" },
};

/** @returns `document`, completed in place */
export function completeDocument(document: OpenApiDocument): OpenApiDocument {
  document.components.headers = HEADERS;
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    completeOperation(operation, document.components);
  }
  return document;
}

function completeOperation(operation: Operation, components: Components): void {
  if (operation.requestBody) {
    operation.requestBody.required = operation["x-optional-body"] !== true;
    addExamples(operation.requestBody.content, components);
  }
  delete operation["x-optional-body"];
  for (const [status, response] of Object.entries(operation.responses)) {
    const names = {
      "x-request-id": "RequestId",
      ...HEADERS_OF_STATUS[status],
      ...successHeaders(operation, status, components),
    };
    response.headers = {
      ...response.headers,
      ...Object.fromEntries(
        Object.entries(names).map(([header, name]) => [header, { $ref: `#/components/headers/${name}` }]),
      ),
    };
    addExamples(response.content ?? {}, components);
  }
}

/** Of answers about a state, and of calls that may be sent again. */
function successHeaders({ parameters, responses }: Operation, status: string, components: Components) {
  if (!status.startsWith("2")) return {};
  const isState = Object.values(responses[status]?.content ?? {}).some(({ schema }) => namesState(schema, components));
  const takesKey = Array.isArray(parameters) && parameters.some(({ name }) => name === "idempotency-key");
  return {
    ...(isState ? { etag: "ETag" } : {}),
    ...(takesKey ? { "idempotency-replayed": "IdempotencyReplayed" } : {}),
  };
}

/** Whether what `schema` describes has a `seq` with a mode beside it; of alternatives, all or none do. */
function namesState(schema: { $ref?: string } | undefined, components: Components): boolean {
  const { properties, oneOf = [] } = components.schemas?.[schema?.$ref?.split("/").at(-1) ?? ""] ?? {};
  if (properties === undefined) return oneOf.some((alternative) => namesState(alternative, components));
  return "seq" in properties && "mode" in properties;
}

function addExamples(content: Record<string, Media>, components: Components): void {
  for (const media of Object.values(content)) {
    if (media.examples !== undefined) {
      media.examples = shareExamples(media.examples, components);
      continue;
    }
    const name = media.schema?.$ref?.split("/").at(-1);
    const example = name === undefined ? undefined : components.schemas?.[name]?.examples?.[0];
    if (example !== undefined && media.example === undefined) media.example = example;
  }
}

/** Named examples are those of problems, the same under every operation: once in the document is enough. */
function shareExamples(examples: Record<string, unknown>, components: Components): Record<string, unknown> {
  components.examples = { ...components.examples, ...examples };
  return Object.fromEntries(Object.keys(examples).map((name) => [name, { $ref: `#/components/examples/${name}` }]));
}
