/** TIFF 6.0 tags that we read, and the pseudo-words for compressions we name in messages. */
export const TAG = {
  NewSubfileType: 254,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  Photometric: 262,
  FillOrder: 266,
  ImageDescription: 270,
  StripOffsets: 273,
  Orientation: 274,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  XResolution: 282,
  YResolution: 283,
  PlanarConfig: 284,
  ResolutionUnit: 296,
  Software: 305,
  Predictor: 317,
  ColorMap: 320,
  TileWidth: 322,
  TileLength: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  SubIFDs: 330,
  ExtraSamples: 338,
  SampleFormat: 339,
  JPEGTables: 347,
  YCbCrSubSampling: 530,
  Xmp: 700,
  /** Hamamatsu NDPI: objective; −1 macro, −2 map. */
  NdpiSourceLens: 65421,
} as const;

/** Names of tags, for messages. */
export const tagName = (tag: number): string =>
  Object.entries(TAG).find(([, value]) => value === tag)?.[0] ?? `#${tag}`;

/** Bytes of one value by TIFF field type (TIFF 6.0 §2; BigTIFF 16–18); 0 = unknown type. */
export const TYPE_BYTES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  2: "CCITT RLE",
  3: "CCITT fax group 3",
  4: "CCITT fax group 4",
  6: "old-style JPEG (6)",
  33003: "JPEG 2000 (Aperio 33003)",
  33004: "JPEG 2000 (33004)",
  33005: "JPEG 2000 (Aperio 33005)",
  33007: "Aperio YUYV (33007)",
  34676: "SGI LogLuv",
  34677: "SGI LogLuv 24",
  34712: "JPEG 2000 (34712)",
  34887: "LERC",
  34892: "lossy JPEG (DNG)",
  34925: "LZMA",
  50002: "JPEG XL",
  52546: "JPEG XL",
};

/** Compression as a user may know it. */
export const compressionName = (code: number): string =>
  COMPRESSION_NAMES[code] ?? `TIFF compression ${code}`;

const PHOTOMETRIC_NAMES: Readonly<Record<number, string>> = {
  3: "palette with alpha",
  4: "transparency mask",
  5: "CMYK",
  6: "YCbCr without JPEG",
  8: "CIE L*a*b*",
  9: "ICC L*a*b*",
  32803: "colour filter array",
  32844: "LogL",
  32845: "LogLuv",
};

/** What the samples of a pixel are, as a user may know it. */
export const photometricName = (code: number): string =>
  PHOTOMETRIC_NAMES[code] ?? `photometric interpretation ${code}`;
