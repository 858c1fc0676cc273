import { makeTable } from "./table.ts";

/**
 * The table of the store that zarr-python and numpy have checked (tests/fixtures/README.md): dense enough that
 * some genes have bins, with counts past 65 535 and several tiles.
 */
export const CHECKED = makeTable({
  seed: 20_261_126,
  rows: 100_000,
  genes: 9,
  lattice: true,
  side: 260,
  x0: 3900,
  y0: -70,
  unitUm: 0.5,
  repeats: 0.5,
  bigCounts: true,
});
