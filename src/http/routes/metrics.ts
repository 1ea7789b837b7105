// The server's measures, for Prometheus.

import type { Meters } from "../../metrics/meters.ts";
import { MetricsText } from "../schemas/health.ts";
import { documentProblemResponses } from "../schemas/problem.ts";
import { bytes } from "../schemas/ref.ts";
import type { App } from "../server.ts";

export function metricsRoutes(app: App, meters: Meters): void {
  app.get(
    "/metrics",
    {
      config: { isProbe: true },
      schema: {
        operationId: "metrics",
        tags: ["server"],
        summary: "Measures for Prometheus",
        description:
          "How long calls take, how busy the compute processes are, batches, commits, checkpoints, streams, and the process itself, in the Prometheus text format. Brains have no names here but those in `ENGRAM_METRICS_BRAINS`.",
        response: {
          200: bytes("All measures.", "text/plain", MetricsText),
          ...documentProblemResponses(),
        },
      },
    },
    async (_request, reply) => {
      const { text, contentType } = await meters.read();
      return reply.type(contentType).send(text);
    },
  );
}
