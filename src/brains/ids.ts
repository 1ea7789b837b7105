// Ids for brains whose creators do not care.

import { randomInt } from "node:crypto";

const ID_LENGTH = 10;

/** 50 random bits, e.g. `brain-k3v9x2m7qa`. */
export function generateId(): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const letters = Array.from({ length: ID_LENGTH }, () => alphabet[randomInt(alphabet.length)]);
  return `brain-${letters.join("")}`;
}
