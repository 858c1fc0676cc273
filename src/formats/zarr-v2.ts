import { unzlibSync } from "fflate";
import Blosc from "numcodecs/blosc";
import Zstd from "numcodecs/zstd";
import { CentiscopeError, isMissing } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { isRecord, readJson } from "./json-file.ts";

/** An array of a few thousand numbers, in C order, whatever it was stored as. */
export interface SmallArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Larger arrays are not read whole. */
const MAX_ELEMENTS = 2 ** 26;

type Reader = (view: DataView, at: number) => number;
/** By NumPy type string; `|b1` is a byte. */
const READERS: Readonly<Record<string, readonly [bytes: number, read: Reader]>> = {
  "|b1": [1, (view, at) => view.getUint8(at)],
  "|u1": [1, (view, at) => view.getUint8(at)],
  "<u2": [2, (view, at) => view.getUint16(at, true)],
  "<u4": [4, (view, at) => view.getUint32(at, true)],
  "<u8": [8, (view, at) => Number(view.getBigUint64(at, true))],
  "<i4": [4, (view, at) => view.getInt32(at, true)],
  "<f4": [4, (view, at) => view.getFloat32(at, true)],
  "<f8": [8, (view, at) => view.getFloat64(at, true)],
};

const blosc = Blosc.fromConfig({ id: "blosc" });
const zstd = Zstd.fromConfig({ id: "zstd" });

async function unpack(compressor: unknown, bytes: Uint8Array): Promise<Uint8Array> {
  if (compressor === null) return bytes;
  const id = isRecord(compressor) ? compressor.id : undefined;
  if (id === "blosc") return (await blosc.decode(bytes)) as Uint8Array;
  if (id === "zstd") return (await zstd.decode(bytes)) as Uint8Array;
  if (id === "zlib") return unzlibSync(bytes);
  throw new Error(`compressor ${String(id)}`);
}

const isSides = (value: unknown, rank: number): value is number[] =>
  Array.isArray(value) &&
  value.length === rank &&
  value.every((side) => Number.isSafeInteger(side) && side >= 0);

/**
 * Reads a small array of Zarr version 2 (spec §"Arrays"): C or F order, Blosc, zstd, zlib or no compressor, chunks that
 * are not there filled with the fill value.
 * @param open the file at a path; a missing one fails with a `MissingDataError` when it is read
 * @throws CentiscopeError `zarr-array` naming the array
 */
export async function readSmallArray(
  file: string,
  path: string,
  open: (path: string) => ByteSource,
  signal?: AbortSignal,
): Promise<SmallArray> {
  const wrong = (detail: string): CentiscopeError =>
    new CentiscopeError("zarr-array", { file, array: path, detail });
  const meta = await readJson(open(`${path}/.zarray`), signal);
  const { shape, chunks, order, compressor = null, fill_value: fill, filters = null } = meta;
  const type = READERS[String(meta.dtype)];
  const rank = Array.isArray(shape) ? shape.length : 0;
  if (!type || rank < 1 || rank > 2 || !isSides(shape, rank) || !isSides(chunks, rank) || filters !== null) {
    throw wrong(`${JSON.stringify(shape)} of ${String(meta.dtype)}`);
  }
  const [rows, cols] = [shape[0]!, shape[1] ?? 1];
  const [chunkRows, chunkCols] = [Math.max(1, chunks[0]!), Math.max(1, chunks[1] ?? 1)];
  if (rows * cols > MAX_ELEMENTS || chunkRows * chunkCols > MAX_ELEMENTS) throw wrong(`${rows} × ${cols}`);
  const values = new Float64Array(rows * cols).fill(typeof fill === "number" ? fill : 0);
  const [size, read] = type;
  const separator = meta.dimension_separator === "/" ? "/" : ".";
  for (let i = 0; i * chunkRows < rows; i++) {
    for (let j = 0; j * chunkCols < cols; j++) {
      const key = rank === 1 ? String(i) : `${i}${separator}${j}`;
      let raw: Uint8Array;
      try {
        const source = open(`${path}/${key}`);
        raw = await unpack(compressor, await source.read(0, await source.size(signal), signal));
      } catch (thrown) {
        signal?.throwIfAborted();
        if (isMissing(thrown)) continue;
        throw wrong(`chunk ${key}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      }
      if (raw.length !== chunkRows * chunkCols * size) throw wrong(`chunk ${key} has ${raw.length} bytes`);
      const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
      for (let r = 0; r < Math.min(chunkRows, rows - i * chunkRows); r++) {
        for (let c = 0; c < Math.min(chunkCols, cols - j * chunkCols); c++) {
          const place = order === "F" ? c * chunkRows + r : r * chunkCols + c;
          values[(i * chunkRows + r) * cols + j * chunkCols + c] = read(view, place * size);
        }
      }
    }
  }
  return { shape, values };
}
