import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Provenance } from "../../src/store/store-manifest.ts";
import { makeTable, type TableShape } from "../store/table.ts";

export const PROVENANCE: Provenance = {
  platform: "stereo-seq",
  source: { name: "table.gem", formatVersion: "test", bytes: 0, sha256: null },
  converter: "test",
  simulated: false,
  toImagePx: null,
};

const SHAPE: TableShape = {
  seed: 11,
  rows: 31_000,
  genes: 5,
  lattice: true,
  side: 2600,
  x0: -40,
  y0: 100,
  unitUm: 0.5,
  repeats: 0.4,
  bigCounts: true,
};

/** Tables of eight chunks, over several super-tiles, with genes that have bins: spots, and continuous positions. */
export const PARTS_TABLES = {
  spots: makeTable(SHAPE),
  positions: makeTable({ ...SHAPE, lattice: false, side: 90_000, seed: 12 }),
};

/** Every file of a folder, by path, as text of its bytes. */
export function filesOf(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { withFileTypes: true, recursive: true });
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path).toString("latin1")]),
  );
}
