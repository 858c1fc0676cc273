import { MAX_BINS } from "../../src/core/bin-window.ts";
import type { TableShard } from "../../src/core/table.ts";
import loadBinKernels from "./bin.as.ts?wasm";

/** What bin.as.ts exports. Pointers are byte addresses of its memory. */
export interface BinExports {
  /** Where the kernels take `SCRATCH.local` to be. */
  readonly LOCAL: WebAssembly.Global;
  indexLinear(...pointersAndNumbers: number[]): void;
  countSquare(...pointersAndNumbers: number[]): void;
  countHex(...pointersAndNumbers: number[]): void;
  place(q: number, rows: number, origin: number, base: number, quantum: number, out: number): void;
  indexSquare(...pointersAndNumbers: number[]): void;
  indexHex(...pointersAndNumbers: number[]): void;
  addLocal(index: number, count: number, rows: number, local: number): void;
  addGrid(index: number, count: number, rows: number, grid: number): number;
  addWeighted(
    index: number,
    count: number,
    gene: number,
    weights: number,
    rows: number,
    grid: number,
  ): number;
  findGene(gene: number, rows: number, wanted: number, out: number, room: number, looked: number): number;
  findGenes(gene: number, rows: number, mask: number, out: number, room: number, looked: number): number;
  take16(column: number, rows: number, n: number, out: number): void;
  take64(column: number, rows: number, n: number, out: number): void;
  sum16(column: number, rows: number): number;
}

/** Rejects where WebAssembly SIMD is missing or the file cannot be had. */
export async function compileBinKernels(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await loadBinKernels());
}

/** Rows that the kernels handle at a time: their scratch stays in the first- and second-level caches. */
export const RUN_ROWS = 4096;
/** Bins of a tile at most that are indexed and then counted in the tile's own small grid, four uint32 each. */
export const LOCAL_BINS = 4095;
/** Size of that grid. */
export const LOCAL_BYTES = 65_536;

/** Below it stand what bin-count.as.ts and keep.as.ts put aside. */
let end = 1024;
function reserve(bytes: number): number {
  const at = end;
  end += Math.ceil((bytes + 64) / 64) * 64;
  return at;
}

/** Where each scratch array lies. The grid's pages cost nothing until a bin of theirs is counted. */
export const SCRATCH = {
  local: reserve(LOCAL_BYTES),
  looked: reserve(4),
  index: reserve(4 * RUN_ROWS),
  found: reserve(4 * RUN_ROWS),
  x: reserve(2 * RUN_ROWS),
  y: reserve(2 * RUN_ROWS),
  count: reserve(2 * RUN_ROWS),
  gene: reserve(2 * RUN_ROWS),
  xUm: reserve(8 * RUN_ROWS),
  yUm: reserve(8 * RUN_ROWS),
  mask: reserve(65_536),
  weights: reserve(8 * 65_536),
  grid: reserve(8 * (MAX_BINS + 1)),
} as const;

const COLUMNS = end;
const PAGE = 65_536;

/** The memory of one adopted shard. It never grows, because that would detach the shard's columns. */
export interface ShardMemory {
  readonly buffer: ArrayBuffer;
  readonly kernels: BinExports;
}

/**
 * Moves a shard's position, gene and count columns into a WebAssembly memory of its own. `shard` views that
 * memory; quality values and cells, which no kernel reads, stay where they were. Throws RangeError when the
 * memory cannot be had.
 */
export function adoptShard(
  module: WebAssembly.Module,
  shard: TableShard,
): { readonly shard: TableShard; readonly memory: ShardMemory } {
  const columns = [shard.x, shard.y, shard.gene, shard.count, shard.xExact, shard.yExact];
  const bytes = columns.reduce((sum, column) => sum + (column ? column.byteLength + 128 : 0), COLUMNS);
  const pages = Math.ceil(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { buffer } = memory;
  let at = COLUMNS;
  function move<T extends Uint16Array | Uint32Array | Float64Array>(column: T): T {
    const Column = column.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => T;
    const moved = new Column(buffer, at, column.length);
    moved.set(column);
    at += Math.ceil((column.byteLength + 64) / 64) * 64;
    return moved;
  }
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return {
    shard: {
      ...shard,
      x: move(shard.x),
      y: move(shard.y),
      gene: move(shard.gene),
      count: move(shard.count),
      xExact: shard.xExact && move(shard.xExact),
      yExact: shard.yExact && move(shard.yExact),
    },
    memory: { buffer, kernels: instance.exports as unknown as BinExports },
  };
}
