import { ParquetError } from "./parquet-error.ts";

/** The best that Snappy can do: 64 bytes for a copy of three. */
export const SNAPPY_RATIO = 22;

/** Shorter literals than this are cheaper byte by byte than through a view. */
const SHORT = 24;

/**
 * Unpacks a Snappy block (github.com/google/snappy, format_description.txt) to `out`, which must be of just the
 * unpacked size. Throws {@link ParquetError} when the block is damaged or of another size.
 */
export function decodeSnappy(packed: Uint8Array, out: Uint8Array): void {
  const end = packed.length;
  const size = out.length;
  let at = 0;
  let announced = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= end || shift > 28) throw damaged();
    const byte = packed[at++]!;
    announced += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  if (announced !== size) throw damaged();
  let to = 0;
  while (at < end) {
    const tag = packed[at++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const bytes = length - 60;
        if (bytes > end - at) throw damaged();
        length = 1;
        for (let i = 0; i < bytes; i++) length += packed[at + i]! * 2 ** (8 * i);
        at += bytes;
      }
      if (length > end - at || length > size - to) throw damaged();
      if (length < SHORT) for (let i = 0; i < length; i++) out[to + i] = packed[at + i]!;
      else out.set(packed.subarray(at, at + length), to);
      at += length;
      to += length;
      continue;
    }
    const offsetBytes = kind === 3 ? 4 : kind;
    if (offsetBytes > end - at) throw damaged();
    let length = (tag >>> 2) + 1;
    let offset = packed[at]!;
    if (kind === 1) {
      length = ((tag >>> 2) & 7) + 4;
      offset |= (tag >>> 5) << 8;
    } else {
      offset |= packed[at + 1]! << 8;
      if (kind === 3) offset += packed[at + 2]! * 2 ** 16 + packed[at + 3]! * 2 ** 24;
    }
    at += offsetBytes;
    if (offset === 0 || offset > to || length > size - to) throw damaged();
    // A copy may reach into what it writes: it repeats then, so bytes go one by one.
    for (let from = to - offset, stop = from + length; from < stop; from++) out[to++] = out[from]!;
  }
  if (to !== size) throw damaged();
}

function damaged(): ParquetError {
  return new ParquetError("a page does not unpack (Snappy)");
}
