import type { BinGrid } from "../../store/store-bins.ts";

/** A grid as a NumPy file (format 1.0): float64, (rows, columns), C order. */
export function npyFile({ rows, cols, values }: BinGrid): Uint8Array {
  const head = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${cols}), }`;
  const padded = `${head.padEnd(64 * Math.ceil((head.length + 11) / 64) - 11)}\n`;
  const out = new Uint8Array(10 + padded.length + 8 * values.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const view = new DataView(out.buffer);
  view.setUint16(8, padded.length, true);
  out.set(new TextEncoder().encode(padded), 10);
  values.forEach((value, i) => {
    view.setFloat64(10 + padded.length + 8 * i, value, true);
  });
  return out;
}

/** The non-empty bins as CSV: the corner of least x and y in µm, and the sum. */
export function* csvLines({ binUm, col0, row0, cols, values }: BinGrid): Generator<string> {
  yield "x_um,y_um,count\n";
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    const [x, y] = [(col0 + (i % cols)) * binUm, (row0 + Math.floor(i / cols)) * binUm];
    yield `${x},${y},${values[i]}\n`;
  }
}

/** Tags of a TIFF directory: number, type (3 uint16, 4 uint32, 5 rational), value. */
type Tag = readonly [tag: number, type: 3 | 4 | 5, value: number];

/** A grid as a TIFF of one strip of float64, with its resolution in bins per centimetre. */
export function tiffFile({ rows, cols, binUm, values }: BinGrid): Uint8Array {
  const tags: Tag[] = [
    [256, 4, cols],
    [257, 4, rows],
    [258, 3, 64],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 0],
    [277, 3, 1],
    [278, 4, rows],
    [279, 4, 8 * values.length],
    [282, 5, 0],
    [283, 5, 0],
    [296, 3, 3],
    [339, 3, 3],
  ];
  const directory = 8;
  const rational = directory + 2 + 12 * tags.length + 4;
  const strip = 8 * Math.ceil((rational + 8) / 8);
  const out = new Uint8Array(strip + 8 * values.length);
  const view = new DataView(out.buffer);
  out.set([0x49, 0x49, 42, 0, directory]);
  view.setUint16(directory, tags.length, true);
  tags.forEach(([tag, type, value], k) => {
    const at = directory + 2 + 12 * k;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, 1, true);
    const place = type === 5 ? rational : tag === 273 ? strip : value;
    if (type === 3) view.setUint16(at + 8, place, true);
    else view.setUint32(at + 8, place, true);
  });
  // 10 000 µm a centimetre, over binUm; thousandths of a µm are kept.
  view.setUint32(rational, 10_000_000, true);
  view.setUint32(rational + 4, Math.max(1, Math.round(binUm * 1000)), true);
  values.forEach((value, i) => {
    view.setFloat64(strip + 8 * i, value, true);
  });
  return out;
}
