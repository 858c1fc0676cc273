/**
 * Random access to one file's bytes, wherever it lies. The contract that every reader works over.
 * Implementations: `http.ts` (ranges), `blob.ts` (File, Blob), `memory.ts`.
 */
export interface ByteSource {
  /** The file's name as the user knows it (last path segment), for messages. */
  readonly name: string;
  /** Total size in bytes. For HTTP it costs one ranged request, once. */
  size(signal?: AbortSignal): Promise<number>;
  /**
   * Bytes `[start, end)`, clamped to the size. Resolves to exactly those bytes or rejects: with a
   * `CentiscopeError` naming the file, or with the signal's reason.
   */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** All bytes in order, for formats that must be read whole. Backpressure is respected. */
  stream(signal?: AbortSignal): ReadableStream<Uint8Array>;
}

/** One file of a dropped folder or a URL list: a path relative to what the user opened, and its bytes. */
export interface SourceFile {
  /** Forward slashes, no leading slash: `points/transcripts/points.parquet/part.0.parquet`. */
  readonly path: string;
  readonly source: ByteSource;
}
