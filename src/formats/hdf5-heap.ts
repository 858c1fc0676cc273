import { type Cursor, type Hdf5Bytes, UNDEFINED } from "./hdf5-bytes.ts";

/** What finding an object in a fractal heap takes (specification III.G). */
export interface FractalHeap {
  readonly idLength: number;
  object(id: Cursor): Promise<Cursor>;
}

/** Bytes needed to write numbers up to `limit`. */
export function bytesFor(limit: number): number {
  return Math.floor(Math.log2(Math.max(1, limit)) / 8) + 1;
}

/** Opens the fractal heap at `address`: dense links and attributes lie in it. */
export async function openFractalHeap(file: Hdf5Bytes, address: number): Promise<FractalHeap> {
  const { offsetSize, lengthSize } = file;
  const head = await file.at(address, 22 + 12 * lengthSize + 3 * offsetSize);
  head.expect("FRHP");
  head.skip(1);
  const idLength = head.u16();
  const filterBytes = head.u16();
  head.skip(1);
  const maxManaged = head.u32();
  head.skip(lengthSize + offsetSize + lengthSize + offsetSize + 8 * lengthSize);
  const width = head.u16();
  const startSize = head.length();
  const maxDirect = head.length();
  const heapBits = head.u16();
  head.skip(2);
  const root = head.offset();
  const rootRows = head.u16();
  if (filterBytes > 0) throw head.corrupt("a compressed heap of names");
  if (width < 1 || startSize < 1 || maxDirect < startSize || heapBits > 64) {
    throw head.corrupt("a heap without blocks");
  }
  const offsetBytes = Math.ceil(heapBits / 8);
  const lengthBytes = Math.min(
    Math.ceil(Math.log2(maxDirect) / 8),
    bytesFor(Math.min(maxManaged, maxDirect)),
  );
  const directRows = Math.log2(maxDirect) - Math.log2(startSize) + 2;
  const rowSize = (row: number) => (row === 0 ? startSize : startSize * 2 ** (row - 1));

  /** The address of byte `at` of the heap's space, from a block that begins at `blockAt` of it. */
  const locate = async (at: number, block: number, blockAt: number, rows: number, depth: number) => {
    if (rows === 0) return block + at - blockAt;
    if (depth > 8) throw head.corrupt("a heap nested too deep");
    let start = blockAt;
    let entry = 0;
    for (let row = 0; row < rows; row++) {
      const size = rowSize(row);
      if (at >= start + size * width) {
        start += size * width;
        entry += width;
        continue;
      }
      const column = Math.floor((at - start) / size);
      const indirect = await file.at(block, 5 + offsetSize + offsetBytes + offsetSize * rows * width);
      indirect.expect("FHIB");
      indirect.skip(1 + offsetSize + offsetBytes + offsetSize * (entry + column));
      const child = indirect.offset();
      if (child === UNDEFINED) throw indirect.corrupt("a heap block that is not there");
      const inner = row < directRows ? 0 : Math.log2(size) - Math.log2(startSize * width) + 1;
      return locate(at, child, start + column * size, inner, depth + 1);
    }
    throw head.corrupt("an object outside its heap");
  };

  return {
    idLength,
    object: async (id) => {
      const kind = (id.u8() >> 4) & 3;
      if (kind === 2) {
        id.position--;
        const length = (id.u8() & 15) + 1;
        return id.part(length);
      }
      if (kind !== 0) throw id.corrupt("an object too large for its heap");
      const at = id.uint(offsetBytes);
      const length = id.uint(lengthBytes);
      return file.at(await locate(at, root, 0, rootRows, 0), length);
    },
  };
}

/** An object of a global heap collection: text of any length (specification III.E). */
export async function globalHeapObject(file: Hdf5Bytes, address: number, index: number): Promise<Uint8Array> {
  const head = await file.at(address, 8 + file.lengthSize);
  head.expect("GCOL");
  head.skip(4);
  const size = head.length();
  const cursor = await file.at(address, size);
  cursor.skip(8 + file.lengthSize);
  while (cursor.left >= 8 + file.lengthSize) {
    const found = cursor.u16();
    cursor.skip(6);
    const length = cursor.length();
    if (found === 0) break;
    const body = cursor.part(length);
    if (found === index) return body.bytes;
    cursor.align(8);
  }
  throw cursor.corrupt(`text ${index} is not in its heap`);
}
