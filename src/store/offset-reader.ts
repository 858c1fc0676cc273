import type { ArrayReader } from "./array-reader.ts";
import type { StoreArrays } from "./store-arrays.ts";

/** Reads single numbers of a long uint64 array. */
export class OffsetReader {
  private readonly arrays: StoreArrays;
  private readonly reader: ArrayReader;

  constructor(arrays: StoreArrays, path: string, length: number) {
    this.arrays = arrays;
    this.reader = arrays.expect(path, "uint64", [length]);
  }

  /** The numbers at ascending places. */
  async at(places: readonly number[], signal?: AbortSignal): Promise<Float64Array> {
    const length = this.reader.array.chunk[0]!;
    const wanted = [...new Set(places.map((place) => Math.floor(place / length)))];
    const values = await this.reader.read(wanted, signal);
    const chunks = new Map(
      wanted.map((chunk, i) => {
        const bytes = values[i];
        if (!bytes) throw this.arrays.missing(this.reader.path, String(chunk));
        return [chunk, this.arrays.wide(this.reader.path, bytes)];
      }),
    );
    return Float64Array.from(places, (place) => chunks.get(Math.floor(place / length))![place % length]!);
  }

  /**
   * The rows of segments `[segment, segment + 1)`, ascending: pairs of offsets, checked to ascend and to stay
   * within `rows`.
   */
  async segments(
    segments: readonly number[],
    rows: number,
    signal?: AbortSignal,
  ): Promise<{ readonly start: number; readonly end: number }[]> {
    const bounds = await this.at(
      segments.flatMap((segment) => [segment, segment + 1]),
      signal,
    );
    return segments.map((segment, i) => {
      const start = bounds[2 * i]!;
      const end = bounds[2 * i + 1]!;
      if (start > end || end > rows) {
        const detail = `segment ${segment} is rows ${start}–${end} of ${rows}`;
        throw this.arrays.values(this.reader.path, detail);
      }
      return { start, end };
    });
  }
}
