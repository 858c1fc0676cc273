/**
 * Columns in tile order: `out[place[i]] = column[i]`. One function a column, because a loop that meets several
 * array types runs at half its speed.
 */

/** (n,) positions. */
export function movePositions(values: Float64Array, place: Uint32Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) out[place[i]!] = values[i]!;
  return out;
}

/** (n,) gene codes, from source codes by `codeOf`. */
export function moveGenes(
  genes: Uint16Array | Uint32Array,
  codeOf: Uint16Array,
  place: Uint32Array,
): Uint16Array {
  const out = new Uint16Array(genes.length);
  for (let i = 0; i < genes.length; i++) out[place[i]!] = codeOf[genes[i]!]!;
  return out;
}

/** (n,) molecules; ones when the table has no counts. Wide only when one exceeds 65 535. */
export function moveCounts(
  counts: Uint16Array | Uint32Array | null,
  place: Uint32Array,
  wide: boolean,
): Uint16Array | Uint32Array {
  const out = wide ? new Uint32Array(place.length) : new Uint16Array(place.length);
  if (counts === null) return out.fill(1);
  for (let i = 0; i < counts.length; i++) out[place[i]!] = counts[i]!;
  return out;
}

/** (n,) quality in whole Phred units, rounded down, so that every whole threshold selects the same rows. NaN is 0. */
export function moveQuality(values: Float32Array | Uint8Array, place: Uint32Array): Uint8Array {
  const out = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) out[place[i]!] = Math.max(0, Math.min(255, values[i]!));
  return out;
}

/** (n,) cell codes. */
export function moveCells(cells: Uint32Array, place: Uint32Array): Uint32Array {
  const out = new Uint32Array(cells.length);
  for (let i = 0; i < cells.length; i++) out[place[i]!] = cells[i]!;
  return out;
}
