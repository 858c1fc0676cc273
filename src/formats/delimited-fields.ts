/** What the scanner does with a column. */
export const FIELD = {
  skip: 0,
  x: 1,
  y: 2,
  gene: 3,
  count: 4,
  qv: 5,
  z: 6,
  exon: 7,
  cell: 8,
  cellPrefix: 9,
  name: 10,
} as const;
