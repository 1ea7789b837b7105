// Layers of a brain: look at them, add, replace, tune, remove, renew.

import type { Brains } from "../../brains/api.ts";
import { EngramError } from "../../errors.ts";
import { optionalBody } from "../optional-body.ts";
import { BrainParams, Nothing } from "../schemas/common.ts";
import {
  AddLayer,
  LayerChangeAnswer,
  LayerList,
  LayerParams,
  LayerRenewAnswer,
  LayerTuneAnswer,
  TuneLayer,
} from "../schemas/layers.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json, ref } from "../schemas/ref.ts";
import { ChangeHeaders } from "../schemas/terms.ts";
import type { App } from "../server.ts";
import { termsOf } from "../terms.ts";
import { BODY_PROBLEMS, BRAIN_PROBLEMS, CHANGE_PROBLEMS } from "./problem-sets.ts";

const LAYER = "/v1/brains/:brain/layers/:index";
const LAYER_PROBLEMS = [...CHANGE_PROBLEMS, "layer-not-found"] as const;

export function layerRoutes(app: App, brains: Brains): void {
  app.get(
    "/v1/brains/:brain/layers",
    {
      schema: {
        operationId: "listLayers",
        tags: ["layers"],
        summary: "List layers",
        description: "What each layer is like now. Changes nothing.",
        params: BrainParams,
        response: { 200: json("The layers.", LayerList), ...problemResponses(...BRAIN_PROBLEMS) },
      },
    },
    async ({ params }) => brains.listLayers(params.brain),
  );

  app.post(
    "/v1/brains/:brain/layers",
    {
      ...optionalBody,
      schema: {
        operationId: "addLayer",
        tags: ["layers"],
        summary: "Add a layer",
        description:
          "Adds a fresh layer, drawn from the brain's own random numbers. It adds nothing to what passes through it until it has learned.",
        headers: ChangeHeaders,
        params: BrainParams,
        body: ref(AddLayer),
        response: {
          201: json("The new layer's index.", LayerChangeAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...CHANGE_PROBLEMS, "brain-frozen", "layer-limit"),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const answer = await brains.addLayer(params.brain, body.index, termsOf(request, reply));
      return reply.code(201).header("location", `/v1/brains/${params.brain}/layers`).send(answer);
    },
  );

  app.put(
    LAYER,
    {
      ...optionalBody,
      schema: {
        operationId: "replaceLayer",
        tags: ["layers"],
        summary: "Replace a layer",
        description: "Puts a fresh layer in the place of this one, which is gone with all that it learned.",
        headers: ChangeHeaders,
        params: LayerParams,
        body: ref(Nothing),
        response: {
          200: json("Which layer was replaced.", LayerChangeAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...LAYER_PROBLEMS, "brain-frozen"),
        },
      },
    },
    async (request, reply) =>
      brains.replaceLayer(request.params.brain, indexOf(request.params), termsOf(request, reply)),
  );

  app.patch(
    LAYER,
    {
      schema: {
        operationId: "tuneLayer",
        tags: ["layers"],
        summary: "Freeze, unfreeze or tune a layer",
        description:
          "A frozen layer learns, matures and recycles nothing, in any mode; unfrozen it goes on as it was, mature neurons included. Tuning teaches nothing, so it is possible in every mode.",
        headers: ChangeHeaders,
        params: LayerParams,
        body: ref(TuneLayer),
        response: {
          200: json("The layer's settings now.", LayerTuneAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...LAYER_PROBLEMS),
        },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { frozen, ...settings } = body;
      const change = { ...settings, ...(frozen === undefined ? {} : { isFrozen: frozen }) };
      return brains.tuneLayer(params.brain, indexOf(params), change, termsOf(request, reply));
    },
  );

  app.delete(
    LAYER,
    {
      schema: {
        operationId: "removeLayer",
        tags: ["layers"],
        summary: "Remove a layer",
        description: "Removes the layer; those behind it move down. The last one stays.",
        headers: ChangeHeaders,
        params: LayerParams,
        response: {
          200: json("Which layer went.", LayerChangeAnswer),
          ...problemResponses(...LAYER_PROBLEMS, "brain-frozen", "last-layer"),
        },
      },
    },
    async (request, reply) =>
      brains.removeLayer(request.params.brain, indexOf(request.params), termsOf(request, reply)),
  );

  app.post(
    `${LAYER}/neurogenesis`,
    {
      ...optionalBody,
      schema: {
        operationId: "renewLayer",
        tags: ["layers"],
        summary: "Force neurogenesis",
        description:
          "Lets the layer's idle neurons (immature, below 5 % of the busiest one's frequency) be born again now, as panic does by chance.",
        headers: ChangeHeaders,
        params: LayerParams,
        body: ref(Nothing),
        response: {
          200: json("How many neurons were born again.", LayerRenewAnswer),
          ...problemResponses(...BODY_PROBLEMS, ...LAYER_PROBLEMS, "brain-frozen", "layer-frozen"),
        },
      },
    },
    async (request, reply) => brains.renewLayer(request.params.brain, indexOf(request.params), termsOf(request, reply)),
  );
}

/** @throws EngramError layer-not-found, for what is no index at all */
function indexOf({ brain, index }: { readonly brain: string; readonly index: string }): number {
  if (/^(0|[1-9]\d{0,8})$/.test(index)) return Number(index);
  throw new EngramError(
    "layer-not-found",
    `Brain ${brain} has no layer ${JSON.stringify(index)}; layers are numbered from 0.`,
  );
}
