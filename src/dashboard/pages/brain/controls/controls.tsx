// What can be done to a brain.

import type { TabParts } from "../brain-page.tsx";

export const Controls = ({ brain }: TabParts) => <span class="note">seq {brain.seq}</span>;
