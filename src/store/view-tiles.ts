import type { PointTile } from "../core/expression.ts";
import { type Bounds, um } from "../core/space.ts";
import type { UmBox } from "./grid-rect.ts";
import { mortonX, mortonY } from "./morton.ts";
import type { PlacedRows } from "./point-rows.ts";
import { PACKED_WORDS } from "./row-packer.ts";
import type { StoreReader } from "./store-reader.ts";

/** Positions within a tile are uint16. */
const MOST_LOG2 = 16;
/** A gene's tiles are about half as wide as what is asked for: few, and little beyond the view. */
const TILES_ACROSS = 2;
const NO_ROWS = new Uint16Array();

export interface TileRequest {
  readonly boundsUm: Bounds<"um">;
  /** Tiles that the caller has: they come without rows. */
  readonly have: ReadonlySet<string>;
  readonly keyPrefix: string;
  /** (G,) 1 for genes that are left out; null when none is. */
  readonly hidden: Uint8Array | null;
  readonly signal?: AbortSignal | undefined;
}

/** Quanta of one tile, growing beyond the rows that are expected. */
class TileRows {
  private data: Uint16Array;
  private length = 0;

  constructor(rows: number) {
    this.data = new Uint16Array(Math.max(1, rows) * PACKED_WORDS);
  }

