import type { Point } from "../core/space.ts";
import type { UmBox } from "./grid-rect.ts";
import type { PlacedRows } from "./point-rows.ts";
import { rowPlace } from "./row-place.ts";
import type { StoreReader } from "./store-reader.ts";

/** The row that a pick found, with the values of the columns that were asked for. */
export interface StorePick {
  readonly gene: number;
  readonly count: number;
  readonly xUm: number;
  readonly yUm: number;
  readonly distanceUm: number;
  readonly columns: readonly number[];
}

/**
 * The row nearest to a point within `radiusUm` (inclusive), among `genes` (null = all that are not hidden); of
 * equally near ones the last. Cost: the tiles that touch the circle; only they have every column.
 */
export async function pickRow(
  store: StoreReader,
  [atX, atY]: Point<"um">,
  radiusUm: number,
  genes: readonly number[] | null,
  hidden: Uint8Array | null,
  columns: readonly string[],
  signal?: AbortSignal,
): Promise<StorePick | undefined> {
  const place = rowPlace(store.manifest.plan);
  const past = (value: number): number => value + Math.max(1, Math.abs(value)) * 1e-12;
  const box: UmBox = {
    x0: atX - radiusUm,
    y0: atY - radiusUm,
    x1: past(atX + radiusUm),
    y1: past(atY + radiusUm),
  };
  const asked = genes && new Set(genes);
  let best: StorePick | undefined;
  const take = (rows: PlacedRows): void => {
    for (let i = 0; i < rows.n; i++) {
      const gene = rows.gene[i]!;
      if (hidden?.[gene] === 1 || asked?.has(gene) === false) continue;
      const xUm = place(rows.x[i]!);
      const yUm = place(rows.y[i]!);
      // Not the root of the sum of squares: squares of tiny differences underflow to a distance of 0.
      const distanceUm = Math.hypot(xUm - atX, yUm - atY);
      if (distanceUm > radiusUm || (best && distanceUm > best.distanceUm)) continue;
      const values = rows.columns.map((column) => column[i]!);
      best = { gene, count: rows.count[i]!, xUm, yUm, distanceUm, columns: values };
    }
  };
  await store.eachTileRows(await store.tileRanges(box, signal), take, { columns }, signal);
  return best;
}
