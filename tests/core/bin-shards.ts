import fc from "fast-check";
import { binAt, binCentreUm } from "../../src/core/bin-window.ts";
import type { BinWindow } from "../../src/core/expression.ts";
import type { TableShard } from "../../src/core/table.ts";

/** A row of a test table: a position in quanta (lattice) or µm (continuous), gene and count. */
export interface Row {
  readonly x: number;
  readonly y: number;
  readonly gene: number;
  readonly count: number;
}

export interface ShardPlan {
  readonly exact: boolean;
  readonly originUm: number;
  readonly quantumUm: number;
  readonly span: number;
  readonly wideCounts: boolean;
  readonly rows: readonly Row[];
  /** Every nth row of a tile is filtered out; 0 = none. */
  readonly inactive: number;
}

/** Tiles the rows as `TableShard` says; on a lattice `x`, `y` are whole quanta from the origin. */
export function shardOf(plan: ShardPlan): TableShard {
  const { exact, originUm, quantumUm, span } = plan;
  const tiles = new Map<string, { col: number; row: number; rows: (Row & { qx: number; qy: number })[] }>();
  for (const row of plan.rows) {
    const ix = exact ? row.x : Math.floor((row.x - originUm) / quantumUm);
    const iy = exact ? row.y : Math.floor((row.y - originUm) / quantumUm);
    const col = Math.floor(ix / span);
    const tileRow = Math.floor(iy / span);
    const key = `${col},${tileRow}`;
    const tile = tiles.get(key) ?? { col, row: tileRow, rows: [] };
    tiles.set(key, tile);
    tile.rows.push({ ...row, qx: ix - col * span, qy: iy - tileRow * span });
  }
  const list = [...tiles.values()];
  const all = list.flatMap((tile) => tile.rows);
  const offsets = [0];
  for (const tile of list) offsets.push(offsets.at(-1)! + tile.rows.length);
  return {
    geometry: { exact, originXUm: originUm, originYUm: originUm, quantumUm, span },
    tileCol: Int32Array.from(list, (t) => t.col),
    tileRow: Int32Array.from(list, (t) => t.row),
    tileOffset: Uint32Array.from(offsets),
    tileActive: Uint32Array.from(list, (t) =>
      plan.inactive === 0 ? t.rows.length : Math.ceil(t.rows.length / plan.inactive),
    ),
    x: Uint16Array.from(all, (r) => r.qx),
    y: Uint16Array.from(all, (r) => r.qy),
    xExact: exact ? null : Float64Array.from(all, (r) => r.x),
    yExact: exact ? null : Float64Array.from(all, (r) => r.y),
    gene: Uint16Array.from(all, (r) => r.gene),
    count: plan.wideCounts
      ? Uint32Array.from(all, (r) => r.count)
      : Uint16Array.from(all, (r) => Math.min(r.count, 65_535)),
    qv: null,
    cell: null,
  };
}

/** Slide µm of a row of a shard, as the contract of `TileGeometry` says. */
export function positionOf(shard: TableShard, tile: number, row: number): [number, number] {
  if (shard.xExact && shard.yExact) return [shard.xExact[row]!, shard.yExact[row]!];
  const { originXUm, originYUm, quantumUm, span } = shard.geometry;
  return [
    originXUm + (shard.tileCol[tile]! * span + shard.x[row]!) * quantumUm,
    originYUm + (shard.tileRow[tile]! * span + shard.y[row]!) * quantumUm,
  ];
}

/** The bins by `binAt` alone, row by row. */
export function oracleBins(
  shard: TableShard,
  weights: Float64Array | null,
  window: BinWindow,
): { out: Float64Array; molecules: number } {
  const out = new Float64Array(window.cols * window.rows);
  let molecules = 0;
  for (let tile = 0; tile < shard.tileCol.length; tile++) {
    const first = shard.tileOffset[tile]!;
    for (let i = first; i < first + shard.tileActive[tile]!; i++) {
      const [col, row] = binAt(window, ...positionOf(shard, tile, i));
      const c = col - window.col0;
      const r = row - window.row0;
      const weight = weights ? weights[shard.gene[i]!]! : 1;
      if (c < 0 || r < 0 || c >= window.cols || r >= window.rows || weight === 0) continue;
      out[r * window.cols + c]! += shard.count[i]! * weight;
      molecules += shard.count[i]!;
    }
  }
  return { out, molecules };
}

/** `binUm`, or larger where the shard would need more than some 300 bins a side. */
export function tamedBin(shard: TableShard, binUm: number): number {
  const box = boxOf(shard);
  const side = Math.max(box.maxX - box.minX, box.maxY - box.minY);
  return side / binUm > 300 ? side / 101 : binUm;
}

