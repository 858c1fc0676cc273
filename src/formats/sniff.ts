import type { ByteSource } from "../io/byte-source.ts";
import { inflated, isGzip } from "./gzip.ts";

/** The first unpacked bytes of a file, and what its own first bytes say. */
export interface Sniffed {
  /** At most `length` bytes, unpacked when the file is gzip. */
  readonly bytes: Uint8Array;
  /** True when `bytes` are all there is. */
  readonly ended: boolean;
  readonly gzip: boolean;
}

/** Reads the first `length` (unpacked) bytes of a file; no more than a little beyond is fetched. */
export async function sniff(source: ByteSource, length: number, signal?: AbortSignal): Promise<Sniffed> {
  const head = await source.read(0, length, signal);
  if (!isGzip(head)) return { bytes: head, ended: head.length < length, gzip: false };
  const bytes = new Uint8Array(length);
  let held = 0;
  for await (const chunk of inflated(source, { signal })) {
    const part = chunk.subarray(0, length - held);
    bytes.set(part, held);
    held += part.length;
    if (held === length) break;
  }
  return { bytes: bytes.subarray(0, held), ended: held < length, gzip: true };
}
