/** One integer of a packed record, little-endian. */
export interface RecordField {
  /** Bytes from the record's start. */
  readonly offset: number;
  readonly size: 1 | 2 | 4;
  readonly signed: boolean;
}

/**
 * Decodes one column of `rows` packed records of `stride` bytes into `out` from index `at` on. A loop for each
 * width, over one array type: a compiler makes a plain load of each (50 M rows a second and more).
 */
export function decodeColumn(
  bytes: Uint8Array,
  stride: number,
  field: RecordField,
  rows: number,
  out: Int32Array | Uint32Array,
  at = 0,
): void {
  const { size, signed } = field;
  let p = field.offset;
  if (size === 1) {
    for (let i = 0; i < rows; i++, p += stride) out[at + i] = bytes[p]!;
  } else if (size === 2) {
    for (let i = 0; i < rows; i++, p += stride) out[at + i] = bytes[p]! | (bytes[p + 1]! << 8);
  } else {
    for (let i = 0; i < rows; i++, p += stride) {
      out[at + i] = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24);
    }
  }
  if (!signed || size === 4) return;
  const shift = 32 - 8 * size;
  for (let i = at; i < at + rows; i++) out[i] = (out[i]! << shift) >> shift;
}
