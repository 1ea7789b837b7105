// Where a brain is, in a word.

export const RESIDENCIES = ["stored", "loading", "resident", "quarantined"] as const;
/** Whether a host holds the brain, or is about to, or none may. */
export type ResidencyStatus = (typeof RESIDENCIES)[number];
