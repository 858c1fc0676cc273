import { type Affine, affine } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { isValid } from "./column-vector.ts";
import { openParquet, vectorTexts } from "./parquet-file.ts";
import type { ParquetGroup } from "./parquet-groups.ts";

/** Columns of `tissue_positions.parquet` [10x "Space Ranger outputs"]. */
export const POSITION_COLUMNS = [
  "barcode",
  "array_row",
  "array_col",
  "pxl_row_in_fullres",
  "pxl_col_in_fullres",
] as const;

export interface VisiumPositions {
  /** Row and column of a barcode, as row · 2^26 + column; only filled when asked for. */
  readonly places: ReadonlyMap<string, number>;
  /** From (array_col, array_row) to pixels of the full-resolution image, by least squares; null when undetermined. */
  readonly toImagePx: Affine<"instrument", "imagePx"> | null;
  /** Root mean square of what the fit leaves, in pixels. */
  readonly residualPx: number;
}

export const PLACE = 2 ** 26;

/** Reads where barcodes lie, and fits the image to their lattice. Throws CentiscopeErrors. */
export async function readVisiumPositions(
  source: ByteSource,
  withPlaces: boolean,
  signal?: AbortSignal,
): Promise<VisiumPositions> {
  const file = await openParquet(source, signal);
  const places = new Map<string, number>();
  const fit = new LatticeFit();
  for await (const group of file.groups(withPlaces ? POSITION_COLUMNS : POSITION_COLUMNS.slice(1))) {
    signal?.throwIfAborted();
    const rows = numbers(group, "array_row", source.name);
    const cols = numbers(group, "array_col", source.name);
    const pixelRows = numbers(group, "pxl_row_in_fullres", source.name);
    const pixelCols = numbers(group, "pxl_col_in_fullres", source.name);
    const barcodes = withPlaces ? texts(group, "barcode", source.name) : [];
    for (let i = 0; i < rows.length; i++) {
      const [row, col] = [rows[i]!, cols[i]!];
      if (withPlaces) places.set(barcodes[i]!, row * PLACE + col);
      fit.add(col, row, pixelCols[i]!, pixelRows[i]!);
    }
  }
  return { places, ...fit.solve() };
}

function vectorsOf(group: ParquetGroup, column: string, file: string) {
  const vectors = group.vectors(column);
  if (vectors) return vectors;
  throw new CentiscopeError("column-unknown", { file, column, columns: POSITION_COLUMNS.join(", ") });
}

/** A column of a row group; NaN where nothing is stored. */
function numbers(group: ParquetGroup, column: string, file: string): Float64Array {
  const out = new Float64Array(group.rows);
  let done = 0;
  for (const vector of vectorsOf(group, column, file)) {
    if (vector.kind !== "number" && vector.kind !== "long") {
      throw new CentiscopeError("column-type", { file, column, found: vector.kind, expected: "number" });
    }
    for (let i = 0; i < vector.length; i++) {
      out[done++] = isValid(vector.valid, i) ? Number(vector.values[i]) : Number.NaN;
    }
  }
  return out;
}

function texts(group: ParquetGroup, column: string, file: string): string[] {
  const out: string[] = [];
  for (const vector of vectorsOf(group, column, file)) {
    for (const text of vectorTexts(vector, vector.length)) out.push(text);
  }
  return out;
}

/** Least squares of an affine map by its sums, about the first point, so that float64 loses nothing that counts. */
class LatticeFit {
  private count = 0;
  private origin: readonly [number, number, number, number] = [0, 0, 0, 0];
  private readonly sum = {
    x: 0,
    y: 0,
    u: 0,
    v: 0,
    xx: 0,
    xy: 0,
    yy: 0,
    xu: 0,
    yu: 0,
    xv: 0,
    yv: 0,
    uu: 0,
    vv: 0,
  };

  add(px: number, py: number, pu: number, pv: number): void {
    if (![px, py, pu, pv].every(Number.isFinite)) return;
    if (this.count++ === 0) this.origin = [px, py, pu, pv];
    const [x, y] = [px - this.origin[0], py - this.origin[1]];
    const [u, v] = [pu - this.origin[2], pv - this.origin[3]];
    const { sum } = this;
    sum.x += x;
    sum.y += y;
    sum.u += u;
    sum.v += v;
    sum.xx += x * x;
    sum.xy += x * y;
    sum.yy += y * y;
    sum.xu += x * u;
    sum.yu += y * u;
    sum.xv += x * v;
    sum.yv += y * v;
    sum.uu += u * u;
    sum.vv += v * v;
  }

  solve(): Pick<VisiumPositions, "toImagePx" | "residualPx"> {
    const { count: n, sum: s } = this;
    const [xx, xy, yy] = [s.xx - (s.x * s.x) / n, s.xy - (s.x * s.y) / n, s.yy - (s.y * s.y) / n];
    const determinant = xx * yy - xy * xy;
    if (n < 3 || !(determinant > 1e-9 * xx * yy)) return { toImagePx: null, residualPx: 0 };
    const solve = (xt: number, yt: number) =>
      [(xt * yy - yt * xy) / determinant, (yt * xx - xt * xy) / determinant] as const;
    const [xu, yu] = [s.xu - (s.x * s.u) / n, s.yu - (s.y * s.u) / n];
    const [xv, yv] = [s.xv - (s.x * s.v) / n, s.yv - (s.y * s.v) / n];
    const [a, c] = solve(xu, yu);
    const [b, d] = solve(xv, yv);
    const [x0, y0, u0, v0] = this.origin;
    const e = u0 + s.u / n - a * (x0 + s.x / n) - c * (y0 + s.y / n);
    const f = v0 + s.v / n - b * (x0 + s.x / n) - d * (y0 + s.y / n);
    const left = s.uu - (s.u * s.u) / n - a * xu - c * yu + (s.vv - (s.v * s.v) / n - b * xv - d * yv);
    return { toImagePx: affine(a, b, c, d, e, f), residualPx: Math.sqrt(Math.max(0, left) / n) };
  }
}
