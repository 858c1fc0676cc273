import { CentiscopeError } from "../core/errors.ts";
import type { Hdf5Dataset } from "./hdf5-dataset.ts";

/**
 * Whole numbers `[start, end)` of a dataset of little-endian integers of any width, or of floats that are whole. Throws
 * `hdf5-feature` for another type, `gef-value` for one that no float64 holds, `count-invalid` for a fraction.
 */
export async function readIntegers(
  file: string,
  dataset: Hdf5Dataset,
  path: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const { type } = dataset;
  if (type.kind === "float") return wholeFloats(file, dataset, path, start, end, signal);
  if (type.kind !== "int" || type.bigEndian || ![1, 2, 4, 8].includes(type.size)) {
    const found = `${type.kind} of ${type.size} bytes instead of integers`;
    throw new CentiscopeError("hdf5-feature", { file, dataset: path, found });
  }
  const bytes = await dataset.read(start, end, signal);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size, signed } = type;
  const out = new Float64Array(end - start);
  if (size === 4) {
    for (let i = 0; i < out.length; i++)
      out[i] = signed ? view.getInt32(4 * i, true) : view.getUint32(4 * i, true);
    return out;
  }
  for (let i = 0; i < out.length; i++) {
    const at = size * i;
    if (size === 1) out[i] = signed ? view.getInt8(at) : view.getUint8(at);
    else if (size === 2) out[i] = signed ? view.getInt16(at, true) : view.getUint16(at, true);
    else {
      const low = view.getUint32(at, true);
      const high = signed ? view.getInt32(at + 4, true) : view.getUint32(at + 4, true);
      out[i] = high * 2 ** 32 + low;
      if (!Number.isSafeInteger(out[i])) {
        const found = `${high} · 2^32 + ${low}`;
        throw new CentiscopeError("gef-value", {
          file,
          dataset: path,
          row: start + i,
          column: "value",
          found,
        });
      }
    }
  }
  return out;
}

/** Some writers keep counts as floats; normalised values are none. */
async function wholeFloats(
  file: string,
  dataset: Hdf5Dataset,
  path: string,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { type } = dataset;
  const bytes = await dataset.read(start, end, signal);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = !(type.kind === "float" && type.bigEndian);
  if (type.size !== 4 && type.size !== 8) {
    const found = `floats of ${type.size} bytes`;
    throw new CentiscopeError("hdf5-feature", { file, dataset: path, found });
  }
  const out = new Float64Array(end - start);
  for (let i = 0; i < out.length; i++) {
    const value = type.size === 4 ? view.getFloat32(4 * i, little) : view.getFloat64(8 * i, little);
    if (!Number.isSafeInteger(value)) {
      const params = { file, line: start + i + 1, column: path, found: String(value) };
      throw new CentiscopeError("count-invalid", params);
    }
    out[i] = value;
  }
  return out;
}
