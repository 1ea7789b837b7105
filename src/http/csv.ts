// Tables as CSV (RFC 4180): lines end with CR LF, and what could be taken for something else stands in quotes.

export const CSV_TYPE = "text/csv";

/** @returns a line for each row; null is an empty field */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(fieldOf).join(",")}\r\n`).join("");
}

function fieldOf(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
