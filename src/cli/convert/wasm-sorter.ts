import loadSort from "./kernels/sort.as.ts?wasm";
import { HEAD_WORDS } from "./partition.ts";
import { CELL_BITS, geneBitsOf, type SortedRows, sortRecords } from "./sort-rows.ts";

/** What is known of all records of a table. */
export interface RecordForm {
  readonly recordWords: number;
  /** (G,) rank of each of the source's genes. */
  readonly rank: Uint32Array;
  /** Bits of the codes within a super-tile: 15 or more. */
  readonly codeBits: number;
}

/** Sorts `rows` records that `fill` writes into the room it is given. What is returned is valid until the next call. */
export type RowSorter = (rows: number, fill: (words: Uint32Array) => void) => SortedRows;

/** What kernels/sort.as.ts exports. Pointers are byte addresses of its memory. */
interface SortKernel {
  deal(
    words: number,
    rows: number,
    recordWords: number,
    rank: number,
    lowBits: number,
    geneBits: number,
    direct: boolean,
    keys: number,
  ): void;
  sort(
    keys: number,
    spare: number,
    lowBits: number,
    geneBits: number,
    code: number,
    gene: number,
    carried: number,
  ): void;
}

const PAGE_BYTES = 65_536;
/** Below it the kernel keeps its counts. */
const HEAP = PAGE_BYTES;
/** A WebAssembly memory has no more. */
const MOST_BYTES = 2 ** 32 - PAGE_BYTES;
/** Numbers of records have at least so many bits beside the longest keys. */
const NUMBER_BITS = 28;

/** The sorter in plain TypeScript. */
export function plainSorter({ recordWords, rank, codeBits }: RecordForm): RowSorter {
  return (rows, fill) => {
    const words = new Uint32Array(rows * recordWords);
    fill(words);
    return sortRecords(words, recordWords, rank, codeBits);
  };
}

/** Where a sorter's arrays lie in its memory. */
interface SortRooms {
  readonly ranks: number;
  readonly words: number;
  readonly keys: number;
  readonly spare: number;
  readonly code: number;
  readonly gene: number;
  readonly carried: number;
  readonly end: number;
}

function roomsFor(
  rows: number,
  { recordWords, rank }: RecordForm,
  onlyHead: boolean,
  heap: number,
): SortRooms {
  let end = heap;
  const reserve = (bytes: number): number => {
    const at = end;
    end += 64 * Math.ceil(bytes / 64);
    return at;
  };
  const ranks = reserve(4 * rank.length);
  const words = reserve(4 * recordWords * rows);
  const keys = reserve(8 * rows);
  const spare = reserve(8 * rows);
  // Records that are all in their keys make room for the rows.
  const [code, gene, carried] = onlyHead
    ? [words, words + 4 * rows, words + 8 * rows]
    : [reserve(4 * rows), reserve(4 * rows), reserve(4 * rows)];
  return { ranks, words, keys, spare, code, gene, carried, end };
}

/**
 * The sorter in WebAssembly: the rows of `sortRecords`, three times as fast. Its memory has room for `mostRows` from
 * the beginning: one that grew would detach its arrays, and from then on every array of the program is read at the
 * price of a check (measured: a tenth of a conversion's time). Rejects where there is no WebAssembly, or too little.
 */
export async function wasmSorter(form: RecordForm, mostRows: number): Promise<RowSorter> {
  const { recordWords, rank, codeBits } = form;
  const geneBits = geneBitsOf(rank);
  const lowBits = codeBits - CELL_BITS;
  const onlyHead = recordWords === HEAD_WORDS && lowBits + geneBits <= 32;
  const { end } = roomsFor(mostRows, form, onlyHead, HEAP);
  if (end > MOST_BYTES || mostRows >= 2 ** NUMBER_BITS) return plainSorter(form);
  const pages = Math.ceil(end / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { instance } = await WebAssembly.instantiate(await loadSort(), { env: { memory } });
  const kernel = instance.exports as unknown as SortKernel;
  return (rows, fill) => {
    const { ranks, words, keys, spare, code, gene, carried } = roomsFor(rows, form, onlyHead, HEAP);
    const column = (at: number, length = rows): Uint32Array => new Uint32Array(memory.buffer, at, length);
    const records = column(words, rows * recordWords);
    column(ranks, rank.length).set(rank);
    fill(records);
    kernel.deal(words, rows, recordWords, ranks, lowBits, geneBits, onlyHead, keys);
    kernel.sort(keys, spare, lowBits, geneBits, code, gene, carried);
    const sorted = { code: column(code), gene: column(gene), words: records };
    if (onlyHead) return { ...sorted, count: column(carried), order: null };
    const order = column(carried);
    const count = new Uint32Array(rows);
    for (let i = 0; i < rows; i++) count[i] = records[order[i]! * recordWords + 2]!;
    return { ...sorted, count, order };
  };
}
