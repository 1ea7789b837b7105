// The columns of a CSV file, read from its beginning, so that they can be chosen by name. A help for who fills in the form, no more: how the file is
// read in the end, the server decides. Pure.

export type CsvHead = {
  /** As the first line names them; by number from 1 where it is no header. */
  readonly columns: readonly string[];
  readonly hasHeader: boolean;
};

/** More columns are pixels or features: there is none among them to choose. */
export const MOST_COLUMNS = 64;

/** @param text the beginning of the file. @returns null where its first line has no end, or one column alone */
export function csvHeadOf(text: string): CsvHead | null {
  const end = endOfLine(text);
  if (end === null) return null;
  const line = text.slice(0, end).replace(/^\uFEFF/, "");
  const cells = cellsOf(line, delimiterOf(line));
  if (cells.length < 2) return null;
  const hasHeader = cells.every((cell) => cell.trim() !== "" && Number.isNaN(Number(cell)));
  return { columns: hasHeader ? cells : cells.map((_, index) => String(index + 1)), hasHeader };
}

/** The first line break outside of quotes. */
function endOfLine(text: string): number | null {
  let isQuoted = false;
  for (let place = 0; place < text.length; place++) {
    const character = text[place];
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === "\n" || character === "\r")) return place;
  }
  return null;
}

const DELIMITERS = [",", ";", "\t"] as const;

function delimiterOf(line: string): string {
  const counts = DELIMITERS.map((delimiter) => cellsOf(line, delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

function cellsOf(line: string, delimiter: string): string[] {
  const cells = [""];
  let isQuoted = false;
  for (let place = 0; place < line.length; place++) {
    const character = line[place] ?? "";
    if (character === '"' && isQuoted && line[place + 1] === '"') place++;
    else if (character === '"') {
      isQuoted = !isQuoted;
      continue;
    }
    if (character === delimiter && !isQuoted) cells.push("");
    else cells[cells.length - 1] += character;
  }
  return cells;
}
