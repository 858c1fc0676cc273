import type { PointTile } from "./expression.ts";
import { tileBox } from "./row-area.ts";
import type { GeneMask } from "./row-query.ts";
import { type Bounds, um } from "./space.ts";
import type { TableShard } from "./table.ts";

const none = new Uint16Array();

/**
 * Every active row of the tiles that touch the box, of the genes asked for, 8 bytes a row. A tile's key is
 * `keyPrefix` and its number; tiles whose key is in `have` come without data. Continuous positions are drawn at
 * the middle of their quantum, so the error is half a quantum at most. The arrays are new: transfer them.
 */
export function* pointSteps(
  shard: TableShard,
  boundsUm: Bounds<"um">,
  mask: GeneMask,
  keyPrefix: string,
  have: ReadonlySet<string>,
): Generator<void, PointTile[]> {
  const { originXUm, originYUm, quantumUm, span, exact } = shard.geometry;
  const middle = exact ? 0 : quantumUm / 2;
  const tiles: PointTile[] = [];
  for (let tile = 0; tile < shard.tileActive.length; tile++) {
    if (shard.tileActive[tile] === 0) continue;
    const box = tileBox(shard, tile);
    const touches =
      box.minX < boundsUm.maxX &&
      box.maxX >= boundsUm.minX &&
      box.minY < boundsUm.maxY &&
      box.maxY >= boundsUm.minY;
    if (!touches) continue;
    const key = `${keyPrefix}${tile}`;
    const data = have.has(key) ? none : mask === null ? packAll(shard, tile) : packSome(shard, tile, mask);
    tiles.push({
      key,
      originUm: um(
        originXUm + shard.tileCol[tile]! * span * quantumUm + middle,
        originYUm + shard.tileRow[tile]! * span * quantumUm + middle,
      ),
      quantumUm,
      rows: data.length / 4,
      data,
    });
    yield;
  }
  return tiles;
}

function packAll(shard: TableShard, tile: number): Uint16Array {
  const { x, y, gene, count } = shard;
  const first = shard.tileOffset[tile]!;
  const rows = shard.tileActive[tile]!;
  const data = new Uint16Array(4 * rows);
  for (let i = 0, at = 0; i < rows; i++, at += 4) {
    data[at] = x[first + i]!;
    data[at + 1] = y[first + i]!;
    data[at + 2] = gene[first + i]!;
    data[at + 3] = Math.min(65_535, count[first + i]!);
  }
  return data;
}

function packSome(shard: TableShard, tile: number, mask: Uint8Array): Uint16Array {
  const { x, y, gene, count } = shard;
  const first = shard.tileOffset[tile]!;
  const end = first + shard.tileActive[tile]!;
  let rows = 0;
  for (let i = first; i < end; i++) rows += mask[gene[i]!]!;
  const data = new Uint16Array(4 * rows);
  for (let i = first, at = 0; i < end; i++) {
    if (mask[gene[i]!] === 0) continue;
    data[at++] = x[i]!;
    data[at++] = y[i]!;
    data[at++] = gene[i]!;
    data[at++] = Math.min(65_535, count[i]!);
  }
  return data;
}
