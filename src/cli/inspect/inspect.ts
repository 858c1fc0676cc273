import { CentiscopeError, errorFacts, fillTemplate } from "../../core/errors.ts";
import { formatInteger } from "../../core/format-number.ts";
import { type MessageCode, messages } from "../../core/messages.ts";
import type { ReaderWarning } from "../../core/table.ts";
import { classify } from "../../formats/classify.ts";
import { isHdf5 } from "../../formats/hdf5.ts";
import { identify } from "../../formats/registry.ts";
import { isZip, readZipDirectory, storedEntry } from "../../formats/zip-directory.ts";
import type { SourceFile } from "../../io/byte-source.ts";
import { HttpSource } from "../../io/http.ts";
import { closeFiles, isUrl, type SourceFiles, sourceFiles } from "../source-files.ts";
import { type CliContext, UsageError, type Verb } from "../verb.ts";
import { addressReport, isZarr } from "./address-report.ts";
import { ANY_SITE } from "./host-check.ts";
import type { HostReport } from "./host-report.ts";
import { inspectHdf5 } from "./inspect-hdf5.ts";
import { inspectImage, inspectZarrAddress } from "./inspect-image.ts";
import { inspectTable } from "./inspect-table.ts";
import { inspectZarr, type ZarrFiles } from "./inspect-zarr.ts";
import type { Findings, ImageFigures, Inspection } from "./inspection.ts";
import { renderInspection } from "./render-inspection.ts";

/** Over a network a larger file is not read to its end unasked. */
const READ_WHOLE_BYTES = 256 * 2 ** 20;
const METADATA = /(^|\/)(zarr\.json|\.zattrs|\.zgroup)$/;

export const inspect: Verb = {
  usage: "PATH…",
  about:
    "Says what files are: format and version, rows, genes, molecules, extent and scale of tables; levels, channels and scale of images; and what a converter or viewer will stumble over. Of an address it also says whether the host serves it so that a viewer on another site can read it. Exit code 1 when a host cannot.",
  options: {
    quick: { type: "boolean", help: "read only the head of a table, count nothing" },
    full: { type: "boolean", help: "read a table to its end even over the network, however large" },
    origin: {
      type: "string",
      value: "ADDRESS",
      help: "the viewer's site, where the host of an address lets only some sites read it",
    },
  },
  paths: [1, Number.POSITIVE_INFINITY],
  example: "centiscope inspect sample.tissue.gef",
  run: async ({ paths, options, json }, context) => {
    const found: Inspection[] = [];
    const origin = originOf(options.origin);
    for (const path of paths) {
      const extent = options.quick ? "quick" : options.full ? "full" : "auto";
      const one = await inspectPath(path, extent, context, origin);
      found.push(one);
      if (!json) context.out(`${found.length > 1 ? "\n" : ""}${renderInspection(one)}`);
    }
    if (json) context.out(`${JSON.stringify(found.length === 1 ? found[0] : found, null, 2)}\n`);
    return found.every((one) => one.host?.usable ?? true) ? 0 : 1;
  },
};

/** The site of an address: what browsers send as `Origin`. */
function originOf(given: string | boolean | undefined): string {
  if (given === undefined) return ANY_SITE;
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new UsageError(`--origin is the viewer's address, https://…, not “${given}”.`);
  return url.origin;
}

/** Everything that can be said of one path. Throws when it cannot be read or is of no known kind. */
export async function inspectPath(
  path: string,
  extent: "quick" | "full" | "auto",
  context: CliContext,
  origin = ANY_SITE,
): Promise<Inspection> {
  const { signal } = context;
  const host = isUrl(path) ? await addressReport(path, origin, signal) : null;
  try {
    const findings = await find(path, extent, context);
    return inspectionOf(path, findings, host);
  } catch (thrown) {
    signal.throwIfAborted();
    if (!host) throw thrown;
    // What the host does wrong is the answer; the reader's failure follows from it or is said beside it.
    const { code, params } = errorFacts(thrown, path);
    return inspectionOf(path, { what: "could not be read", warnings: [{ code, params }] }, host);
  }
}

