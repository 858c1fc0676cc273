/** A batch of rows in the instrument's coordinates, columns of equal length; they hold until the next batch is asked for. */
export interface RowBatch {
  readonly rows: number;
  readonly x: Float64Array | Int32Array;
  readonly y: Float64Array | Int32Array;
  readonly gene: Uint32Array;
  readonly count: Uint32Array;
  readonly extra: Readonly<
    Record<string, Float32Array | Int32Array | Uint32Array | Uint8Array | readonly string[]>
  >;
}
/** What a source says before its rows: `unitUm` is µm per unit of x and y, on a lattice the pitch of its spots. Genes may grow while batches come; `genes()` is whole after the last. */
export interface RowSource {
  readonly path: string;
  readonly platform: string;
  readonly formatVersion: string;
  readonly lattice: boolean;
  readonly unitUm: number;
  readonly extraColumns: readonly {
    readonly name: string;
    readonly dtype: "float32" | "int32" | "uint32" | "uint8" | "string";
  }[];
  readonly rowsExpected: number | null;
  batches(signal: AbortSignal): AsyncIterable<RowBatch>;
  genes(): {
    readonly names: readonly string[];
    readonly ids: readonly string[] | null;
    readonly isControl: Uint8Array | null;
  };
  readonly sizeBytes: number;
}
