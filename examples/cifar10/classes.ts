// The two worlds that the experiment makes of CIFAR-10's ten classes.

export const WORLDS = {
  vehicles: ["airplane", "automobile", "ship", "truck"],
  animals: ["bird", "cat", "deer", "dog", "frog", "horse"],
} as const;

export const CLASSES: readonly string[] = [...WORLDS.vehicles, ...WORLDS.animals];

/** @throws Error when a class is missing, so that nobody reads figures of another set as CIFAR-10's */
export function checkNames(names: readonly string[], where: string): void {
  const missing = CLASSES.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`${where} has no ${missing.join(", no ")}: it is not CIFAR-10`);
}
