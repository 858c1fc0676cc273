import { ParquetError } from "./parquet-error.ts";
import { decodeSnappy, SNAPPY_RATIO } from "./snappy.ts";

/** Unpacks a page to `out`, which is of just the size that the page announces. Throws {@link ParquetError}. */
export type Unpack = (packed: Uint8Array, out: Uint8Array) => void;

/** Numbers of parquet.thrift's CompressionCodec. */
const UNCOMPRESSED = 0;
const SNAPPY = 1;
const ZSTD = 6;

/** A page of Zstandard may be a run: 128 KiB for four bytes. */
const ZSTD_RATIO = 2 ** 15;

/** How pages of a codec are unpacked; null for one that is not known here. Zstandard is loaded when first met. */
export async function unpackOf(codec: number | undefined): Promise<Unpack | null> {
  if (codec === UNCOMPRESSED) return copy;
  if (codec === SNAPPY) return decodeSnappy;
  return codec === ZSTD ? await zstandard() : null;
}

/** The most that `packed` bytes can unpack to: asked before memory is taken for what a page announces. */
export function unpackedLimit(codec: number | undefined, packed: number): number {
  if (codec === UNCOMPRESSED) return packed;
  return 64 + packed * (codec === SNAPPY ? SNAPPY_RATIO : ZSTD_RATIO);
}

const copy: Unpack = (packed, out) => {
  if (packed.length !== out.length) throw new ParquetError("a page does not say how long it is");
  out.set(packed);
};

async function zstandard(): Promise<Unpack> {
  const { ZSTDDecoder } = await import("zstddec");
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (packed, out) => {
    const unpacked = decoder.decode(packed, out.length);
    if (unpacked.length !== out.length) throw new ParquetError("a page does not unpack (Zstandard)");
    out.set(unpacked);
  };
}
