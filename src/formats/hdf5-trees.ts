import { type Cursor, type Hdf5Bytes, UNDEFINED } from "./hdf5-bytes.ts";
import { bytesFor } from "./hdf5-heap.ts";

/** More names or chunks than this in one place is damage: a chip's file has hundreds, a chunk index a million. */
const MAX_ENTRIES = 4_000_000;
const MAX_LEVELS = 24;

/** Names and object header addresses of an old-style group: a B-tree of symbol nodes (specification III.A.1, III.B). */
export async function readSymbols(file: Hdf5Bytes, tree: number, heap: number): Promise<Map<string, number>> {
  const names = new Map<string, number>();
  const head = await file.at(heap, 8 + 2 * file.lengthSize + file.offsetSize);
  head.expect("HEAP");
  head.skip(4);
  const heapSize = head.length();
  head.skip(file.lengthSize);
  const texts = await file.at(head.offset(), heapSize);
  await walkTree(file, tree, 0, 0, async (node) => {
    const start = await file.at(node, 8);
    start.expect("SNOD");
    start.skip(2);
    const count = start.u16();
    const entry = 2 * file.offsetSize + 24;
    const cursor = await file.at(node + 8, count * entry);
    for (let i = 0; i < count; i++) {
      const nameAt = cursor.offset();
      const address = cursor.offset();
      cursor.skip(24);
      if (nameAt < 0 || nameAt >= texts.bytes.length) throw cursor.corrupt("a name outside its heap");
      texts.position = nameAt;
      names.set(texts.text(Math.min(texts.left, 4096)), address);
    }
    if (names.size > MAX_ENTRIES) throw cursor.corrupt("too many names");
  });
  return names;
}

/** One stored chunk: where it begins in the dataset, along each dimension, and its bytes. */
export interface Hdf5Chunk {
  readonly start: readonly number[];
  readonly address: number;
  readonly size: number;
  /** Bit i set: filter i was left out. */
  readonly mask: number;
}

/** The chunks of a dataset of `rank` dimensions, from a version 1 B-tree. */
export async function readChunkTree(file: Hdf5Bytes, tree: number, rank: number): Promise<Hdf5Chunk[]> {
  const chunks: Hdf5Chunk[] = [];
  if (tree === UNDEFINED) return chunks;
  const keySize = 8 + 8 * (rank + 1);
  await walkTree(file, tree, 1, keySize, async (address, key) => {
    const size = key.u32();
    const mask = key.u32();
    const start = Array.from({ length: rank }, () => key.uint(8));
    chunks.push({ start, address, size, mask });
    if (chunks.length > MAX_ENTRIES) throw key.corrupt("too many chunks");
  });
  return chunks;
}

/** Visits the children of the leaves of a version 1 B-tree, in key order. */
async function walkTree(
  file: Hdf5Bytes,
  root: number,
  type: number,
  keyBytes: number,
  visit: (child: number, key: Cursor) => Promise<void>,
): Promise<void> {
  const seen = new Set<number>();
  const keySize = keyBytes || file.lengthSize;
  const walk = async (address: number, above: number): Promise<void> => {
    const head = await file.at(address, 8 + 2 * file.offsetSize);
    head.expect("TREE");
    if (head.u8() !== type) throw head.corrupt("a tree of another kind");
    const level = head.u8();
    const count = head.u16();
    if (seen.has(address) || level >= above) throw head.corrupt("a tree that grows into itself");
    seen.add(address);
    const start = address + 8 + 2 * file.offsetSize;
    const cursor = await file.at(start, count * (keySize + file.offsetSize));
    for (let i = 0; i < count; i++) {
      const key = cursor.part(keySize);
      const child = cursor.offset();
      if (level > 0) await walk(child, level);
      else await visit(child, key);
    }
  };
  await walk(root, MAX_LEVELS + 1);
}

/** Every record of a version 2 B-tree of this type (specification III.A.2): links are 5, attributes 8. */
export async function readRecords(file: Hdf5Bytes, address: number, type: number): Promise<Cursor[]> {
  const head = await file.at(address, 22 + file.offsetSize + file.lengthSize);
  head.expect("BTHD");
  head.skip(1);
  if (head.u8() !== type) throw head.corrupt("a tree of another kind");
  const nodeSize = head.u32();
  const recordSize = head.u16();
  const depth = head.u16();
  head.skip(2);
  const root = head.offset();
  const rootRecords = head.u16();
  if (recordSize < 1 || nodeSize < 10 + recordSize || depth > MAX_LEVELS)
    throw head.corrupt("a tree of no size");
  const leafMost = Math.floor((nodeSize - 10) / recordSize);
  const countBytes = bytesFor(leafMost);
  // Bytes of the total below a node of each depth: it grows with what the levels under it can hold.
  const totals = [0];
  let most = leafMost;
  for (let level = 1; level <= depth; level++) {
    const pointer = file.offsetSize + countBytes + (totals[level - 1] ?? 0);
    const here = Math.floor((nodeSize - 10 - pointer) / (recordSize + pointer));
    most = (here + 1) * most + here;
    totals.push(bytesFor(most));
  }
  const records: Cursor[] = [];
  const seen = new Set<number>();
  const walk = async (node: number, count: number, level: number): Promise<void> => {
    if (seen.has(node)) throw head.corrupt("a tree that grows into itself");
    seen.add(node);
    const cursor = await file.at(node, nodeSize);
    cursor.expect(level === 0 ? "BTLF" : "BTIN");
    cursor.skip(2);
    for (let i = 0; i < count; i++) records.push(cursor.part(recordSize));
    if (records.length > MAX_ENTRIES) throw cursor.corrupt("too many records");
    if (level === 0) return;
    for (let i = 0; i <= count; i++) {
      const child = cursor.offset();
      const held = cursor.uint(countBytes);
      if (level > 1) cursor.skip(totals[level - 1] ?? 0);
      await walk(child, held, level - 1);
    }
  };
  if (root !== UNDEFINED && rootRecords > 0) await walk(root, rootRecords, depth);
  return records;
}
