import type { ChunkForm } from "./chunk-codec.ts";

export type StoreDtype =
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "int32"
  | "float32"
  | "float64"
  | "string";

/** Bytes of one element; strings are packed bytes. */
export const DTYPE_BYTES: Readonly<Record<StoreDtype, number>> = {
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  int32: 4,
  float32: 4,
  float64: 8,
  string: 1,
};

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The shape of one array of a store; the only facts that its reader needs. */
export interface ArrayShape {
  readonly dtype: StoreDtype;
  readonly shape: readonly number[];
  /** Inner chunk, the unit that is read and decoded. */
  readonly chunk: readonly number[];
  /** Outer chunk, one file; null when each chunk is a file of its own. A multiple of `chunk`. */
  readonly shard: readonly number[] | null;
  /** Bytes compressed together, `ChunkForm.blockBytes`; 0 = the whole chunk. */
  readonly blockBytes: number;
  readonly dimensions: readonly string[];
}

/** How an array's chunks are compressed. */
export function chunkForm(array: ArrayShape): ChunkForm {
  return { typesize: DTYPE_BYTES[array.dtype], blockBytes: array.blockBytes || chunkBytes(array) };
}

/** Bytes of a decoded chunk; meaningless for strings. */
export function chunkBytes(array: ArrayShape): number {
  return array.chunk.reduce((product, side) => product * side, DTYPE_BYTES[array.dtype]);
}

/** The `zarr.json` of an array, as zarr-python would write it (Zarr v3 core, §2). */
export function arrayMetadata(array: ArrayShape, attributes: { readonly [key: string]: Json }): Json {
  const bytes: Json[] =
    array.dtype === "string"
      ? [{ name: "vlen-utf8" }]
      : [{ name: "bytes", ...(array.dtype === "uint8" ? {} : { configuration: { endian: "little" } }) }];
  const chunkCodecs: Json[] = [
    ...bytes,
    {
      name: "blosc",
      configuration: {
        typesize: DTYPE_BYTES[array.dtype],
        cname: "zstd",
        clevel: 1,
        shuffle: "shuffle",
        blocksize: array.blockBytes,
      },
    },
    { name: "crc32c" },
  ];
  const codecs: Json[] = array.shard
    ? [
        {
          name: "sharding_indexed",
          configuration: {
            chunk_shape: [...array.chunk],
            codecs: chunkCodecs,
            index_codecs: [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }],
            index_location: "end",
          },
        },
      ]
    : chunkCodecs;
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [...array.shape],
    data_type: array.dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: [...(array.shard ?? array.chunk)] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: array.dtype === "string" ? "" : 0,
    codecs,
    attributes,
    dimension_names: [...array.dimensions],
  };
}

/** The `zarr.json` of a group. */
export function groupMetadata(attributes: { readonly [key: string]: Json }): {
  readonly [key: string]: Json;
} {
  return { zarr_format: 3, node_type: "group", attributes };
}