async function find(path: string, extent: string, context: CliContext): Promise<Findings> {
  const { signal } = context;
  if (isUrl(path) && isZarr(path)) {
    const found = await findAtAddress(path, signal);
    if (found) return found;
  }
  const opened = await sourceFiles(path, signal);
  try {
    const [first] = opened.files;
    if (opened.files.length > 0 && first && !first.path.includes("/")) {
      const head = await first.source.read(0, 8, signal);
      if (isHdf5(head)) return await findHdf5(opened, first, extent, context);
      if (isZip(head)) return await findInZip(first, signal);
    }
    // At an address no folder can be listed: what was found there is told file by file.
    const zarr = isUrl(path) ? undefined : zarrFolder(opened.files);
    const store = zarr && (await inspectZarr(zarr, signal));
    if (store && !opened.files.some(({ path: one }) => one.endsWith(".parquet"))) return store;
    const slide = await findSlide(opened.files, extent, context).catch(async (thrown) => {
      const beside = first && !first.path.includes("/") ? await findBeside(first, signal) : undefined;
      if (!beside) throw thrown;
      return beside;
    });
    const warnings = [...opened.warnings, ...(slide.warnings ?? [])];
    if (!store) return { ...slide, warnings };
    return { ...slide, ...store, images: [...(store.images ?? []), ...(slide.images ?? [])], warnings };
  } finally {
    await closeFiles(opened);
  }
}

/** Files that give a table beside them its scale, and show nothing themselves. */
const BESIDE: Readonly<Record<string, string>> = {
  experiment: "Xenium experiment description: gives transcripts beside it the size of the image's pixels",
  transform: "transform of positions to image pixels (3 × 3), for the table beside it",
  positions: "Space Ranger positions of barcodes, for the matrix in the folder above",
  scalefactors: "Space Ranger scale factors, for the matrix in the folder above",
};

async function findBeside({ source }: SourceFile, signal: AbortSignal): Promise<Findings | undefined> {
  const what = BESIDE[(await classify(source, signal)).kind];
  return what === undefined ? undefined : { what };
}

/** What an HDF5 file that is no slide is refused with. */
const NOT_SLIDES: ReadonlySet<string> = new Set([
  "hdf5-unsupported",
  "gef-cells",
  "visium-positions",
  "visium-not-bins",
  "stereomap-file",
]);

/** A table where the file is one; else what kind of HDF5 it is. */
async function findHdf5(
  { files }: SourceFiles,
  file: SourceFile,
  extent: string,
  context: CliContext,
): Promise<Findings> {
  try {
    return await findSlide(files, extent, context);
  } catch (thrown) {
    const code = thrown instanceof CentiscopeError ? thrown.facts.code : undefined;
    if (!code || !NOT_SLIDES.has(code)) throw thrown;
    return inspectHdf5(file.source, context.signal);
  }
}

async function findSlide(
  files: readonly SourceFile[],
  extent: string,
  context: CliContext,
): Promise<Findings> {
  const { signal } = context;
  const plan = await identify(files, signal);
  const warnings: ReaderWarning[] = [...plan.warnings];
  const shown: ImageFigures[] = [];
  for (const image of plan.images) {
    const { kind, file } = image;
    try {
      if (kind !== "zarr") shown.push(await inspectImage({ ...image, kind }, signal));
      // Of one in a folder `inspectZarr` tells.
      else if (file.source instanceof HttpSource) shown.push(await inspectZarrAddress(file.source, signal));
    } catch (thrown) {
      signal.throwIfAborted();
      if (plan.images.length === 1 && !plan.expression) throw thrown;
      const { code, params } = errorFacts(thrown, image.file.source.name);
      warnings.push({ code, params });
    }
  }
  if (!plan.expression)
    return {
      what: shown.map((image) => `${image.format} image`)[0] ?? "OME-Zarr image",
      images: shown,
      warnings,
    };
  const network = files.some(({ source }) => source instanceof HttpSource);
  const size = network ? await totalSize(files, signal) : 0;
  const quick = extent === "quick" || (extent === "auto" && size > READ_WHOLE_BYTES);
  const progress = progressLine(context);
  const { figures, warnings: noticed } = await inspectTable(plan, { signal, quick, onRows: progress.rows });
  progress.end();
  return {
    what: `${figures.format}, ${figures.version}`.replace(/, $/, ""),
    table: figures,
    images: shown,
    warnings: [...warnings, ...noticed],
  };
}

