// Datasets: labelled samples, uploaded once, looked at, deleted.

import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import type { Datasets, ReadingOptions } from "../../datasets/api.ts";
import { takeByteStreams, withBody } from "../byte-stream.ts";
import { UPLOAD_TYPES, withUpload } from "../dataset-upload.ts";
import { DEFAULT_PAGE_LIMIT, NoQuery, PageQuery } from "../schemas/common.ts";
import {
  DATASET_BODY,
  Dataset,
  DatasetList,
  DatasetParams,
  DatasetSamples,
  DEFAULT_SAMPLES,
  NewDatasetParams,
  PutDatasetQuery,
  SamplesQuery,
} from "../schemas/datasets.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, noContent } from "../schemas/ref.ts";
import type { App } from "../server.ts";

export function datasetRoutes(app: App, datasets: Datasets): void {
  // A scope of its own: elsewhere bodies are JSON.
  app.register(async (scope) => putRoute(scope, datasets));
  readRoutes(app, datasets);
  samplesRoute(app, datasets);
  deleteRoute(app, datasets);
}

function putRoute(scope: FastifyInstance, datasets: Datasets): void {
  takeByteStreams(scope, UPLOAD_TYPES);
  scope.withTypeProvider<TypeBoxTypeProvider>().put(
    "/v1/datasets/:dataset",
    {
      config: { streamsBody: true },
      schema: {
        operationId: "putDataset",
        tags: ["datasets"],
        summary: "Upload a dataset",
        description:
          "Takes in labelled samples under an id that you choose, whole or not at all. They are read while they arrive. A dataset never changes: sent again, the same samples are answered with 200, in whatever format they come, and others are refused. docs/datasets.md describes the formats.",
        params: NewDatasetParams,
        querystring: PutDatasetQuery,
        body: DATASET_BODY,
        response: {
          200: json("The same samples were there already.", Dataset),
          201: json("The new dataset.", Dataset),
          ...problemResponses(
            "unsupported-media-type",
            "body-too-large",
            "validation",
            "dataset-invalid",
            "dataset-exists",
            "request-timeout",
            "storage-full",
            "not-ready",
            "database-unavailable",
          ),
        },
      },
    },
    async (request, reply) => {
      const { dataset: id } = request.params;
      const { name, shape, ...columns } = request.query;
      const options: ReadingOptions = {
        ...columns,
        ...(shape === undefined ? {} : { shape: shape.split("x").map(Number) }),
      };
      const wish = { id, options, ...(name === undefined ? {} : { name }) };
      const { dataset, isNew } = await withBody(
        request,
        (body) =>
          withUpload(body, request.headers["content-type"] ?? "", (upload) => datasets.put({ ...wish, ...upload })),
        "dataset-invalid",
      );
      if (!isNew) return dataset;
      return reply.code(201).header("location", `/v1/datasets/${id}`).send(dataset);
    },
  );
}

function readRoutes(app: App, datasets: Datasets): void {
  app.get(
    "/v1/datasets",
    {
      schema: {
        operationId: "listDatasets",
        tags: ["datasets"],
        summary: "List datasets",
        description: "Datasets, oldest first, a page at a time.",
        querystring: PageQuery,
        response: {
          200: json("A page of datasets.", DatasetList),
          ...problemResponses("validation", "database-unavailable"),
        },
      },
    },
    async ({ query }) => datasets.list({ ...query, limit: query.limit ?? DEFAULT_PAGE_LIMIT }),
  );

  app.get(
    "/v1/datasets/:dataset",
    {
      schema: {
        operationId: "getDataset",
        tags: ["datasets"],
        summary: "Read a dataset",
        description: "What the dataset is, and its classes with their samples; not the samples.",
        params: DatasetParams,
        querystring: NoQuery,
        response: {
          200: json("The dataset.", Dataset),
          ...problemResponses("validation", "dataset-not-found", "database-unavailable"),
        },
      },
    },
    async (request) => datasets.get(request.params.dataset),
  );
}

function samplesRoute(app: App, datasets: Datasets): void {
  app.get(
    "/v1/datasets/:dataset/samples",
    {
      schema: {
        operationId: "listSamples",
        tags: ["datasets"],
        summary: "Look at samples",
        description: "Some samples with their classes, of all or of one class, as a person looks at them.",
        params: DatasetParams,
        querystring: SamplesQuery,
        response: {
          200: json("The samples.", DatasetSamples),
          ...problemResponses("validation", "dataset-not-found", "dataset-damaged", "database-unavailable"),
        },
      },
    },
    async ({ params, query }) =>
      datasets.samples(params.dataset, {
        offset: query.offset ?? 0,
        limit: query.limit ?? DEFAULT_SAMPLES,
        ...(query.label === undefined ? {} : { label: query.label }),
      }),
  );
}

function deleteRoute(app: App, datasets: Datasets): void {
  app.delete(
    "/v1/datasets/:dataset",
    {
      schema: {
        operationId: "deleteDataset",
        tags: ["datasets"],
        summary: "Delete a dataset",
        description: "Deletes the dataset with its samples, for good. What brains have learned from it stays.",
        params: DatasetParams,
        response: {
          204: noContent("It is gone."),
          ...problemResponses("dataset-not-found", "dataset-in-use", "storage-full", "database-unavailable"),
        },
      },
    },
    async (request, reply) => {
      await datasets.remove(request.params.dataset);
      return reply.code(204).send(null);
    },
  );
}
