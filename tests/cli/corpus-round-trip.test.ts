import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FolderTree } from "../../src/cli/convert/node-folder.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import { hasShared, SHARED } from "../formats/files.ts";
import { command } from "./command.ts";

interface Corpus {
  readonly path: string;
  readonly rows: number;
  readonly genes: number;
  /** Further columns that the file has. */
  readonly columns: readonly string[];
  /** Where the file does not say what its unit is. */
  readonly unitUm?: number;
}

const SQUIDPY_HD = "visium-hd/seurat/visium_hd/binned_outputs/square_008um/filtered_feature_bc_matrix.h5";
const SPATIALDATA = "spatialdata/vitessce";
const STEREO = "stereo-seq/derived/SS200000135TL_D1";

/**
 * Every file of the corpus that has molecules at places, with its rows, genes and further columns. That the readers
 * themselves are right is held elsewhere, against pandas and h5py (tests/fixtures/expected); here, that a store keeps
 * what they read.
 */
const CORPUS: readonly Corpus[] = [
  {
    path: "stereo-seq/spateo-release/SS200000135TL_D1_bin1_small.gem.gz",
    rows: 77_634,
    genes: 10_631,
    columns: [],
  },
  { path: `${STEREO}.tissue.gem.gz`, rows: 77_634, genes: 10_631, columns: [] },
  { path: `${STEREO}.tissue.gef`, rows: 77_634, genes: 10_631, columns: [] },
  { path: `${STEREO}.crop.v4.gef`, rows: 31_981, genes: 7814, columns: [] },
  { path: `${STEREO}.crop.v0.2.gem.gz`, rows: 31_981, genes: 7814, columns: [] },
  { path: `${STEREO}.cellbin.gem.gz`, rows: 47_617, genes: 9159, columns: ["cell"] },
  {
    path: "xenium/segger_dev/transcripts.parquet",
    rows: 10_000,
    genes: 370,
    columns: ["x", "y", "qv", "cell", "z"],
  },
  {
    path: "xenium/vitessce-python/xenium_rep1_io.points_only.spatialdata.zarr",
    rows: 213_191,
    genes: 527,
    columns: ["x", "y", "cell", "z"],
  },
  {
    path: "merscope/vizgen-postprocessing/detected_transcripts.csv",
    rows: 5936,
    genes: 274,
    columns: ["x", "y", "z"],
  },
  { path: "cosmx/GiottoData/Lung12_tx_file.csv", rows: 25_825, genes: 980, columns: ["x", "y", "cell", "z"] },
  { path: "iss/TissUUmaps/breastcancer.csv", rows: 28_421, genes: 39, columns: ["x", "y"], unitUm: 1 },
  { path: SQUIDPY_HD, rows: 50_355, genes: 100, columns: [] },
  { path: "visium-hd/VisiumIO/square_002um/filtered_feature_bc_matrix.h5", rows: 0, genes: 10, columns: [] },
  {
    path: "spatialdata/SpatialData-R/blobs_v3.zarr",
    rows: 200,
    genes: 2,
    columns: ["x", "y", "cell"],
    unitUm: 1,
  },
  {
    path: "spatialdata/bento-tools/small_data.zarr",
    rows: 5582,
    genes: 3,
    columns: ["x", "y", "cell"],
    unitUm: 1,
  },
  {
    path: `${SPATIALDATA}/merfish_mouse_ileum_cropped.sdata.zarr`,
    rows: 473,
    genes: 78,
    columns: ["x", "y", "z"],
    unitUm: 1,
  },
  { path: `${SPATIALDATA}/blobs-0.3.sdata.zarr`, rows: 6, genes: 2, columns: ["x", "y"], unitUm: 1 },
];

describe.skipIf(!hasShared)("every table of the corpus comes back from its store, row for row", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "centiscope-corpus-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(CORPUS)("$path", async ({ path, rows, genes, columns, unitUm }) => {
    const source = join(SHARED, path);
    expect(existsSync(source)).toBe(true);
    const out = join(folder, "t.centiscope.zarr");
    const unit = unitUm === undefined ? [] : ["--um-per-unit", String(unitUm)];
    const made = await command("convert", source, out, "--force", "--json", ...unit);
    expect(JSON.parse(made.out)).toMatchObject({ rows, genes, columns });
    const checked = await command("verify", out, "--against", source, "--json");
    expect(JSON.parse(checked.out)).toEqual({ good: true, faults: [] });
    // And both copies of the rows: by place, as above, and by gene.
    const tree = new FolderTree(out);
    const store = await StoreReader.open(tree);
    const { names } = await store.genes();
    const byGene = await store.genePoints(
      names.slice(0, 24).map((_, gene) => gene),
      null,
    );
    const totals = (await store.genes()).totals.slice(0, 24);
    expect(byGene.count.reduce((sum, count) => sum + count, 0)).toBe(
      totals.reduce((sum, one) => sum + one, 0),
    );
    tree.close();
  });
});
