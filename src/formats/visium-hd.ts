import { type Affine, composeAffine, scaleTranslate } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { CoordinateFrame, ReaderWarning, TranscriptColumns } from "../core/table.ts";
import { MAX_ROWS } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { hashBytes } from "./byte-dictionary.ts";
import { Breather } from "./event-loop.ts";
import { Hdf5File } from "./hdf5.ts";
import { readIntegers } from "./hdf5-arrays.ts";
import type { Hdf5Dataset } from "./hdf5-dataset.ts";
import { readJson } from "./json-file.ts";
import type { ReadOptions } from "./read-options.ts";
import { TranscriptBuilder } from "./transcript-builder.ts";
import { scaledDown, type VisiumFiles } from "./visium-files.ts";
import { PLACE, readVisiumPositions } from "./visium-positions.ts";

/** `s_008um_00269_00526-1`: bin size, row and column of the lattice [10x "Visium HD outputs"]. */
const HD_BARCODE = /^s_(\d{3})um_(\d{5})_(\d{5})-/;
/** Barcodes whose counts are read at once. */
const BARCODES = 1 << 14;
const BATCH = 1 << 18;
/** More features than any assay has; beyond it the table is damaged. */
const MAX_FEATURES = 1 << 20;
/** A fit that leaves more is no longer on its tissue. */
const RESIDUAL_PX = 1;

/** Counts of one bin and feature each. */
export interface VisiumRows {
  readonly rows: number;
  /** Column and row of the bins' lattice. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Index into the features. */
  readonly gene: Uint32Array;
  readonly count: Uint32Array;
}

/** A Visium HD binning, open. */
export interface VisiumTable {
  readonly names: readonly string[];
  readonly ids: readonly string[];
  /** Non-zero counts. */
  readonly rows: number;
  readonly frame: CoordinateFrame;
  readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
  readonly warnings: readonly ReaderWarning[];
  batches(signal?: AbortSignal): AsyncGenerator<VisiumRows, void, undefined>;
}

/** True when the first barcode of a 10x matrix says its place. */
export async function hasHdBarcodes(file: Hdf5File, signal?: AbortSignal): Promise<boolean> {
  const barcodes = await file.find("matrix/barcodes");
  if (!barcodes?.dataset || barcodes.dataset.length === 0) return false;
  const [first] = await file.strings("matrix/barcodes", 0, 1, signal);
  return HD_BARCODE.test(first ?? "");
}

/**
 * Opens a Visium HD matrix (10x HDF5: CSC by barcode) as rows of bins. A barcode's place is in its name, else in
 * `tissue_positions.parquet`; one without a place is refused. Throws CentiscopeErrors.
 */
