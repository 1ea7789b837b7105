// Writes `openapi/openapi.json` and `openapi/asyncapi.json`; run it after changing a route or a schema.

import { writeFileSync } from "node:fs";
import { asyncapiText, openapiText } from "./openapi.ts";

writeFileSync(new URL("../openapi/openapi.json", import.meta.url), await openapiText());
writeFileSync(new URL("../openapi/asyncapi.json", import.meta.url), asyncapiText());
