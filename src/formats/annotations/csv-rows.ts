import { CentiscopeError } from "../../core/errors.ts";

/** Rows of a small CSV file (RFC 4180) as text, with the line at which each begins; empty lines are passed over. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** @throws annotations-csv-invalid for a quotation mark that is never closed */
export function parseCsv(file: string, format: string, text: string, separator = ","): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let start = 1;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  const endRow = (): void => {
    if (cells.length > 1 || cells[0] !== "") rows.push({ line: start, cells });
    cells = [];
    line += 1;
    start = line;
  };
  while (at <= text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (;;) {
        const end = text.indexOf('"', at + 1);
        if (end < 0) {
          const detail = "a quotation mark is never closed";
          throw new CentiscopeError("annotations-csv-invalid", { file, format, line: start, detail });
        }
        const part = text.slice(at + 1, end);
        line += part.split("\n").length - 1;
        cell += part;
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    }
    let end = at;
    while (end < text.length && text[end] !== separator && text[end] !== "\n") end++;
    cell += text.slice(at, end).replace(/\r$/, "");
    cells.push(cell);
    at = end + 1;
    if (end >= text.length) break;
    if (text[end] === "\n") endRow();
  }
  endRow();
  return rows;
}

/** The column of a header, by any of its names, whatever their case; −1 when there is none. */
export function columnAt(header: readonly string[], ...names: readonly string[]): number {
  return header.findIndex((cell) => names.includes(cell.trim().toLowerCase()));
}
