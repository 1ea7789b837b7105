// The AsyncAPI document: both sides of the streams, made from the schemas that check and describe their messages.

import type { TSchema } from "typebox";
import { FeedMessageSchema } from "./schemas/feed.ts";
import { ServerNumbersSchema } from "./schemas/server-numbers.ts";
import { Hello, StreamDropped, StreamProblem, Subscribed } from "./schemas/stream.ts";
import { StreamPosition, SubscribeSchema } from "./schemas/subscribe.ts";
import { CLOUDEVENTS_JSON, ENGRAM_V1 } from "./stream/subprotocols.ts";

type Json = { readonly [key: string]: unknown };

const DESCRIPTION = `What happens to brains, as it happens. The server greets with \`hello\`, the client says \`subscribe\` (or nothing: then it hears what
happens from the opening on), the server answers \`subscribed\`, and messages follow. Each is one JSON document in one text message. Rules for
clients that come back after a break are in docs/stream.md.

Subprotocols: \`${ENGRAM_V1}\` (also without any), and \`${CLOUDEVENTS_JSON}\`, which puts each message into the envelope of CloudEvents 1.0 as \`data\`.

Close codes: 1000 the brain of the path was deleted, 1001 the server stops, 1008 the client says too much, 1009 one of its messages is too large,
1013 the client reads nothing.`;

const reference = (path: string) => ({ $ref: `#/${path}` });

/**
 * @param known every named schema that others may refer to
 * @returns the document, of AsyncAPI 3
 */
export function asyncapiDocument(known: readonly TSchema[]): Json {
  const told = [
    ...[Hello, Subscribed, StreamProblem, StreamDropped, ServerNumbersSchema].map(ownMessage),
    ...FEED_MESSAGES,
  ];
  const said = ownMessage(SubscribeSchema);
  const messages = [...told, said];
  const channelOf = (address: string, rest: Json): Json => ({
    address,
    messages: Object.fromEntries(messages.map(({ name }) => [name, reference(`components/messages/${name}`)])),
    bindings: { ws: { method: "GET", bindingVersion: "0.1.0" } },
    ...rest,
  });
  const operationOf = (action: "send" | "receive", channel: string, summary: string, names: readonly Message[]) => ({
    action,
    summary,
    channel: reference(`channels/${channel}`),
    messages: names.map(({ name }) => reference(`channels/${channel}/messages/${name}`)),
  });
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Engram streams",
      version: "0.1.0",
      description: DESCRIPTION,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    defaultContentType: "application/json",
    servers: {
      local: {
        host: "localhost:8080",
        protocol: "ws",
        description: "A server as it starts without settings.",
        security: [reference("components/securitySchemes/apiKey"), reference("components/securitySchemes/offeredKey")],
      },
    },
    channels: {
      allBrains: channelOf("/v1/stream", {
        title: "All brains",
        description: "What happens to every brain, or to those that the subscription names.",
      }),
      oneBrain: channelOf("/v1/brains/{brain}/stream", {
        title: "One brain",
        description: "What happens to one brain; it ends when the brain is deleted.",
        parameters: { brain: { description: "The brain's id." } },
      }),
    },
    operations: {
      tellOfAll: operationOf("send", "allBrains", "Tell what happens to brains.", told),
      takeSubscriptionToAll: operationOf("receive", "allBrains", "Take in what to tell.", [said]),
      tellOfOne: operationOf("send", "oneBrain", "Tell what happens to the brain.", told),
      takeSubscriptionToOne: operationOf("receive", "oneBrain", "Take in what to tell.", [said]),
    },
    components: {
      messages: Object.fromEntries(messages.map((message) => [message.name, message])),
      schemas: schemasOf(messages, [...known, SubscribeSchema, StreamPosition]),
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "The server's API key, where it has one (ENGRAM_API_KEY), in the Authorization header.",
        },
        offeredKey: {
          type: "httpApiKey",
          name: "sec-websocket-protocol",
          in: "header",
          description:
            "The key as one of the offered subprotocols, for browsers: `engram.bearer.` and the key in base64url without padding.",
        },
      },
    },
  };
}

type Message = { readonly name: string; readonly payload: unknown } & Json;

/** The parts of schemas that are read here. */
type Described = TSchema & {
  readonly $id?: string;
  readonly description?: string;
  readonly examples?: readonly Json[];
  readonly properties?: { readonly type?: { readonly const?: string; readonly enum?: readonly string[] } };
};

/** @returns the message whose payload has a name of its own among the schemas */
function ownMessage(schema: Described): Message {
  const { $id = "", description = "", examples = [], properties } = schema;
  return {
    name: nameOf(properties),
    title: $id,
    summary: description,
    payload: reference(`components/schemas/${$id}`),
    examples: examples.map((payload) => ({ payload })),
  };
}

const nameOf = (properties: Described["properties"]): string =>
  properties?.type?.const ?? properties?.type?.enum?.[0] ?? "";

/** What happens to brains: a message for each kind of it. */
const FEED_MESSAGES: readonly Message[] = FeedMessageSchema.anyOf.map((schema: Described) => {
  const name = nameOf(schema.properties);
  return { name, title: name, summary: "Something that happened to a brain.", payload: placed(schema) };
});

/** @returns the schemas that `messages` refer to, and all that those refer to, by name */
function schemasOf(messages: readonly Message[], known: readonly Described[]): Json {
  const byName = new Map(known.map((schema) => [schema.$id, schema]));
  const schemas: Record<string, unknown> = {};
  const waiting: unknown[] = [messages];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    for (const name of namesIn(value)) {
      const schema = byName.get(name);
      if (schema === undefined || name in schemas) continue;
      schemas[name] = placed(schema);
      waiting.push(schemas[name]);
    }
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b)));
}

const namesIn = (value: unknown): readonly string[] =>
  Array.from(JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"/]+)"/g), ([, name = ""]) => name);

/** @returns `schema` as it stands in the document: names become places */
function placed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(placed);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]) => {
    if (key === "$id") return [];
    return [[key, key === "$ref" ? `#/components/schemas/${value}` : placed(value)]];
  });
  return Object.fromEntries(entries);
}
