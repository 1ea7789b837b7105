// Looking into a brain while it thinks: an input, what the brain makes of it, and its way through the layers.

import type { TabParts } from "../brain-page.tsx";
import { TraceOfEncoded } from "./trace-of-encoded.tsx";
import { TraceOfNumbers } from "./trace-of-numbers.tsx";
import "./trace.css";

export function TraceTab(parts: TabParts) {
  const { encoder } = parts.brain.config;
  return encoder === null ? <TraceOfNumbers {...parts} /> : <TraceOfEncoded {...parts} encoder={encoder} />;
}
