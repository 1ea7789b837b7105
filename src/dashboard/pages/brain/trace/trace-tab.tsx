// To be filled by its view.

import { Card } from "../../../ui/card.tsx";
import type { TabParts } from "../brain-page.tsx";

export const TraceTab = ({ brain }: TabParts) => <Card title="Trace">{brain.id}</Card>;
