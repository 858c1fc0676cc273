import { addHexRow, hexIndex } from "../core/bin-hex.ts";
import { windowBoundsUm } from "../core/bin-window.ts";
import type { BinWindow, GeneSet } from "../core/expression.ts";
import type { UmBox } from "./grid-rect.ts";
import type { PlacedRows } from "./point-rows.ts";
import { rowPlace } from "./row-place.ts";
import type { StoreReader } from "./store-reader.ts";

/**
 * Sums of a gene set (null: of every gene) in the bins of a window: (rows × cols,) float64, row-major. Squares come
 * from the stored bins that divide them; hexagons from every spot's total or, of single genes and where positions
 * are continuous, from the rows.
 */
export async function windowSums(
  store: StoreReader,
  genes: GeneSet | null,
  window: BinWindow,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const out = new Float64Array(window.cols * window.rows);
  if (window.shape === "square") await addSquares(store, genes, window, out, signal);
  else await addHexagons(store, genes, window, out, signal);
  return out;
}

async function addSquares(
  store: StoreReader,
  genes: GeneSet | null,
  { binUm, col0, row0, cols, rows }: BinWindow,
  out: Float64Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  // From the middle of the first bin to the middle of the last: no rounding of an edge adds or drops one.
  const box: UmBox = {
    x0: (col0 + 0.5) * binUm,
    y0: (row0 + 0.5) * binUm,
    x1: (col0 + cols - 0.5) * binUm,
    y1: (row0 + rows - 0.5) * binUm,
  };
  const grid = genes
    ? await store.geneBins(genes.codes, genes.weights, binUm, box, signal)
    : await store.totals(binUm, box, signal);
  // A window beside the chip has no stored bin: its grid is empty, and lies where the chip begins.
  if (grid.values.length === 0) return;
  for (let row = 0; row < grid.rows; row++) {
    const values = grid.values.subarray(row * grid.cols, (row + 1) * grid.cols);
    out.set(values, (grid.row0 - row0 + row) * cols + grid.col0 - col0);
  }
}

async function addHexagons(
  store: StoreReader,
  genes: GeneSet | null,
  window: BinWindow,
  out: Float64Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { minX, minY, maxX, maxY } = windowBoundsUm(window);
  const box: UmBox = { x0: minX, y0: minY, x1: maxX, y1: maxY };
  const { plan } = store.manifest;
  const { lattice, unitUm } = plan;
  const place = rowPlace(plan);
  const add = (x: number, y: number, value: number): void => {
    const index = hexIndex(place(x), place(y), window);
    if (index >= 0) out[index] = out[index]! + value;
  };
  if (!genes && lattice) {
    return store.eachSpotRow(
      box,
      (x, y, counts) => addHexRow(counts, x + 0.5, unitUm, place(y), window, out),
      signal,
    );
  }
  if (!genes) {
    const found = await store.tileRanges(box, signal);
    const take = ({ n, x, y, count }: PlacedRows): void => {
      for (let i = 0; i < n; i++) add(x[i]!, y[i]!, count[i]!);
    };
    return store.eachTileRows(found, take, {}, signal);
  }
  const weights = new Map(genes.codes.map((code, i) => [code, genes.weights[i]!]));
  const found = await store.geneRanges(genes.codes, box, signal);
  const take = ({ n, x, y, count }: PlacedRows, range: number): void => {
    const weight = weights.get(found.owners[range]!)!;
    for (let i = 0; i < n; i++) add(x[i]!, y[i]!, weight * count[i]!);
  };
  return store.eachGeneRows(found, take, {}, signal);
}
