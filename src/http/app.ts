// The HTTP side, wired by hand: hooks first (they hold for every route), then schemas, then routes. Nothing here listens.

import accepts from "@fastify/accepts";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { LogController } from "fastify";
import { requireApiKey } from "./auth.ts";
import { readJsonBodies } from "./body-parser.ts";
import { refuseCrossSite, refuseForeignStreams } from "./cross-site.ts";
import { tagStates } from "./entity-tags.ts";
import { answerClientError, answerFrameworkError, answerWithProblems } from "./error-handler.ts";
import { takeFiles } from "./form-body.ts";
import { digestBodies } from "./idempotency-key.ts";
import { refuseImpossibleIds } from "./ids.ts";
import { Intake, limitIntake } from "./intake.ts";
import { answerForNode, LENIENT_SERVER } from "./node-refusals.ts";
import { describeRoutes } from "./openapi.ts";
import { answerWithRequestId, requestId } from "./request-id.ts";
import { logRequests } from "./request-log.ts";
import { meterRequests } from "./request-meter.ts";
import { traceRequests } from "./request-spans.ts";
import { brainRoutes } from "./routes/brains.ts";
import { checkpointRoutes } from "./routes/checkpoints.ts";
import { consolidateRoutes } from "./routes/consolidate.ts";
import { curriculumRoutes } from "./routes/curricula.ts";
import { curriculumHistoryRoutes } from "./routes/curriculum-history.ts";
import { dashboardRoutes } from "./routes/dashboard.ts";
import { datasetRoutes } from "./routes/datasets.ts";
import { encoderRoutes } from "./routes/encoders.ts";
import { evaluateRoutes } from "./routes/evaluate.ts";
import { feedbackRoutes } from "./routes/feedback.ts";
import { fileRoutes } from "./routes/files.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { layerRoutes } from "./routes/layers.ts";
import { learnRoutes } from "./routes/learn.ts";
import { measuresRoutes } from "./routes/measures.ts";
import { memoryRoutes } from "./routes/memory.ts";
import { mergeRoutes } from "./routes/merge.ts";
import { metricHistoryRoutes } from "./routes/metric-history.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { modeRoutes } from "./routes/mode.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { predictRoutes } from "./routes/predict.ts";
import { problemRoutes } from "./routes/problems.ts";
import { quarantineRoutes } from "./routes/quarantine.ts";
import { enableStreams, refuseOtherUpgrades, streamRoutes } from "./routes/streams.ts";
import { timeTravelRoutes } from "./routes/time-travel.ts";
import { traceRoutes } from "./routes/trace.ts";
import { weightsRoutes } from "./routes/weights.ts";
import { allSchemas, limitedSchemas } from "./schemas/index.ts";
import { serializeOnDemand } from "./serialization.ts";
import type { App, AppParts } from "./server.ts";
import { refuseWhenClosing } from "./shutdown.ts";
import { giveUpSlowClients, SLOW_CLIENT_OPTIONS } from "./slow-clients.ts";
import { takeTensors } from "./tensor-body.ts";
import { answerUnknownAddresses } from "./unknown-address.ts";
import { endUnusedConnections } from "./unused-connections.ts";
import { useStrictValidation } from "./validation.ts";

const MIB = 1024 * 1024;
/** Ids are at most 128 characters, which may arrive percent-encoded. */
const MAX_PARAM_LENGTH = 400;

/**
 * Builds the server without starting it: `app.listen` is the caller's, and so is what is in `parts`.
 * `app.close()` ends streams and waits for calls in flight, `app.closeWithin(ms)` not for longer than that.
 */
export async function buildApp({
  brains,
  datasets,
  curricula,
  feed,
  meters,
  config,
  log,
  tracer,
}: AppParts): Promise<App> {
  const app: App = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: requestId,
    bodyLimit: config.maxBodyMb * MIB,
    ...SLOW_CLIENT_OPTIONS,
    http: { ...LENIENT_SERVER, ...SLOW_CLIENT_OPTIONS.http },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    return503OnClosing: false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  });

  const streams = await enableStreams(app, feed, meters);
  answerWithProblems(app);
  useStrictValidation(app);
  serializeOnDemand(app);
  digestBodies(app);
  readJsonBodies(app);
  tagStates(app);
  answerWithRequestId(app);
  traceRequests(app, tracer);
  logRequests(app);
  meterRequests(app, meters);
  const intake = new Intake(config);
  refuseWhenClosing(app, intake);
  endUnusedConnections(app);
  answerForNode(app);
  if (config.apiKey === undefined) refuseCrossSite(app, config);
  else {
    requireApiKey(app, config.apiKey);
    refuseForeignStreams(app, config);
  }
  refuseImpossibleIds(app);
  refuseOtherUpgrades(app);
  answerUnknownAddresses(app);
  limitIntake(app, intake);
  giveUpSlowClients(app, config);
  await app.register(accepts);
  await describeRoutes(app);

  const limited = limitedSchemas(config.maxCallRows);
  const schemas = allSchemas(limited);
  for (const schema of schemas) app.addSchema(schema);

  brainRoutes(app, brains);
  quarantineRoutes(app, brains);
  encoderRoutes(app, brains);
  await app.register(async (scope) => {
    takeTensors(scope);
    const typed = scope.withTypeProvider<TypeBoxTypeProvider>();
    predictRoutes(typed, brains, limited);
    learnRoutes(typed, brains, limited);
  });
  await app.register(async (scope) => {
    takeFiles(scope);
    const typed = scope.withTypeProvider<TypeBoxTypeProvider>();
    evaluateRoutes(typed, brains, limited);
    traceRoutes(typed, brains, limited);
  });
  feedbackRoutes(app, brains, limited);
  modeRoutes(app, brains);
  consolidateRoutes(app, brains);
  measuresRoutes(app, brains);
  weightsRoutes(app, brains);
  layerRoutes(app, brains);
  memoryRoutes(app, brains);
  checkpointRoutes(app, brains);
  fileRoutes(app, brains);
  timeTravelRoutes(app, brains, limited);
  mergeRoutes(app, brains);
  datasetRoutes(app, datasets);
  curriculumRoutes(app, curricula);
  curriculumHistoryRoutes(app, curricula);
  historyRoutes(app, brains);
  metricHistoryRoutes(app, brains);
  streamRoutes(app, brains, streams);
  healthRoutes(app, brains);
  metricsRoutes(app, meters);
  problemRoutes(app);
  openapiRoutes(app, schemas);
  await dashboardRoutes(app);
  return app;
}