/** Index of the first difference, −1 when equal; far faster than `toEqual` on long arrays. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

/** Box of all rows, active or not, of a shard. */
export function boxOf(shard: TableShard): { minX: number; minY: number; maxX: number; maxY: number } {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (let tile = 0; tile < shard.tileCol.length; tile++) {
    for (let i = shard.tileOffset[tile]!; i < shard.tileOffset[tile + 1]!; i++) {
      const [x, y] = positionOf(shard, tile, i);
      box.minX = Math.min(box.minX, x);
      box.minY = Math.min(box.minY, y);
      box.maxX = Math.max(box.maxX, x);
      box.maxY = Math.max(box.maxY, y);
    }
  }
  return box;
}

export const GENES = 7;

const rowArbitrary = (position: fc.Arbitrary<number>, maxCount: number): fc.Arbitrary<Row> =>
  fc.record({
    x: position,
    y: position,
    gene: fc.nat({ max: GENES - 1 }),
    count: fc.integer({ min: 1, max: maxCount }),
  });

/** Lattices: whole quanta, often on bin and tile edges, also negative, far away, or all in one place. */
export const latticePlan: fc.Arbitrary<ShardPlan> = fc
  .record({
    originUm: fc.constantFrom(0, 0.25, -1000.1, 3.3, 1e6 + 0.5),
    quantumUm: fc.constantFrom(0.5, 0.1, 1, 0.715, 0.3),
    span: fc.constantFrom(1, 16, 100, 256, 1024, 65_536),
    wideCounts: fc.boolean(),
    inactive: fc.constantFrom(0, 0, 3),
    offset: fc.constantFrom(0, -5000, 1_000_000),
  })
  .chain((plan) => {
    const near = fc.oneof(
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: -8, max: 8 }).map((n) => n * 40),
      fc.integer({ min: -3, max: 3 }).map((n) => n * plan.span),
      fc.integer({ min: -3, max: 3 }).map((n) => n * plan.span - 1),
      fc.constant(7),
    );
    const position = near.map((n) => Math.max(-300_000, Math.min(300_000, n)) + plan.offset);
    return fc
      .array(rowArbitrary(position, plan.wideCounts ? 2 ** 31 : 300), { minLength: 1, maxLength: 200 })
      .map((rows) => ({ ...plan, exact: true, rows }));
  });

/** Continuous positions: anywhere, exactly on bin edges, on quantum edges, negative, far away. */
export const continuousPlan: fc.Arbitrary<ShardPlan> = fc
  .record({
    originUm: fc.constantFrom(0, -512, 100.125),
    quantumUm: fc.constantFrom(0.015625, 0.1, 0.37),
    span: fc.constantFrom(256, 4096, 65_536),
    wideCounts: fc.boolean(),
    inactive: fc.constantFrom(0, 0, 2),
    offset: fc.constantFrom(0, -777.7, 5e7),
  })
  .chain((plan) => {
    const near = fc.oneof(
      fc.double({ min: -400, max: 400, noNaN: true }),
      fc.integer({ min: -40, max: 40 }).map((n) => n * 10),
      fc.integer({ min: -100, max: 100 }).map((n) => plan.originUm + n * plan.quantumUm),
      fc.constant(12.5),
    );
    const position = near.map((n) => n + plan.offset);
    return fc
      .array(rowArbitrary(position, plan.wideCounts ? 2 ** 31 : 300), { minLength: 1, maxLength: 200 })
      .map((rows) => ({ ...plan, exact: false, rows }));
  });

/** Continuous positions on the edges and vertices between hexagons, or a hair beside them. */
export const hexEdgePlan: fc.Arbitrary<{ plan: ShardPlan; binUm: number }> = fc
  .constantFrom(5, 7.77, 20, 33.3)
  .chain((binUm) => {
    const lattice = { shape: "hex", binUm } as const;
    const hair = fc.oneof(
      fc.constant(0),
      fc.double({ min: -1e-6, max: 1e-6, noNaN: true }),
      fc.double({ min: -1e-10, max: 1e-10, noNaN: true }),
    );
    const edge = fc
      .record({
        col: fc.integer({ min: -6, max: 6 }),
        row: fc.integer({ min: -6, max: 6 }),
        side: fc.nat({ max: 5 }),
        along: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        dx: hair,
        dy: hair,
      })
      .map(({ col, row, side, along, dx, dy }) => {
        const [cx, cy] = binCentreUm(lattice, col, row);
        const angle = (side * Math.PI) / 3;
        const across = binUm / 2;
        const run = (along * binUm) / Math.sqrt(3);
        return {
          x: cx + Math.cos(angle) * across - Math.sin(angle) * run + dx,
          y: cy + Math.sin(angle) * across + Math.cos(angle) * run + dy,
          gene: 0,
          count: 1,
        };
      });
    return fc.array(edge, { minLength: 1, maxLength: 300 }).map((rows) => ({
      binUm,
      plan: {
        exact: false,
        originUm: 0,
        quantumUm: 0.0078125,
        span: 65_536,
        wideCounts: false,
        inactive: 0,
        rows,
      },
    }));
  });
