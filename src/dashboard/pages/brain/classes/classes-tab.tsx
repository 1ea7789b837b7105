// To be filled by its view.

import { Card } from "../../../ui/card.tsx";
import type { TabParts } from "../brain-page.tsx";

export const ClassesTab = ({ brain }: TabParts) => <Card title="Classes">{brain.id}</Card>;
