import type { TranscriptColumns } from "../../src/core/table.ts";

/** All molecules of a table. */
export function molecules({ rows, count }: TranscriptColumns): number {
  if (!count) return rows;
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += count[i]!;
  return sum;
}
