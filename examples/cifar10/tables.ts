// Tables as people read them: in columns on a terminal, or as Markdown.

export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** The first column is text, the others are numbers. */
export function asText({ title, head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [title, "", line(head), ...rows.map(line), ""].join("\n");
}

export function asMarkdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = line(head.map((_, column) => (column === 0 ? "---" : "---:")));
  return [`### ${title}`, "", line(head), rule, ...rows.map(line), ""].join("\n");
}

export const percent = (share: number): string => (100 * share).toFixed(1);

/** Mean and, of several that differ, the least and the most. */
export function spread(values: readonly number[], show: (value: number) => string = percent): string {
  const mean = show(values.reduce((sum, value) => sum + value, 0) / values.length);
  const [least, most] = [show(Math.min(...values)), show(Math.max(...values))];
  return least === most ? mean : `${mean} (${least}–${most})`;
}
