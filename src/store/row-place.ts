/**
 * µm of a row's position, along one axis. On a lattice a row stands in the middle of its spot (x, y), which covers
 * `[x, x + 1) × [y, y + 1)` pitches; elsewhere it stands where it was measured.
 */
export function rowPlace({
  lattice,
  unitUm,
}: {
  readonly lattice: boolean;
  readonly unitUm: number;
}): (at: number) => number {
  return lattice ? (at) => (at + 0.5) * unitUm : (at) => at * unitUm;
}
