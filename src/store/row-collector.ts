import type { ColumnValues } from "./column-writer.ts";
import type { UmBox } from "./grid-rect.ts";
import type { PlacedRows } from "./point-rows.ts";
import { rowPlace } from "./row-place.ts";
import type { RowRange } from "./rows-reader.ts";
import type { StoreManifest } from "./store-manifest.ts";

/** Rows as they were in the source: positions in its units, genes by rank. */
export interface StoreRows {
  readonly rows: number;
  /** (n,) Int32Array on a lattice, else Float64Array. */
  readonly x: Int32Array | Float64Array;
  readonly y: Int32Array | Float64Array;
  readonly gene: Uint32Array;
  readonly count: Uint32Array;
  /** By the name of each column asked for. */
  readonly columns: ReadonlyMap<string, ColumnValues>;
}

/** Collects the rows of pieces that lie in the bounds. */
export class RowCollector {
  private readonly manifest: StoreManifest;
  private readonly bounds: UmBox | null;
  private readonly x: Int32Array | Float64Array;
  private readonly y: Int32Array | Float64Array;
  private readonly gene: Uint32Array;
  private readonly count: Uint32Array;
  private readonly columns: readonly (readonly [string, ColumnValues])[];
  private n = 0;

  constructor(
    manifest: StoreManifest,
    ranges: readonly RowRange[],
    bounds: UmBox | null,
    columns: readonly string[],
  ) {
    const most = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    const Position = manifest.plan.lattice ? Int32Array : Float64Array;
    this.manifest = manifest;
    this.bounds = bounds;
    this.x = new Position(most);
    this.y = new Position(most);
    this.gene = new Uint32Array(most);
    this.count = new Uint32Array(most);
    this.columns = columns.map((name) => {
      const { dtype } = manifest.columns.find((column) => column.name === name)!;
      const type = {
        uint8: Uint8Array,
        uint32: Uint32Array,
        int32: Int32Array,
        float32: Float32Array,
        float64: Float64Array,
      }[dtype];
      return [name, new type(most)];
    });
  }

  add({ n, x, y, gene, count, columns }: PlacedRows): void {
    const place = rowPlace(this.manifest.plan);
    const { bounds } = this;
    for (let i = 0; i < n; i++) {
      if (bounds) {
        const xUm = place(x[i]!);
        const yUm = place(y[i]!);
        if (!(xUm >= bounds.x0 && xUm < bounds.x1 && yUm >= bounds.y0 && yUm < bounds.y1)) continue;
      }
      this.x[this.n] = x[i]!;
      this.y[this.n] = y[i]!;
      this.gene[this.n] = gene[i]!;
      this.count[this.n] = count[i]!;
      for (let k = 0; k < columns.length; k++) this.columns[k]![1][this.n] = columns[k]![i]!;
      this.n += 1;
    }
  }

  finish(): StoreRows {
    const { n } = this;
    return {
      rows: n,
      x: this.x.subarray(0, n),
      y: this.y.subarray(0, n),
      gene: this.gene.subarray(0, n),
      count: this.count.subarray(0, n),
      columns: new Map(this.columns.map(([name, values]) => [name, values.subarray(0, n)])),
    };
  }
}
