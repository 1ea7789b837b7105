// To be filled by its view.

import { Card } from "../../../ui/card.tsx";
import type { TabParts } from "../brain-page.tsx";

export const LayersTab = ({ brain }: TabParts) => <Card title="Layers">{brain.id}</Card>;