export async function openVisiumHd(files: VisiumFiles, signal?: AbortSignal): Promise<VisiumTable> {
  const { matrix, positions, scalefactors, picture } = files;
  const name = matrix.name;
  const file = await Hdf5File.open(matrix, signal);
  const [barcodes, indptr, indices, data] = (await Promise.all(
    ["barcodes", "indptr", "indices", "data"].map((part) => file.dataset(`matrix/${part}`)),
  )) as [Hdf5Dataset, Hdf5Dataset, Hdf5Dataset, Hdf5Dataset];
  const features = (await file.dataset("matrix/features/name")).length;
  if (features > MAX_FEATURES) {
    const limit = MAX_FEATURES.toLocaleString("en-US");
    throw new CentiscopeError("too-many-genes", { file: name, limit, column: "matrix/features" });
  }
  const names = await file.strings("matrix/features/name", 0, features, signal);
  const ids = await file.strings("matrix/features/id", 0, features, signal);
  const corrupt = (fact: string) =>
    new CentiscopeError("gef-gene-rows", {
      file: name,
      dataset: "/matrix/indptr",
      gene: "–",
      start: 0,
      end: data.length,
      fact,
    });
  if (indptr.length !== barcodes.length + 1)
    throw corrupt(`there are ${barcodes.length} barcodes and ${indptr.length} offsets`);
  if (indices.length !== data.length) throw corrupt(`there are ${indices.length} feature indices`);
  const inName = await hasHdBarcodes(file, signal);
  const said = inName
    ? HD_BARCODE.exec((await file.strings("matrix/barcodes", 0, 1, signal))[0] ?? "")
    : null;
  const factors = scalefactors ? await readJson(scalefactors, signal) : {};
  const scale = factors.bin_size_um;
  const binUm = said ? Number(said[1]) : typeof scale === "number" && scale > 0 ? scale : null;
  if (!inName && !positions) throw new CentiscopeError("visium-positions", { file: name });
  const placed = positions ? await readVisiumPositions(positions, !inName, signal) : null;
  const warnings: ReaderWarning[] = [];
  if (placed && placed.residualPx > RESIDUAL_PX) {
    const residual = placed.residualPx.toFixed(1);
    warnings.push({ code: "warn-visium-fit", params: { file: positions?.name ?? name, residual } });
  }
  const source = said ? `barcodes s_${said[1]}um` : "scalefactors_json.json: bin_size_um";

  const placeOf = (barcode: string): readonly [x: number, y: number] => {
    const match = HD_BARCODE.exec(barcode);
    if (match) return [Number(match[3]), Number(match[2])];
    const place = placed?.places.get(barcode);
    if (place === undefined) throw new CentiscopeError("visium-barcode", { file: name, barcode });
    return [place % PLACE, Math.floor(place / PLACE)];
  };

  async function* batches(abort?: AbortSignal): AsyncGenerator<VisiumRows, void, undefined> {
    let done = 0;
    for (let first = 0; first < barcodes.length; first += BARCODES) {
      const last = Math.min(barcodes.length, first + BARCODES);
      const ends = await readIntegers(name, indptr, "/matrix/indptr", first, last + 1, abort);
      const texts = await file.strings("matrix/barcodes", first, last, abort);
      if (ends[0] !== done) throw corrupt(`barcode ${first} begins at ${ends[0]} instead of ${done}`);
      let barcode = 0;
      for (let start = done; start < ends.at(-1)!; start += BATCH) {
        const end = Math.min(ends.at(-1)!, start + BATCH);
        if (end > data.length) throw corrupt(`there are ${data.length} counts`);
        const gene = Uint32Array.from(
          await readIntegers(name, indices, "/matrix/indices", start, end, abort),
        );
        const values = await readIntegers(name, data, "/matrix/data", start, end, abort);
        const x = new Int32Array(end - start);
        const y = new Int32Array(end - start);
        for (let at = start; at < end; ) {
          while (ends[barcode + 1]! <= at) {
            if (ends[barcode + 1]! < ends[barcode]!)
              throw corrupt(`barcode ${first + barcode} ends before it begins`);
            barcode++;
          }
          const [col, row] = placeOf(texts[barcode]!);
          const stop = Math.min(end, ends[barcode + 1]!);
          x.fill(col, at - start, stop - start);
          y.fill(row, at - start, stop - start);
          at = stop;
        }
        const odd = values.findIndex((value) => !(value >= 0 && value < 2 ** 32));
        const alien = gene.findIndex((index) => index >= names.length);
        if (odd >= 0 || alien >= 0) {
          const [i, column, found] =
            odd >= 0 ? [odd, "data", values[odd]!] : [alien, "indices", gene[alien]!];
          throw new CentiscopeError("gef-value", {
            file: name,
            dataset: "/matrix",
            row: start + i,
            column,
            found,
          });
        }
        yield { rows: end - start, x, y, gene, count: Uint32Array.from(values) };
      }
      done = ends.at(-1)!;
    }
    if (done !== data.length) throw corrupt(`the offsets end at ${done}`);
  }
  return {
    names,
    ids,
    rows: data.length,
    frame: { unit: "spot", umPerUnit: binUm, source },
    instrumentToImagePx: placed?.toImagePx ? onPicture(placed.toImagePx, picture, factors) : null,
    warnings,
    batches,
  };
}

/** The map to the full image, scaled to the picture that is shown; null when nothing says how far that was scaled. */
function onPicture(
  toFullPx: Affine<"instrument", "imagePx">,
  picture: ByteSource | null,
  factors: Readonly<Record<string, unknown>>,
): Affine<"instrument", "imagePx"> | null {
  if (!picture) return toFullPx;
  const factor = factors[scaledDown(picture.name) ?? ""];
  if (typeof factor !== "number" || !(factor > 0)) return null;
  return composeAffine(scaleTranslate<"imagePx", "imagePx">(factor, factor), toFullPx);
}

/** Reads a Visium HD binning whole, up to the row limit. */
export async function readVisiumHd(
  files: VisiumFiles,
  options: ReadOptions = {},
): Promise<TranscriptColumns> {
  const { signal } = options;
  const file = files.matrix.name;
  const table = await openVisiumHd(files, signal);
  const limit = Math.min(options.maxRows ?? MAX_ROWS, MAX_ROWS);
  if (table.rows > limit) {
    throw new CentiscopeError("too-many-rows", { file, limit: limit.toLocaleString("en-US") });
  }
  const builder = new TranscriptBuilder({
    file,
    coordinates: "int32",
    hasCount: true,
    hasQv: false,
    hasCell: false,
    geneColumn: "features/id",
    maxRows: limit,
  });
  builder.reserve(table.rows);
  const encoder = new TextEncoder();
  const codes = Uint32Array.from(table.ids, (id) => {
    const bytes = encoder.encode(id);
    return builder.internGene(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
  });
  const shown: string[] = [];
  table.ids.forEach((id, i) => {
    shown[codes[i]!] ??= table.names[i] || id;
  });
  const breather = new Breather(signal);
  for await (const batch of table.batches(signal)) {
    const { x, y, gene, count } = builder;
    let n = builder.rows;
    for (let i = 0; i < batch.rows; i++) {
      if (batch.count[i] === 0) {
        builder.zeroRows++;
        continue;
      }
      x[n] = batch.x[i]!;
      y[n] = batch.y[i]!;
      gene[n] = codes[batch.gene[i]!]!;
      count[n++] = batch.count[i]!;
    }
    builder.rows = n;
    if (breather.due) {
      options.onProgress?.({ bytesRead: n, bytesTotal: table.rows, rows: n });
      await breather.breathe();
    }
  }
  return builder.finish({
    platform: "visium-hd",
    frame: table.frame,
    instrumentToImagePx: table.instrumentToImagePx,
    warnings: table.warnings,
    genes: { ids: builder.genes.texts(), names: shown },
  });
}
