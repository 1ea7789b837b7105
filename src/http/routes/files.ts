// Brains as files: a state out of one server and into another.

import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import type { Brains, Tags } from "../../brains/api.ts";
import { invalid } from "../../errors.ts";
import { takeByteStreams, withBody } from "../byte-stream.ts";
import { sendFile, sendStateFile } from "../file-answer.ts";
import { Brain } from "../schemas/brain.ts";
import { BrainParams, CheckpointParams } from "../schemas/common.ts";
import { BrainArchive, ImportQuery, SAFETENSORS, StateFile, TAR } from "../schemas/files.ts";
import { problemResponses } from "../schemas/problem.ts";
import { bytes, fileHeaders, json, noContent, ref, stateFileHeaders } from "../schemas/ref.ts";
import { KeyHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BRAIN_PROBLEMS, KEY_PROBLEMS } from "./problem-sets.ts";

export function fileRoutes(app: App, brains: Brains): void {
  downloadRoute(app, brains);
  exportRoute(app, brains);
  // A scope of its own: elsewhere bodies are JSON.
  app.register(async (scope) => importRoute(scope, brains));
}

function downloadRoute(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/checkpoints/:checkpoint/file",
    {
      schema: {
        operationId: "downloadCheckpoint",
        tags: ["files"],
        summary: "Download a checkpoint",
        description:
          "The checkpoint as a safetensors file, which `POST /v1/brains/import` takes, here or on another server. Its ETag is the state's digest.",
        params: CheckpointParams,
        response: {
          200: { ...bytes("The file.", SAFETENSORS, StateFile), headers: stateFileHeaders },
          304: noContent("You have it already: `If-None-Match` names its ETag."),
          ...problemResponses("brain-not-found", "checkpoint-not-found", "checkpoint-damaged", "database-unavailable"),
        },
      },
    },
    async (request, reply) => {
      const { brain, checkpoint } = request.params;
      return sendStateFile(request, reply, SAFETENSORS, await brains.checkpointFile(brain, checkpoint));
    },
  );
}

function exportRoute(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/export",
    {
      schema: {
        operationId: "exportBrain",
        tags: ["files"],
        summary: "Export a brain",
        description:
          "The whole brain as a tar archive: its log as far back as it is kept, the checkpoints that it begins with, and those that were asked for. It ends with the brain's newest state, kept in a checkpoint for the purpose; the brain goes on meanwhile. Predictions that wait for labels do not travel.",
        params: BrainParams,
        response: {
          200: { ...bytes("The archive.", TAR, BrainArchive), headers: fileHeaders },
          ...problemResponses(...BRAIN_PROBLEMS, "checkpoint-damaged"),
        },
      },
    },
    async (request, reply) => sendFile(request, reply, TAR, await brains.exportBrain(request.params.brain)),
  );
}

const STATE_TYPES = [SAFETENSORS, "application/octet-stream"] as const;
const IMPORT_BODY = {
  content: {
    ...Object.fromEntries(STATE_TYPES.map((type) => [type, { schema: ref(StateFile) }])),
    [TAR]: { schema: ref(BrainArchive) },
  },
};

function importRoute(scope: FastifyInstance, brains: Brains): void {
  takeByteStreams(scope, [...STATE_TYPES, TAR]);
  scope.withTypeProvider<TypeBoxTypeProvider>().post(
    "/v1/brains/import",
    {
      config: { streamsBody: true },
      // A query with one tag is read as text, with several as a list.
      preValidation: async (request) => {
        const query: { tag?: unknown } = Object(request.query);
        if (typeof query.tag === "string") query.tag = [query.tag];
      },
      schema: {
        operationId: "importBrain",
        tags: ["files"],
        summary: "Import a brain",
        description:
          "Makes a new brain that begins with the state in a file, as `GET …/checkpoints/{checkpoint}/file` gives it, or has all that is in an archive, as `GET …/export` gives it. It goes on with that state's `seq`. What arrives is checked meanwhile, and may be as large as a brain may be. What an archive says of id, name and tags holds unless the query says otherwise.",
        headers: KeyHeaders,
        querystring: ImportQuery,
        body: IMPORT_BODY,
        response: {
          201: json("The new brain.", Brain),
          ...problemResponses(
            "unsupported-media-type",
            "validation",
            "file-invalid",
            ...KEY_PROBLEMS,
            "brain-exists",
            "request-timeout",
            "host-unavailable",
            "database-unavailable",
          ),
        },
      },
    },
    async (request, reply) => {
      const { tag, ...named } = request.query;
      const wish = { ...named, ...(tag === undefined ? {} : { tags: tagsOf(tag) }) };
      const isArchive = request.headers["content-type"]?.toLowerCase().startsWith(TAR) === true;
      const brain = await withBody(request, (file, arrived) => {
        const terms = termsOf(request, reply, arrived);
        return isArchive
          ? brains.importArchive({ ...wish, file }, terms)
          : brains.importState({ ...wish, file }, terms);
      });
      return reply.code(201).header("location", `/v1/brains/${brain.id}`).send(brain);
    },
  );
}

/** @throws EngramError `validation` for a name that comes twice */
function tagsOf(given: readonly string[]): Tags {
  const tags = new Map<string, string>();
  for (const text of given) {
    const colon = text.indexOf(":");
    const name = text.slice(0, colon);
    if (tags.has(name)) throw invalid("?tag", `names ${JSON.stringify(name)} twice`);
    tags.set(name, text.slice(colon + 1));
  }
  return Object.fromEntries(tags);
}
