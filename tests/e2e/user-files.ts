import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { UserFile } from "./app.ts";
import { userFile } from "./app.ts";

/** A chip whose name says its pitch (prefix D: 500 nm), 40 × 40 spots, three genes. */
export const GEM_ROWS = 1600;
export function gemText(rows = GEM_ROWS): string {
  const lines = ["#FileFormat=GEMv0.1", "#Stereo-seqChip=D00001A1", "geneID\tx\ty\tMIDCount"];
  for (let i = 0; i < rows; i++) {
    lines.push(`${["Actb", "Gapdh", "Malat1"][i % 3]}\t${i % 40}\t${Math.floor(i / 40)}\t${1 + (i % 2)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** `count` CSV rows of a platform-less table with µm in its header's names left unsaid. */
export function csv(header: string, ...rows: string[]): string {
  return `${[header, ...rows].join("\n")}\n`;
}

export function gem(name: string, ...rows: string[]): UserFile {
  const head = ["#FileFormat=GEMv0.1", "#Stereo-seqChip=D00001A1", "geneID\tx\ty\tMIDCount"];
  return userFile(name, `${[...head, ...rows].join("\n")}\n`);
}

const sample = (path: string): Buffer => readFileSync(`public/samples/${path}`);
const PART =
  "xenium-breast/xenium_rep1_io.points_only.spatialdata.zarr/points/transcripts/points.parquet/part.0.parquet";

export const gzippedGem = (): Buffer => gzipSync(gemText());
/** The real H&E slide of the samples: 0.499 µm a pixel, as its description says. */
export const slide = (): Buffer => sample("he-simulated/CMU-1-Small-Region.svs");
/** A real 16-bit mosaic that states no pixel size. */
export const mosaic = (): Buffer => sample("merscope-mouse/mosaic_DAPI_z3.tif");
export const merscopeTable = (): Buffer => sample("merscope-mouse/detected_transcripts.csv");
export const parquet = (): Buffer => sample(PART);

/** The same bytes with some in the middle inverted. */
export function corrupted(bytes: Buffer, from = 0.4, to = 0.6): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = Math.floor(copy.length * from); i < copy.length * to; i++) copy[i] = ~(copy[i] ?? 0) & 0xff;
  return copy;
}

export function truncated(bytes: Buffer, share = 0.6): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}

/** A little-endian TIFF whose first directory calls one of its fields by a number that nobody knows. */
export function withoutTiffField(bytes: Buffer, tag: number): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.readUInt32BE(0) !== 0x49492a00) throw new Error("not a classic little-endian TIFF");
  const directory = copy.readUInt32LE(4);
  for (let i = 0; i < copy.readUInt16LE(directory); i++) {
    const entry = directory + 2 + 12 * i;
    if (copy.readUInt16LE(entry) === tag) copy.writeUInt16LE(65_000, entry);
  }
  return copy;
}
