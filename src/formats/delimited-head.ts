import { CentiscopeError } from "../core/errors.ts";

/** The start of a delimited text: comment lines, the row of column names, and where the rows begin. */
export interface TableHead {
  /** Lines that begin with `#`, without it. */
  readonly comments: readonly string[];
  /** Column names; empty when the first line holds data already. */
  readonly names: readonly string[];
  /** Number of columns of the rows. */
  readonly columns: number;
  /** Byte of the separator: tab, comma or semicolon. */
  readonly separator: number;
  /** Offset of the first data row in the bytes given, and its line number from 1. */
  readonly bodyStart: number;
  readonly bodyLine: number;
  /** The first rows that lie wholly in the bytes given, as text. */
  readonly sample: readonly (readonly string[])[];
}

/** Lines of a table are shorter; beyond it, the file is something else. */
export const MAX_LINE = 1 << 20;
const SAMPLE_ROWS = 20;
const MAX_COLUMNS = 4096;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** True when the bytes look like text: no NUL and hardly any control characters in the first kilobyte. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, 1024);
  let odd = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (byte === 0) return false;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) odd++;
  }
  return length > 0 && odd * 50 <= length;
}

/**
 * Reads the head of a delimited text from its first bytes (64 KiB are plenty). `ended` says that the bytes are
 * the whole file. Throws `not-a-table` for binary data and for text without columns.
 */
export function parseTableHead(bytes: Uint8Array, ended: boolean, file: string): TableHead {
  if (!looksLikeText(bytes)) {
    throw new CentiscopeError("not-a-table", { file, detail: "binary data" });
  }
  const lines = splitLines(bytes, ended);
  const comments: string[] = [];
  let at = 0;
  for (; at < lines.length; at++) {
    // Xenium Explorer puts its comment lines in quotes.
    const comment = /^"?#(.*?)"?$/.exec(lines[at]!.text);
    if (comment) comments.push(comment[1] ?? "");
    else if (lines[at]!.text.trim() !== "") break;
  }
  const first = lines[at];
  if (!first) {
    const detail = lines.length > 0 ? "no line with columns" : "one endless line";
    throw new CentiscopeError("not-a-table", { file, detail });
  }
  const separator = separatorOf(first.text);
  if (separator === undefined) {
    throw new CentiscopeError("not-a-table", { file, detail: "a single column" });
  }
  const cells = splitRow(first.text, separator);
  if (cells.length > MAX_COLUMNS) {
    throw new CentiscopeError("not-a-table", { file, detail: `${cells.length} columns` });
  }
  // A row of names has no numbers in it; an instrument's file may leave one name (an index column) empty.
  const named = !cells.some((cell) => NUMBER.test(cell.trim()));
  const body = named ? at + 1 : at;
  const rows = lines.slice(body).filter((line) => line.text.trim() !== "");
  const sample = rows.slice(0, SAMPLE_ROWS).map((line) => splitRow(line.text, separator));
  const width = sample[0]?.length ?? cells.length;
  // R writes row names without a name for their column.
  const names = !named ? [] : width === cells.length + 1 ? ["", ...cells] : cells;
  const next = lines[body];
  return {
    comments,
    names,
    columns: named ? names.length : cells.length,
    separator: separator.charCodeAt(0),
    bodyStart: next?.start ?? bytes.length,
    bodyLine: body + 1,
    sample,
  };
}

/** Column names; a table without a row of names gets "column 1", "column 2" … */
export function columnNames(head: TableHead): readonly string[] {
  if (head.names.length > 0) return head.names.map((name) => name.trim());
  return Array.from({ length: head.columns }, (_, i) => `column ${i + 1}`);
}

interface Line {
  readonly start: number;
  readonly text: string;
}

function splitLines(bytes: Uint8Array, ended: boolean): Line[] {
  const decoder = new TextDecoder();
  const lines: Line[] = [];
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < bytes.length) {
    let end = bytes.indexOf(10, start);
    if (end < 0) {
      if (!ended) break;
      end = bytes.length;
    }
    const text = decoder.decode(bytes.subarray(start, end)).replace(/\r$/, "");
    lines.push({ start, text });
    start = end + 1;
  }
  return lines;
}

/** Tab before semicolon before comma: names may hold commas, hardly ever tabs. */
function separatorOf(line: string): string | undefined {
  return ["\t", ";", ","].find((separator) => splitRow(line, separator).length > 1);
}

/** Splits one line, minding quotes ("" is one quote). */
export function splitRow(line: string, separator: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let text = "";
      at++;
      while (at < line.length) {
        if (line[at] === '"') {
          if (line[at + 1] !== '"') break;
          at++;
        }
        text += line[at++];
      }
      cells.push(text);
      at = line.indexOf(separator, at);
    } else {
      const end = line.indexOf(separator, at);
      cells.push(end < 0 ? line.slice(at) : line.slice(at, end));
      at = end;
    }
    if (at < 0) return cells;
    at++;
  }
}
