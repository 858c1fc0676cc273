import {
  closeSync,
  existsSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { CentiscopeError } from "../../core/errors.ts";
import { formatInteger } from "../../core/format-number.ts";
import { rowPlace } from "../../store/row-place.ts";
import type { BinGrid } from "../../store/store-bins.ts";
import type { RowSource } from "../row-source.ts";
import { numberOption, UsageError, type Verb } from "../verb.ts";
import { csvLines, npyFile, tiffFile } from "./bin-files.ts";
import { writeFailure } from "./node-folder.ts";
import { openSource } from "./open-source.ts";
import { MIN_QV, passingQuality } from "./quality-filter.ts";

export const bins: Verb = {
  usage: "PATH --bin-um N --out FILE",
  about:
    "Writes molecules per square bin, exact: of all genes, or of those named. FILE ends in .npy (float64, rows × columns), .tif (float64) or .csv (non-empty bins). Bins count from the zero of x and y.",
  options: {
    "bin-um": { type: "string", value: "N", help: "side of a bin, µm" },
    gene: { type: "string", value: "A,B,…", help: "names of genes, added up; without it all genes" },
    out: { type: "string", value: "FILE", help: "where to write: .npy, .tif or .csv" },
    "min-qv": MIN_QV,
    "um-per-unit": { type: "string", value: "X", help: "µm of one unit of x and y, where files do not say" },
  },
  paths: [1, 1],
  example: "centiscope bins sample.centiscope.zarr --bin-um 50 --gene EPCAM --out epcam.npy",
  run: async (args, context) => {
    const binUm = numberOption(args, "bin-um", 1e-3, 1e6);
    const { out, gene } = args.options;
    if (binUm === undefined || typeof out !== "string")
      throw new UsageError("--bin-um N and --out FILE are needed.");
    if (!/\.(npy|tif|csv)$/i.test(out)) throw new UsageError("--out ends in .npy, .tif or .csv.");
    const names = typeof gene === "string" ? gene.split(",").map((name) => name.trim()) : null;
    if (names?.includes("")) throw new UsageError("--gene is one name or more, with commas between.");
    checkOut(out, args.paths[0]!);
    const opened = await openSource(args.paths[0]!, context, {
      given: numberOption(args, "um-per-unit", 1e-6, 1e6),
    });
    try {
      const { store, source } = passingQuality(opened, args);
      const file = source.path;
      let grid: BinGrid;
      if (store && names) {
        const all = (await store.genes(context.signal)).names;
        const chosen = genesNamed(names, all, file);
        grid = await store.geneBins(
          chosen,
          chosen.map(() => 1),
          binUm,
          null,
          context.signal,
        );
      } else if (store) grid = await store.totals(binUm, null, context.signal);
      else grid = await gridOfRows(source, binUm, names, context.signal);
      opened.tellWarnings();
      if (/\.csv$/i.test(out)) writeWhole(out, csvLines(grid));
      else writeWhole(out, [/\.npy$/i.test(out) ? npyFile(grid) : tiffFile(grid)]);
      const { cols, rows, col0, row0, values } = grid;
      const total = values.reduce((sum, value) => sum + value, 0);
      const facts = { out, binUm, cols, rows, x0Um: col0 * binUm, y0Um: row0 * binUm, total };
      const size = `${cols} × ${rows} bins`;
      context.out(
        args.json
          ? `${JSON.stringify(facts)}\n`
          : `${out}: ${size}, ${formatInteger(total, "en")} molecules\n`,
      );
      return 0;
    } finally {
      await opened.close();
    }
  },
};

/** Refuses, before anything is counted, what cannot be written or would replace the table itself. */
function checkOut(out: string, path: string): void {
  if (existsSync(path) && existsSync(out) && realpathSync(path) === realpathSync(out)) {
    throw new UsageError("--out is the table itself, which would be lost. Choose another name.");
  }
  try {
    if (!statSync(dirname(out)).isDirectory()) throw new Error(`${dirname(out)} is no folder`);
    if (existsSync(out) && statSync(out).isDirectory()) throw new Error("it is a folder");
  } catch (thrown) {
    throw writeFailure(out, thrown);
  }
}

/** Writes a file beside its place and moves it there once it is whole: a failure leaves what was there. */
function writeWhole(out: string, parts: Iterable<string | Uint8Array>): void {
  const place = existsSync(out) ? realpathSync(out) : out;
  const beside = `${place}.${process.pid}.new`;
  try {
    const file = openSync(beside, "wx");
    try {
      for (const part of parts) {
        const bytes = typeof part === "string" ? Buffer.from(part) : part;
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      }
    } finally {
      closeSync(file);
    }
    renameSync(beside, place);
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw writeFailure(out, thrown);
  }
}

/** Numbers of the genes of these names; a name that two features share stands for both. */
function genesNamed(wanted: readonly string[], names: readonly string[], file: string): number[] {
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new CentiscopeError("gene-unknown", { file, genes: unknown.join(", ") });
  const set = new Set(wanted);
  return names.flatMap((name, gene) => (set.has(name) ? [gene] : []));
}

const COLUMNS = 2 ** 26;
/** Most bins of a grid: 512 MB of sums. */
const MAX_BINS = 2 ** 26;
/** A Map holds 2^24 entries: sums are dealt over as many. */
const MAPS = 16;

/** Bins of a table that is no store: one pass over its rows, in float64 of their positions. */
export async function gridOfRows(
  source: RowSource,
  binUm: number,
  wanted: readonly string[] | null,
  signal: AbortSignal,
): Promise<BinGrid> {
  const perGene = new Map<number, Map<number, number>[]>();
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  const whole = binUm / source.unitUm;
  const place = rowPlace(source);
  // Whole numbers of spots are told exactly, as in a store.
  const spots =
    source.lattice && Math.abs(whole - Math.round(whole)) <= 1e-9 * whole ? Math.round(whole) : null;
  const bin = (at: number): number => (spots ? Math.floor(at / spots) : Math.floor(place(at) / binUm));
  const refuse = (detail: string): CentiscopeError =>
    new CentiscopeError("bin-size-invalid", { file: source.path, found: binUm, detail });
  const candidates: boolean[] = [];
  for await (const { rows, x, y, gene, count } of source.batches(signal)) {
    // Made once a batch at most: a source lists all its genes each time.
    let names: readonly string[] | undefined;
    for (let i = 0; i < rows; i++) {
      const [col, row] = [bin(x[i]!), bin(y[i]!)];
      // One comparison also refuses NaN and infinity.
      if (!(Math.abs(col) < COLUMNS / 2 && Math.abs(row) < COLUMNS / 2)) {
        throw refuse(`a row lies in bin ${col}, ${row}`);
      }
      [x0, x1, y0, y1] = [Math.min(x0, col), Math.max(x1, col), Math.min(y0, row), Math.max(y1, row)];
      const owner = wanted ? gene[i]! : 0;
      if (wanted) {
        if (candidates[owner] === undefined) {
          names ??= source.genes().names;
          candidates[owner] = mayBecome(names[owner], wanted);
        }
        if (!candidates[owner]) continue;
      }
      let sums = perGene.get(owner);
      if (!sums) {
        sums = Array.from({ length: MAPS }, () => new Map());
        perGene.set(owner, sums);
      }
      const key = (row + COLUMNS / 2) * COLUMNS + col + COLUMNS / 2;
      const map = sums[col & (MAPS - 1)]!;
      map.set(key, (map.get(key) ?? 0) + count[i]!);
    }
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > MAX_BINS) throw refuse(`${x1 - x0 + 1} × ${y1 - y0 + 1} bins`);
  }
  const chosen = wanted ? genesNamed(wanted, source.genes().names, source.path) : [0];
  const [cols, rows] = x1 < x0 ? [0, 0] : [x1 - x0 + 1, y1 - y0 + 1];
  const values = new Float64Array(cols * rows);
  for (const gene of chosen) {
    for (const map of perGene.get(gene) ?? []) {
      for (const [key, sum] of map) {
        const [row, col] = [Math.floor(key / COLUMNS) - COLUMNS / 2, (key % COLUMNS) - COLUMNS / 2];
        const at = (row - y0) * cols + col - x0;
        values[at] = values[at]! + sum;
      }
    }
  }
  return { binUm, col0: cols > 0 ? x0 : 0, row0: rows > 0 ? y0 : 0, cols, rows, values };
}

/**
 * Whether a gene that is called `name` so far may be one of those wanted at the end. A name that a later feature
 * shares is told apart by what follows it, " (id)" or " (2)"; one that is not known yet may become any.
 */
function mayBecome(name: string | undefined, wanted: readonly string[]): boolean {
  return name === undefined || wanted.some((one) => one === name || one.startsWith(`${name} (`));
}
