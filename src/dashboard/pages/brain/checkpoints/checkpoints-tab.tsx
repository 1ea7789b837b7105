// To be filled by its view.

import { Card } from "../../../ui/card.tsx";
import type { TabParts } from "../brain-page.tsx";

export const CheckpointsTab = ({ brain }: TabParts) => <Card title="Checkpoints">{brain.id}</Card>;
