// The OpenAPI document, made from the schemas of the routes, and the pages that show it.

import swagger, { type SwaggerTransformObject } from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { completeDocument, type OpenApiDocument } from "./openapi-document.ts";
import { withoutKey } from "./public-routes.ts";
import { describedBody } from "./schemas/media.ts";

const DESCRIPTION = `A server for models that keep learning. Create a *brain*, ask it to predict, tell it what was right: it learns from that at once.

Every answer about a brain carries the \`seq\` of the state that gave it. A change is durable by the time that its answer arrives, and later
reads see it. Errors are \`application/problem+json\` (RFC 9457); when one arrives, nothing has changed.

A call that got no answer may be sent again under its \`Idempotency-Key\`: it is made once. \`If-Match\` makes a change only while the brain has the
\`seq\` that you saw.`;

const TAGS = [
  { name: "brains", description: "Create, find, rename, tune and delete brains." },
  { name: "learning", description: "Predict, learn, switch modes, consolidate." },
  { name: "inspection", description: "See what a brain does with an input, and what it is made of." },
  { name: "layers", description: "Look into a brain and operate on it, layer by layer." },
  { name: "memory", description: "Look into the episodic memory, and forget on purpose." },
  { name: "checkpoints", description: "Keep a brain's state, and go back to it." },
  { name: "time travel", description: "Go back to a state of the past, branch off from it, compare two." },
  { name: "history", description: "What happened to a brain, and which of its past states can be had back." },
  { name: "files", description: "Brains as files: out of one server and into another." },
  { name: "datasets", description: "Labelled samples, uploaded once, for brains to be taught and judged on." },
  { name: "curricula", description: "Phases of teaching and judging a brain that run as one job." },
  { name: "streams", description: "What happens to brains, as it happens." },
  { name: "server", description: "Probes and documentation." },
];

/** The page styles its own elements inline. It must work over plain HTTP too, so nothing is upgraded to HTTPS. */
const DOCS_POLICY = [
  "default-src 'self'",
  "base-uri 'self'",
  "font-src 'self' data:",
  "frame-ancestors 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "script-src-attr 'none'",
  "style-src 'self' 'unsafe-inline'",
].join("; ");

/** Makes `app` describe its routes; must be awaited before the first route is added. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Engram",
        version: "0.1.0",
        description: DESCRIPTION,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/", description: "The server that gave you this document." }],
      tags: TAGS,
      // With no key configured, calls need none: hence the empty alternative.
      security: [{ apiKey: [] }, {}],
      components: {
        securitySchemes: {
          apiKey: {
            type: "http",
            scheme: "bearer",
            description: "The server's API key, where it has one (ENGRAM_API_KEY).",
          },
        },
      },
    },
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) => schema.$id?.toString() ?? `schema-${index}`,
    },
    // The transform sees the route; the document does not.
    transform: ({ schema, url, route }) => ({
      schema: {
        ...schema,
        ...(schema?.body === undefined ? {} : { body: describedBody(schema.body) }),
        ...(route.config?.bodyIsOptional === true ? { "x-optional-body": true } : {}),
      },
      url,
    }),
    transformObject: complete,
  });
  await withoutKey(app, async (scope) => {
    await scope.register(swaggerUi, {
      routePrefix: "/docs",
      staticCSP: DOCS_POLICY,
      theme: { title: "Engram API" },
      uiConfig: { docExpansion: "list" },
    });
  });
}

function complete(document: Parameters<SwaggerTransformObject>[0]) {
  if ("swaggerObject" in document) return document.swaggerObject;
  // @fastify/swagger types the document by every version of OpenAPI; this one is 3.1, as said above.
  completeDocument(document.openapiObject as unknown as OpenApiDocument);
  return document.openapiObject;
}
