import { parquetWriteBuffer } from "hyparquet-writer";
import type { Annotation } from "../../core/annotation.ts";
import { csvText } from "../../core/csv-text.ts";

/** Exact counts of one region, by gene. */
export interface CountedRegion {
  readonly annotation: Annotation;
  readonly areaMm2: number;
  /** (G,) molecules, in the order of the genes. */
  readonly counts: Float64Array | Uint32Array;
}

interface Columns {
  readonly regionId: string[];
  readonly region: string[];
  readonly classification: string[];
  readonly areaMm2: number[];
  readonly gene: string[];
  readonly count: number[];
  readonly perMm2: number[];
}

const NAMES = [
  "region_id",
  "region",
  "classification",
  "area_mm2",
  "gene",
  "count",
  "count_per_mm2",
] as const;

/** A row for each region and gene, genes without a molecule too: a table that says 0 says that it looked. */
function columnsOf(genes: readonly string[], regions: Iterable<CountedRegion>): Columns {
  const columns: Columns = {
    regionId: [],
    region: [],
    classification: [],
    areaMm2: [],
    gene: [],
    count: [],
    perMm2: [],
  };
  for (const { annotation, areaMm2, counts } of regions) {
    genes.forEach((gene, code) => {
      const count = counts[code] ?? 0;
      columns.regionId.push(annotation.id);
      columns.region.push(annotation.name ?? "");
      columns.classification.push(annotation.classification?.names.join(": ") ?? "");
      columns.areaMm2.push(areaMm2);
      columns.gene.push(gene);
      columns.count.push(count);
      columns.perMm2.push(areaMm2 > 0 ? count / areaMm2 : Number.NaN);
    });
  }
  return columns;
}

/** Counts of regions as CSV; density is empty for a region without area. */
export function countsCsv(genes: readonly string[], regions: Iterable<CountedRegion>): string {
  const { regionId, region, classification, areaMm2, gene, count, perMm2 } = columnsOf(genes, regions);
  function* rows(): Generator<(string | number)[]> {
    yield [...NAMES];
    for (let i = 0; i < gene.length; i++) {
      yield [regionId[i]!, region[i]!, classification[i]!, areaMm2[i]!, gene[i]!, count[i]!, perMm2[i]!];
    }
  }
  return csvText(rows());
}

/** The same as Parquet (Snappy): counts as int64, texts as they are, density null for a region without area. */
export function countsParquet(genes: readonly string[], regions: Iterable<CountedRegion>): Uint8Array {
  const columns = columnsOf(genes, regions);
  const data = [
    { data: columns.regionId, type: "STRING" },
    { data: columns.region, type: "STRING" },
    { data: columns.classification, type: "STRING" },
    { data: Float64Array.from(columns.areaMm2), type: "DOUBLE" },
    { data: columns.gene, type: "STRING" },
    { data: BigInt64Array.from(columns.count, BigInt), type: "INT64" },
    {
      data: columns.perMm2.map((value) => (Number.isNaN(value) ? null : value)),
      type: "DOUBLE",
      nullable: true,
    },
  ] as const;
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: data.map((column, i) => ({ name: NAMES[i]!, nullable: false, ...column })),
    }),
  );
}
