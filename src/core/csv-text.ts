/** Text that a spreadsheet takes for a formula, and text that would be taken for our guard against it. */
const FORMULA = /^'*[=+\-@\t\r]/;

/**
 * One cell of a CSV file that a spreadsheet may open. Text that it would run as a formula gets an apostrophe before
 * it (OWASP, CSV injection), which `unguarded` takes away; NUL, which no reader takes, is left out. Numbers are given as numbers and stay what they are.
 */
export function csvCell(value: string | number): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = value.replaceAll("\0", "");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell that `csvCell` may have guarded. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** Rows joined to a file, each line ended. */
export function csvText(rows: Iterable<readonly (string | number)[]>): string {
  const lines: string[] = [];
  for (const row of rows) lines.push(row.map(csvCell).join(","));
  return `${lines.join("\n")}\n`;
}
