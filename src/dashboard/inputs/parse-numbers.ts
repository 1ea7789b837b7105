// Numbers out of what somebody typed or pasted: JSON (nested arrays too), or numbers with commas, semicolons or spaces between them.

export type Parsed =
  | { readonly isRight: true; readonly values: readonly number[] }
  | { readonly isRight: false; readonly error: string };

const LARGEST = 3.4028234663852886e38;
const SHOWN_CHARACTERS = 20;

const wrong = (error: string): Parsed => ({ isRight: false, error });
const numbers = (count: number): string => `${count.toLocaleString("en")} number${count === 1 ? "" : "s"}`;

/** @param wanted how many numbers there must be */
export function parseNumbers(text: string, wanted: number): Parsed {
  const found = fromJson(text) ?? fromList(text);
  const bad = found.findIndex((each) => typeof each !== "number" || !Number.isFinite(each));
  if (bad !== -1) return wrong(`${shown(found[bad])}, at place ${bad + 1}, is no number.`);
  const values = found.filter((each) => typeof each === "number");
  const large = values.findIndex((value) => Math.abs(value) > LARGEST);
  if (large !== -1) return wrong(`${shown(values[large])}, at place ${large + 1}, is beyond what float32 can hold.`);
  if (values.length !== wanted) {
    const are = values.length === 1 ? "is" : "are";
    return wrong(`There ${are} ${numbers(values.length)}; the brain takes ${numbers(wanted)}.`);
  }
  return { isRight: true, values };
}

/** @returns what a JSON array holds, flat; null where the text is none */
function fromJson(text: string): unknown[] | null {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.flat(Number.POSITIVE_INFINITY) : null;
  } catch {
    return null;
  }
}

function fromList(text: string): unknown[] {
  const words = text
    .replace(/^\s*\[+|\]+\s*$/g, "")
    .split(/[\s,;]+/)
    .filter((word) => word !== "");
  return words.map((word) => (Number.isNaN(Number(word)) ? word : Number(word)));
}

function shown(value: unknown): string {
  const text =
    typeof value === "string" ? `“${value}”` : typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