  add(x: number, y: number, gene: number, count: number): void {
    if (this.length === this.data.length) {
      const grown = new Uint16Array(2 * this.data.length);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = x;
    this.data[this.length++] = y;
    this.data[this.length++] = gene;
    this.data[this.length++] = Math.min(65_535, count);
  }

  /** A buffer of its own, to be transferred. */
  finish(): Uint16Array {
    return this.length === this.data.length ? this.data : this.data.slice(0, this.length);
  }
}

/** Every row of the store's own tiles that touch the box, 8 bytes a row; see `PointTile`. */
export async function allTiles(store: StoreReader, request: TileRequest): Promise<PointTile[]> {
  const { keyPrefix, have, hidden, signal } = request;
  const { plan } = store.manifest;
  const { owners, ranges } = await store.tileRanges(boxOf(request.boundsUm), signal);
  const key = (tile: number): string => `${keyPrefix}${tile}`;
  const wanted = [...owners.keys()].filter((k) => ranges[k]!.end > ranges[k]!.start);
  const missing = wanted.filter((k) => !have.has(key(owners[k]!)));
  const asked = { owners: missing.map((k) => owners[k]!), ranges: missing.map((k) => ranges[k]!) };
  const room = asked.ranges.map(({ start, end }) => new Uint16Array((end - start) * PACKED_WORDS));
  const packed = await store.packTiles(asked, room, signal);
  const rows = new Map(
    asked.owners.map((tile, k) => [tile, hidden ? withoutHidden(packed[k]!, hidden) : packed[k]!]),
  );
  return wanted.map((k) => {
    const tile = owners[k]!;
    const data = rows.get(tile) ?? NO_ROWS;
    return pointTile(store, key(tile), mortonX(tile), mortonY(tile), plan.tileLog2, data);
  });
}

/** Packed rows of the genes that are shown, in a buffer of their own. */
function withoutHidden(rows: Uint16Array, hidden: Uint8Array): Uint16Array {
  let length = 0;
  for (let at = 0; at < rows.length; at += PACKED_WORDS) {
    if (hidden[rows[at + 2]!] === 1) continue;
    rows.copyWithin(length, at, at + PACKED_WORDS);
    length += PACKED_WORDS;
  }
  return length === rows.length ? rows : rows.slice(0, length);
}

/** Every row of these genes in squares that touch the box; the squares fit the size of the box. */
export async function geneTiles(
  store: StoreReader,
  genes: readonly number[],
  request: TileRequest,
): Promise<PointTile[]> {
  const { keyPrefix, have, signal } = request;
  const { plan } = store.manifest;
  const quantumUm = plan.unitUm / plan.quantaPerUnit;
  const { minX, minY, maxX, maxY } = request.boundsUm;
  const across = Math.max(maxX - minX, maxY - minY) / quantumUm / TILES_ACROSS;
  const log2 = Math.min(MOST_LOG2, plan.gridLog2, Math.max(plan.tileLog2, Math.ceil(Math.log2(across))));
  const side = 2 ** log2;
  // Squares of the grid; rows lie in the extent only.
  const place = (um: number, origin: number, least: number, most: number): number =>
    Math.floor((Math.min(most - 1, Math.max(least, Math.floor(um / quantumUm))) - origin) / side);
  const { extent, originX, originY } = plan;
  const first = [
    place(minX, originX, extent.x0, extent.x1),
    place(minY, originY, extent.y0, extent.y1),
  ] as const;
  const last = [
    place(maxX, originX, extent.x0, extent.x1),
    place(maxY, originY, extent.y0, extent.y1),
  ] as const;
  const tiles: { readonly key: string; readonly col: number; readonly row: number; rows: TileRows | null }[] =
    [];
  const cols = last[0] - first[0] + 1;
  for (let row = first[1]; row <= last[1]; row++) {
    for (let col = first[0]; col <= last[0]; col++) {
      const key = `${keyPrefix}${log2}.${col}.${row}`;
      tiles.push({ key, col, row, rows: have.has(key) ? null : new TileRows(256) });
    }
  }
  const missing = tiles.filter((tile) => tile.rows !== null);
  if (missing.length > 0) {
    const edge = (
      of: (tile: (typeof tiles)[number]) => number,
      pick: (a: number, b: number) => number,
    ): number => missing.map(of).reduce((a, b) => pick(a, b));
    const box: UmBox = {
      x0: (originX + edge((tile) => tile.col, Math.min) * side) * quantumUm,
      y0: (originY + edge((tile) => tile.row, Math.min) * side) * quantumUm,
      x1: (originX + edge((tile) => tile.col + 1, Math.max) * side) * quantumUm,
      y1: (originY + edge((tile) => tile.row + 1, Math.max) * side) * quantumUm,
    };
    const found = await store.geneRanges(genes, box, signal);
    const take = ({ n, x, y, gene, count }: PlacedRows): void => {
      for (let i = 0; i < n; i++) {
        const [left, top] = [x[i]! - originX, y[i]! - originY];
        const [col, row] = [Math.floor(left / side), Math.floor(top / side)];
        if (col < first[0] || col > last[0] || row < first[1] || row > last[1]) continue;
        const tile = tiles[(row - first[1]) * cols + col - first[0]]!;
        tile.rows?.add(left - col * side, top - row * side, gene[i]!, count[i]!);
      }
    };
    await store.eachGeneRows(found, take, { exact: false }, signal);
  }
  return tiles.map(({ key, col, row, rows }) =>
    pointTile(store, key, col, row, log2, rows?.finish() ?? NO_ROWS),
  );
}

function pointTile(
  store: StoreReader,
  key: string,
  col: number,
  row: number,
  log2: number,
  data: Uint16Array,
): PointTile {
  const { plan } = store.manifest;
  const quantumUm = plan.unitUm / plan.quantaPerUnit;
  // A spot's middle is where its row stands; a continuous position is drawn in the middle of its quantum.
  const at = (origin: number, place: number): number => (origin + place * 2 ** log2 + 0.5) * quantumUm;
  return {
    key,
    originUm: um(at(plan.originX, col), at(plan.originY, row)),
    quantumUm,
    rows: data.length / PACKED_WORDS,
    data,
  };
}

export function boxOf({ minX, minY, maxX, maxY }: Bounds<"um">): UmBox {
  // Bounds of points may have no width: the box holds what lies on them.
  const past = (value: number): number => value + Math.max(1, Math.abs(value)) * 1e-12;
  return { x0: minX, y0: minY, x1: past(maxX), y1: past(maxY) };
}
