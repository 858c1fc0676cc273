import type { Affine } from "../src/core/affine.ts";
import type { ColumnGuess, ColumnRoles } from "../src/core/column-guess.ts";
import type {
  BinQuery,
  BinRaster,
  ExpressionInfo,
  FilterSummary,
  GeneTable,
  PickedRow,
  PointTile,
  RegionSums,
  RowFilter,
  ViewArea,
  ViewCount,
} from "../src/core/expression.ts";
import type { PackedArea } from "../src/core/packed-area.ts";
import type { FoundRow } from "../src/core/row-pick.ts";
import type { Bounds, Point } from "../src/core/space.ts";
import type { CoordinateFrame, ReaderWarning, TableShard } from "../src/core/table.ts";
import type { DecodedChunk, EncodedChunks } from "../src/store/chunk-decoder.ts";

/** A file as it crosses to a worker: a Blob is passed by reference, an address is absolute. */
export type WorkerFile =
  | { readonly kind: "blob"; readonly path: string; readonly blob: Blob }
  | { readonly kind: "url"; readonly path: string; readonly url: string };

/**
 * An image, an OME-Zarr image (the metadata of its group first), a table or a store among files; paths are those given or `added`, in the reader's order. A table is read
 * whole, a store in parts.
 */
export interface FoundPart {
  readonly name: string;
  readonly kind: "image" | "zarr-image" | "table" | "store";
  readonly paths: readonly string[];
  /** Of a store beside a picture that is aligned to its Xenium run: from the run's own pixels to the picture's. */
  readonly alignment?: Affine<"imagePx", "imagePx"> | undefined;
}

/** What a set of files holds. */
export interface FilesFound {
  readonly image: FoundPart | null;
  readonly expression: FoundPart | null;
  /** Files that were not given: those found at the address of a whole store. */
  readonly added: readonly WorkerFile[];
  readonly warnings: readonly ReaderWarning[];
}

export type ReadAnswer =
  | {
      /** The columns cannot be told by name: ask, then read again with roles. */
      readonly status: "columns";
      readonly file: string;
      readonly names: readonly string[];
      readonly sample: readonly (readonly string[])[];
      readonly guess: ColumnGuess;
    }
  | {
      /** Read and held by the worker until `build`. */
      readonly status: "read";
      readonly file: string;
      readonly rows: number;
      readonly frame: CoordinateFrame;
      /** Width and height of the positions, in the file's unit. */
      readonly extent: readonly [width: number, height: number];
      readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
      readonly warnings: readonly ReaderWarning[];
    };

/** Names as UTF-8: name `i` is `bytes[offsets[i] … offsets[i+1]]`. A transfer costs the page nothing, however many. */
export interface PackedNames {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** A table ready for shard workers; all columns are transferred. */
export interface LoadedTable {
  readonly genes: GeneTable;
  readonly info: ExpressionInfo;
  readonly shards: readonly TableShard[];
  readonly cellNames: PackedNames | null;
}

export type LoadReport =
  | {
      readonly stage: "reading";
      readonly bytesRead: number;
      readonly bytesTotal: number;
      readonly rows: number;
    }
  | { readonly stage: "sorting"; readonly fraction: number };

/** Reads and sorts one table: `[request, answer]` of each method. */
export interface LoadMethods {
  inspect: readonly [{ readonly files: readonly WorkerFile[] }, FilesFound];
  read: readonly [{ readonly files: readonly WorkerFile[]; readonly roles: ColumnRoles | null }, ReadAnswer];
  build: readonly [
    { readonly instrumentToUm: Affine<"instrument", "um">; readonly maxShards: number },
    LoadedTable,
  ];
}

/** One shard's share of a query's sums, before smoothing and statistic. See `binRaster`. */
export interface ShardSums {
  /** (rows × cols,) of the counted window, float64; transferred. */
  readonly genes: Float64Array;
  /** The same of the ratio's denominator; null for other statistics. */
  readonly versus: Float64Array | null;
  /** Molecules of `query.genes` in the shown window. */
  readonly count: number;
}

export interface ShardTotals {
  readonly rows: number;
  readonly count: number;
  /** (G,) molecules per gene that pass. */
  readonly totals: Float64Array;
}

/** Holds one shard and answers about its rows. Buffers in requests and answers are transferred. */
export interface ShardMethods {
  /** Takes the shard over, all its rows active; answers with their number. */
  adopt: readonly [
    { readonly shard: TableShard; readonly isControl: Uint8Array; readonly file: string },
    number,
  ];
  filter: readonly [RowFilter, ShardTotals];
  accumulate: readonly [BinQuery, ShardSums];
  /** Adds up the shards' sums and makes the raster: smoothing, statistic, histogram. */
  finish: readonly [{ readonly query: BinQuery; readonly parts: readonly ShardSums[] }, BinRaster];
  count: readonly [{ readonly area: ViewArea; readonly genes: readonly number[] | null }, ViewCount];
  geneCounts: readonly [ViewArea, Float64Array];
  /** Corners in slide µm. Reports a `RegionBracket` first when `bracket` is asked for. */
  region: readonly [{ readonly area: PackedArea; readonly bracket: boolean }, RegionSums];
  points: readonly [
    {
      readonly boundsUm: Bounds<"um">;
      readonly genes: readonly number[] | null;
      readonly keyPrefix: string;
      readonly have: ReadonlySet<string>;
    },
    PointTile[],
  ];
  pick: readonly [
    { readonly at: Point<"um">; readonly radiusUm: number; readonly genes: readonly number[] | null },
    FoundRow | null,
  ];
}

/** A store that was opened, and what ties it to the slide. */
export interface OpenedStore {
  readonly info: ExpressionInfo;
  readonly genes: GeneTable;
  readonly umPerUnit: number;
  readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
  /** True when its rows were made up. */
  readonly simulated: boolean;
}

/** Holds one store open and answers about its rows. Buffers in answers are transferred. */
export interface StoreMethods {
  open: readonly [
    { readonly files: readonly WorkerFile[]; readonly alignment?: FoundPart["alignment"] },
    OpenedStore,
  ];
  filter: readonly [RowFilter, FilterSummary];
  bins: readonly [BinQuery, BinRaster];
  /** Null: to be counted, more would have to be read than a view is worth. */
  count: readonly [{ readonly area: ViewArea; readonly genes: readonly number[] | null }, ViewCount | null];
  geneCounts: readonly [ViewArea, Float64Array];
  region: ShardMethods["region"];
  points: ShardMethods["points"];
  pick: readonly [
    { readonly at: Point<"um">; readonly radiusUm: number; readonly genes: readonly number[] | null },
    PickedRow | null,
  ];
  prefetch: readonly [{ readonly boundsUm: Bounds<"um">; readonly binUm: number | null }, null];
}

/** Unpacks chunks of a store for the store's worker. `bytes` are handed over, and the chunks back. */
export interface DecodeMethods {
  decode: readonly [EncodedChunks, readonly DecodedChunk[]];
}

/** The services that workers offer, by the name of their entry. */
export interface WorkerMethods {
  load: LoadMethods;
  shard: ShardMethods;
  store: StoreMethods;
  decode: DecodeMethods;
}

export type WorkerKind = keyof WorkerMethods;
export type RequestOf<
  K extends WorkerKind,
  M extends keyof WorkerMethods[K],
> = WorkerMethods[K][M] extends readonly [infer Request, unknown] ? Request : never;
export type ResultOf<
  K extends WorkerKind,
  M extends keyof WorkerMethods[K],
> = WorkerMethods[K][M] extends readonly [unknown, infer Result] ? Result : never;
