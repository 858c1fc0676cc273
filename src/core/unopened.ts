/** Messages of data that is known and is not opened, found by a file's first bytes or its structure. */
export const FOREIGN_CODES = [
  "annotations-alone",
  "hdf5-unsupported",
  "visium-not-bins",
  "stereomap-file",
  "matrix-market",
  "xenium-zarr-zip",
  "zip-packed",
] as const;

export type ForeignCode = (typeof FOREIGN_CODES)[number];

/** Messages that say why files which were given have no expression that is opened. */
export const UNOPENED_CODES: readonly string[] = [...FOREIGN_CODES, "gef-cells", "visium-positions"];
