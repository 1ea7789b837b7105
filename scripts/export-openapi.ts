// Writes `openapi/openapi.json`; run it after changing a route or a schema.

import { writeFileSync } from "node:fs";
import { openapiText } from "./openapi.ts";

writeFileSync(new URL("../openapi/openapi.json", import.meta.url), await openapiText());
