import { CentiscopeError } from "../../core/errors.ts";
import { MOST_SUPERS, SUPER_CELLS, type SuperTile } from "../../store/store-plan.ts";

/** Cells of a super-tile in which rows are counted. */
export const CELLS = SUPER_CELLS * SUPER_CELLS;
/** Super-tiles within so many of the zero are found without a hash. */
export const NEAR = 512;
const FIRST_ROOM = 16;

/** The super-tiles that rows lie in, each with its bucket, and what was counted in them. */
export class SuperTiles {
  /** By place, `(row + NEAR) · 2 · NEAR + col + NEAR`: the bucket, -1 for none. */
  readonly near = new Int32Array(4 * NEAR * NEAR).fill(-1);
  /** By bucket: molecules, and rows of each of its cells. Replaced by longer ones when there are more buckets. */
  totals: Float64Array = new Float64Array(FIRST_ROOM);
  cells: Uint32Array = new Uint32Array(FIRST_ROOM * CELLS);
  private readonly far = new Map<string, number>();
  private readonly tiles: { readonly col: number; readonly row: number }[] = [];
  private readonly span = { col0: Infinity, row0: Infinity, col1: -Infinity, row1: -Infinity };
  private readonly create: () => number;
  private readonly file: string;
  private readonly unitsPerSuper: number;

  /** `create` makes a bucket: 0, 1, 2, … */
  constructor(create: () => number, file: string, unitsPerSuper: number) {
    this.create = create;
    this.file = file;
    this.unitsPerSuper = unitsPerSuper;
  }

  /** Molecules of all. */
  get total(): number {
    return this.totals.reduce((sum, total) => sum + total, 0);
  }

  /** All super-tiles by bucket; `rows` says how many rows a bucket has. */
  all(rows: (bucket: number) => number): SuperTile[] {
    return this.tiles.map((tile, bucket) => ({
      ...tile,
      rows: rows(bucket),
      total: this.totals[bucket]!,
      cells: this.cells.slice(bucket * CELLS, (bucket + 1) * CELLS),
    }));
  }

  /** The bucket of a super-tile; a new one when it is the first row in it. */
  bucketOf(col: number, row: number): number {
    const isNear = col >= -NEAR && col < NEAR && row >= -NEAR && row < NEAR;
    const place = (row + NEAR) * 2 * NEAR + col + NEAR;
    const found = isNear ? this.near[place]! : (this.far.get(`${col},${row}`) ?? -1);
    if (found >= 0) return found;
    this.checkSpan(col, row);
    const bucket = this.create();
    this.tiles.push({ col, row });
    if (bucket === this.totals.length) {
      const { totals, cells } = this;
      this.totals = new Float64Array(2 * bucket);
      this.totals.set(totals);
      this.cells = new Uint32Array(2 * bucket * CELLS);
      this.cells.set(cells);
    }
    if (isNear) this.near[place] = bucket;
    else this.far.set(`${col},${row}`, bucket);
    return bucket;
  }

  /** Positions all over the place are refused before each has taken a bucket. */
  private checkSpan(col: number, row: number): void {
    const { span, file } = this;
    span.col0 = Math.min(span.col0, col);
    span.col1 = Math.max(span.col1, col);
    span.row0 = Math.min(span.row0, row);
    span.row1 = Math.max(span.row1, row);
    const side = Math.max(span.col1 - span.col0, span.row1 - span.row0) + 1;
    if (side <= MOST_SUPERS) return;
    const { unitsPerSuper } = this;
    throw new CentiscopeError("convert-extent", {
      file,
      found: side * unitsPerSuper,
      most: MOST_SUPERS * unitsPerSuper,
    });
  }
}
