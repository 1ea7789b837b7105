// What turns images and texts into features.

import type { Brains } from "../../brains/api.ts";
import { NoQuery } from "../schemas/common.ts";
import { EncoderList } from "../schemas/encoder.ts";
import { problemResponses } from "../schemas/problem.ts";
import { json } from "../schemas/ref.ts";
import type { App } from "../server.ts";

export function encoderRoutes(app: App, brains: Brains): void {
  app.get(
    "/v1/encoders",
    {
      schema: {
        operationId: "listEncoders",
        tags: ["brains"],
        summary: "List encoders",
        description:
          "What a brain can be created with (`config.encoder`) so that it takes images or texts. Encoders are added on the server's command line, `encoders add`.",
        querystring: NoQuery,
        response: { 200: json("All that this server has.", EncoderList), ...problemResponses("validation") },
      },
    },
    async () => brains.listEncoders(),
  );
}
