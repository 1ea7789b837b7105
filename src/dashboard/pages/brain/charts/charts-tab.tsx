// To be filled by its view.

import { Card } from "../../../ui/card.tsx";
import type { TabParts } from "../brain-page.tsx";

export const ChartsTab = ({ brain }: TabParts) => <Card title="Charts">{brain.id}</Card>;
