import type { TableShard } from "../../src/core/table.ts";
import { randomFrom } from "./bench.ts";

/** Tiles along a side, and quanta (0.5 µm) along a tile's: 10.2 × 10.2 mm, as a chip of 1 cm². */
export const TILES = 20;
export const SPAN = 1024;
export const QUANTUM_UM = 0.5;
export const SIDE_UM = TILES * SPAN * QUANTUM_UM;
export const GENES = 25_000;

/**
 * Seeded rows on a lattice: even over the tiles, half of them around 30 cells of each tile; gene codes by a power
 * law over 25 000; 88 % of counts are 1. Tiles `from … to` only.
 */
export function benchShard(seed: number, rows: number, from = 0, to = TILES * TILES): TableShard {
  const perTile = Math.floor(rows / (TILES * TILES));
  const tiles = to - from;
  const n = perTile * tiles;
  const x = new Uint16Array(n);
  const y = new Uint16Array(n);
  const gene = new Uint16Array(n);
  const count = new Uint16Array(n);
  for (let tile = 0; tile < tiles; tile++) {
    const random = randomFrom(seed + from + tile);
    const cells = Array.from({ length: 60 }, () => 40 + random() * (SPAN - 80));
    for (let i = tile * perTile; i < (tile + 1) * perTile; i++) {
      if (i % 2 === 0) {
        x[i] = random() * SPAN;
        y[i] = random() * SPAN;
      } else {
        const cell = Math.floor(random() * 30);
        x[i] = cells[2 * cell]! + (random() + random() - 1) * 40;
        y[i] = cells[2 * cell + 1]! + (random() + random() - 1) * 40;
      }
      gene[i] = Math.floor(GENES * random() ** 4);
      count[i] = random() < 0.88 ? 1 : 2 + random() * 4;
    }
  }
  return {
    geometry: {
      exact: true,
      originXUm: QUANTUM_UM / 2,
      originYUm: QUANTUM_UM / 2,
      quantumUm: QUANTUM_UM,
      span: SPAN,
    },
    tileCol: Int32Array.from({ length: tiles }, (_, t) => (from + t) % TILES),
    tileRow: Int32Array.from({ length: tiles }, (_, t) => Math.floor((from + t) / TILES)),
    tileOffset: Uint32Array.from({ length: tiles + 1 }, (_, t) => t * perTile),
    tileActive: new Uint32Array(tiles).fill(perTile),
    x,
    y,
    xExact: null,
    yExact: null,
    gene,
    count,
    qv: null,
    cell: null,
  };
}

/** The same rows as continuous positions, 512 µm a tile, as a Xenium table stands in memory. */
export function continuous(shard: TableShard): TableShard {
  const { originXUm, originYUm, quantumUm, span } = shard.geometry;
  const n = shard.x.length;
  const xExact = new Float64Array(n);
  const yExact = new Float64Array(n);
  for (let tile = 0; tile < shard.tileCol.length; tile++) {
    for (let i = shard.tileOffset[tile]!; i < shard.tileOffset[tile + 1]!; i++) {
      xExact[i] = originXUm + (shard.tileCol[tile]! * span + shard.x[i]!) * quantumUm;
      yExact[i] = originYUm + (shard.tileRow[tile]! * span + shard.y[i]!) * quantumUm;
    }
  }
  const side = span * quantumUm;
  const finer = 65_536 / span;
  return {
    ...shard,
    geometry: { exact: false, originXUm: 0, originYUm: 0, quantumUm: side / 65_536, span: 65_536 },
    x: shard.x.map((q) => (q + 0.5) * finer),
    y: shard.y.map((q) => (q + 0.5) * finer),
    xExact,
    yExact,
  };
}