async function totalSize(files: readonly SourceFile[], signal: AbortSignal): Promise<number> {
  const sizes = await Promise.all(
    files.map(({ source }) => source.size(signal).catch(() => Number.POSITIVE_INFINITY)),
  );
  signal.throwIfAborted();
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The files of a folder that is a Zarr group at its top; undefined otherwise. */
function zarrFolder(files: readonly SourceFile[]): ZarrFiles | undefined {
  const top = files[0]?.path.split("/")[0];
  const inside = new Map(files.map(({ path, source }) => [path.slice((top?.length ?? 0) + 1), source]));
  if (!top || ![...inside.keys()].some((path) => METADATA.test(path) && !path.includes("/")))
    return undefined;
  return { name: top, get: (path) => inside.get(path), paths: [...inside.keys()], sizeBytes: null };
}

/** A zip is told by what it holds: a Zarr group at its top or in its only folder. */
async function findInZip(file: SourceFile, signal: AbortSignal): Promise<Findings> {
  const entries = await readZipDirectory(file.source, signal);
  const stored = entries.filter((entry) => entry.method === 0);
  const tops = new Set(entries.map(({ name }) => name.split("/")[0]));
  const prefix =
    tops.size === 1 && !entries.some(({ name }) => METADATA.test(name) && !name.includes("/"))
      ? `${[...tops][0]}/`
      : "";
  const facts = { files: entries.length, "stored without compression": stored.length };
  const sources = new Map<string, SourceFile["source"]>();
  for (const entry of stored) {
    const name = entry.name.slice(prefix.length);
    if (METADATA.test(name) || name.endsWith(".zarray"))
      sources.set(name, await storedEntry(file.source, entry, signal));
  }
  const paths = entries.map(({ name }) => name.slice(prefix.length));
  const zarr: ZarrFiles = {
    name: file.source.name,
    get: (path) => sources.get(path),
    paths,
    sizeBytes: null,
  };
  const found = await inspectZarr(zarr, signal);
  if (found) return { ...found, facts: { ...found.facts, ...facts } };
  const zarrInside = paths.some((path) => METADATA.test(path));
  const what = zarrInside
    ? "zip archive of a Zarr group whose files are compressed once more"
    : "zip archive";
  return { what, facts };
}

/** A store at an address, by its `zarr.json` alone; undefined when that tells of no store of ours. */
async function findAtAddress(path: string, signal: AbortSignal): Promise<Findings | undefined> {
  const base = path.replace(/\/+$/, "");
  const name = new URL(base).pathname.split("/").at(-1) ?? base;
  const source = new HttpSource(`${base}/zarr.json`, `${name}/zarr.json`);
  const get = (inside: string) => (inside === "zarr.json" ? source : undefined);
  const zarr: ZarrFiles = { name, get, paths: ["zarr.json"], sizeBytes: null };
  try {
    const found = await inspectZarr(zarr, signal);
    return found?.table ? found : undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof CentiscopeError && thrown.facts.code === "http-not-found") return undefined;
    throw thrown;
  }
}

function inspectionOf(path: string, findings: Findings, host: HostReport | null): Inspection {
  const { what, table = null, images = [], facts = {}, warnings = [] } = findings;
  const worded = warnings.map(({ code, params }) => ({
    code,
    message: fillTemplate(messages[code as MessageCode]?.en ?? code, params),
  }));
  return { path, what, table, images, facts, host, warnings: worded };
}

/** Rows so far on a terminal's last line, four times a second. */
function progressLine({ note }: CliContext): { rows(count: number): void; end(): void } {
  if (!process.stderr.isTTY) return { rows: () => {}, end: () => {} };
  let last = 0;
  return {
    rows: (count) => {
      if (performance.now() - last < 250) return;
      last = performance.now();
      note(`\r${formatInteger(count, "en")} rows `);
    },
    end: () => last > 0 && note("\r\x1b[K"),
  };
}
