import type { ColumnRoles } from "../core/column-guess.ts";

/** How far a reader is. `bytesTotal` is 0 when the size is not known. */
export interface ReadProgress {
  /** Bytes of the file as stored (compressed ones for gzip). */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly rows: number;
}

/** Bounds on what a hostile or mistaken file may cost. */
export interface Budget {
  /** Most bytes that a compressed file may unpack to. */
  readonly bytes: number;
}

/** What every expression reader takes. */
export interface ReadOptions {
  /** Aborting rejects with the signal's reason within 200 ms. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  readonly budget?: Budget | undefined;
  /** Which columns hold what, as the user chose; without it they are recognised by name. */
  readonly roles?: ColumnRoles | undefined;
  /** Also keep the columns that only a conversion needs: z and exon counts. */
  readonly extras?: boolean | undefined;
  /** Most rows, {@link MAX_ROWS} when absent; one more is a LimitError. */
  readonly maxRows?: number | undefined;
}

/** 16 GiB of text hold far more than 20 M rows; what unpacks to more is a mistake or a bomb. */
export const DEFAULT_BUDGET: Budget = { bytes: 16 * 2 ** 30 };
