// The order in which numbers of steps are told: what matters most first, whatever order the database keeps them in.

const ORDER = [
  "accuracy",
  "evaluation",
  "calibration",
  "holdoutAccuracy",
  "forgetting",
  "backwardTransfer",
  "novelty",
  "reward",
  "recycled",
  "stored",
  "heldOut",
  "coreEnergy",
  "contextEnergy",
];

/** @returns the names, each once; those of one kind (`evaluation.…`) by the alphabet, unknown ones last */
export function inOrder(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
}

function rankOf(name: string): number {
  const rank = ORDER.indexOf(name.replace(/\..*$/, ""));
  return rank === -1 ? ORDER.length : rank;
}
