import type { CentiscopeError } from "../../core/errors.ts";
import type { PlacedRows } from "../../store/point-rows.ts";
import type { StoreReader } from "../../store/store-reader.ts";
import type { RowBatch, RowSource } from "../row-source.ts";
import { emptyColumn } from "./record-layout.ts";

/** Rows of a batch, about. */
const BATCH_ROWS = 1 << 18;
/** Tiles asked for at once; most are small, and rows are handed on as they come. */
const BATCH_TILES = 64;

/**
 * A store as a source of rows: for converting it anew and for checking it. Strings come as the codes of their
 * dictionary when `codes` is set.
 */
export async function storeSource(store: StoreReader, path: string, codes = false): Promise<RowSource> {
  const { manifest } = store;
  const { plan } = manifest;
  const genes = await store.genes();
  const extra = manifest.columns.filter(({ name }) => plan.lattice || (name !== "x" && name !== "y"));
  const dictionaries = new Map<string, readonly string[]>();
  for (const { name } of extra.filter(({ dictionary }) => dictionary)) {
    const length = store.arrays.reader(`dictionaries/${name}`).array.shape[0]!;
    dictionaries.set(name, await store.arrays.strings(`dictionaries/${name}`, length));
  }
  const wrongCode = (name: string, code: number): CentiscopeError =>
    store.arrays.values(`points/columns/${name}`, `string ${code} of ${dictionaries.get(name)!.length}`);
  return {
    path,
    platform: manifest.platform,
    formatVersion: `centiscope ${manifest.source.formatVersion}`,
    lattice: plan.lattice,
    unitUm: plan.unitUm,
    extraColumns: extra.map(({ name, dtype }) => ({
      name,
      // The only float64 columns are x and y.
      dtype: dictionaries.has(name) && !codes ? "string" : (dtype as "uint8"),
    })),
    rowsExpected: plan.rows,
    sizeBytes: 0,
    genes: () => ({ names: genes.names, ids: genes.ids, isControl: genes.isControl }),
    async *batches(signal) {
      const names = extra.map(({ name }) => name);
      const rows = await store.rowsOfTiles({ columns: names }, signal);
      const tiles = 4 ** (plan.gridLog2 - plan.tileLog2);
      for (let first = 0; first < tiles; first += BATCH_TILES) {
        const some = Array.from({ length: Math.min(BATCH_TILES, tiles - first) }, (_, k) => first + k);
        const segments = await rows.segments(some, signal);
        const n = segments.reduce((sum, { start, end }) => sum + end - start, 0);
        if (n === 0) continue;
        const batch = new BatchFill(n, plan.lattice, extra, { dictionaries, codes, wrongCode });
        await rows.each(some, segments, (piece) => batch.add(piece), signal);
        for (let from = 0; from < n; from += BATCH_ROWS)
          yield batch.slice(from, Math.min(n, from + BATCH_ROWS));
      }
    },
  };
}

/** Dictionaries by column, whether their codes are handed on as they are, and the failure of one outside. */
interface Texts {
  readonly dictionaries: ReadonlyMap<string, readonly string[]>;
  readonly codes: boolean;
  readonly wrongCode: (name: string, code: number) => CentiscopeError;
}

class BatchFill {
  private readonly x: Float64Array | Int32Array;
  private readonly y: Float64Array | Int32Array;
  private readonly gene: Uint32Array;
  private readonly count: Uint32Array;
  private readonly columns: readonly {
    readonly name: string;
    readonly values: ReturnType<typeof emptyColumn>;
  }[];
  private readonly texts: Texts;
  private n = 0;

  constructor(
    rows: number,
    lattice: boolean,
    columns: readonly { readonly name: string; readonly dtype: Parameters<typeof emptyColumn>[0] }[],
    texts: Texts,
  ) {
    this.x = lattice ? new Int32Array(rows) : new Float64Array(rows);
    this.y = lattice ? new Int32Array(rows) : new Float64Array(rows);
    this.gene = new Uint32Array(rows);
    this.count = new Uint32Array(rows);
    this.columns = columns.map(({ name, dtype }) => ({ name, values: emptyColumn(dtype, rows) }));
    this.texts = texts;
  }

  add({ n, x, y, gene, count, columns }: PlacedRows): void {
    this.x.set(x, this.n);
    this.y.set(y, this.n);
    this.gene.set(gene, this.n);
    this.count.set(count, this.n);
    this.columns.forEach(({ values }, k) => {
      values.set(columns[k]!, this.n);
    });
    this.n += n;
  }

  slice(from: number, to: number): RowBatch {
    const extra = this.columns.map(({ name, values }) => {
      const part = values.subarray(from, to);
      const { dictionaries, codes, wrongCode } = this.texts;
      const strings = dictionaries.get(name);
      if (!strings) return [name, part];
      for (const code of part) if (!(code < strings.length)) throw wrongCode(name, code);
      return [name, codes ? part : Array.from(part, (code) => strings[code]!)];
    });
    return {
      rows: to - from,
      x: this.x.subarray(from, to),
      y: this.y.subarray(from, to),
      gene: this.gene.subarray(from, to),
      count: this.count.subarray(from, to),
      extra: Object.fromEntries(extra) as RowBatch["extra"],
    };
  }
}
