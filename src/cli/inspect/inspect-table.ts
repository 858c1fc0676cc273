import type { SlidePlan } from "../../formats/slide-plan.ts";
import { openRows } from "../rows/open-rows.ts";
import type { TableFigures } from "./inspection.ts";

/** Platforms as people write them. */
const FORMATS: Readonly<Record<string, string>> = {
  gem: "Stereo-seq GEM",
  gef: "Stereo-seq GEF, square bins",
  "visium-hd": "Visium HD bins",
  xenium: "Xenium transcripts",
  merscope: "MERSCOPE transcripts",
  cosmx: "CosMx transcripts",
  iss: "In-situ sequencing table",
  spatialdata: "SpatialData points",
  table: "table of points",
};

export interface TableOptions {
  readonly signal: AbortSignal;
  /** Read only the head. */
  readonly quick: boolean;
  readonly onRows: (rows: number) => void;
}

/** The figures of a plan's table; every row is read, in constant memory, unless `quick`. */
export async function inspectTable(
  plan: SlidePlan,
  { signal, quick, onRows }: TableOptions,
): Promise<{ readonly figures: TableFigures; readonly warnings: ReturnType<Opened["warnings"]> }> {
  const opened = await openRows(plan, { signal });
  const { source } = opened;
  const format = plan.expression?.format ?? "table";
  const read = quick ? null : await readFigures(opened, signal, onRows);
  const figures: TableFigures = {
    file: source.path,
    format: FORMATS[format] ?? format,
    version: source.formatVersion,
    platform: source.platform,
    sizeBytes: source.sizeBytes,
    rows: read?.rows ?? source.rowsExpected,
    genes: read?.genes ?? null,
    genesListed: read?.genesListed ?? null,
    controlFeatures: read?.controls ?? null,
    totalCount: read?.totalCount ?? null,
    bounds: read?.bounds ?? null,
    unit: opened.unit,
    unitUm: Number.isNaN(source.unitUm) ? null : source.unitUm,
    unitSource: opened.unitSource,
    lattice: source.lattice,
    columns: source.extraColumns.map((column) => column.name),
    simulated: opened.simulated,
    ...(plan.expression?.format === "gef" ? { bins: await binsOf(plan, signal) } : {}),
  };
  return { figures, warnings: opened.warnings() };
}

type Opened = Awaited<ReturnType<typeof openRows>>;

async function readFigures({ source }: Opened, signal: AbortSignal, onRows: (rows: number) => void) {
  let [minX, minY, maxX, maxY] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  let rows = 0;
  let totalCount = 0;
  let seen = new Uint8Array(1 << 16);
  for await (const batch of source.batches(signal)) {
    const { x, y, gene, count } = batch;
    for (let i = 0; i < batch.rows; i++) {
      const [vx, vy, code] = [x[i]!, y[i]!, gene[i]!];
      if (vx < minX) minX = vx;
      if (vx > maxX) maxX = vx;
      if (vy < minY) minY = vy;
      if (vy > maxY) maxY = vy;
      totalCount += count[i]!;
      if (code >= seen.length) {
        const larger = new Uint8Array(2 * code);
        larger.set(seen);
        seen = larger;
      }
      seen[code] = 1;
    }
    rows += batch.rows;
    onRows(rows);
  }
  const { names, isControl } = source.genes();
  let controls = 0;
  let genes = 0;
  for (let code = 0; code < names.length; code++) {
    if (seen[code] !== 1) continue;
    genes++;
    if (isControl?.[code] === 1) controls++;
  }
  const bounds = rows > 0 ? { minX, minY, maxX, maxY } : null;
  return { rows, totalCount, genes, genesListed: names.length, controls, bounds };
}

async function binsOf(plan: SlidePlan, signal: AbortSignal) {
  if (plan.expression?.format !== "gef") return [];
  const { openGef } = await import("../../formats/gef-file.ts");
  const gef = await openGef(plan.expression.file.source, signal);
  return gef.kind === "bin" ? gef.bins.map(({ size, rows }) => ({ size, rows })) : [];
}
