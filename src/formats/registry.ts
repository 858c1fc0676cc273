import { CentiscopeError, errorFacts, isAbort } from "../core/errors.ts";
import type { ReaderWarning, TranscriptColumns } from "../core/table.ts";
import type { SourceFile } from "../io/byte-source.ts";
import { alignedImage, chooseImages, depth, isInside, type Looked } from "./choose-images.ts";
import { classify, type FileClass } from "./classify.ts";
import { leaveUnplaced, placedOn } from "./place-on-image.ts";
import type { ReadOptions } from "./read-options.ts";
import type { ExpressionPlan, ImagePlan, SlidePlan } from "./slide-plan.ts";
import { findPartsFolders, type PartsFolder, zarrRoots } from "./spatialdata-files.ts";
import type { TablePreview } from "./table-meaning.ts";
import { withoutTiles } from "./tile-folders.ts";
import { unopened } from "./unopened.ts";
import { visiumFiles } from "./visium-files.ts";
import { worthLooking } from "./worth-looking.ts";
import { findZarrImages } from "./zarr-images.ts";

/** So few files were chosen on purpose: a table among them is opened even if its columns must be asked for. */
const CHOSEN_ON_PURPOSE = 4;

/**
 * Tells what a set of files is, by content; names only break ties. At most one expression set and its images
 * make the slide; what is left out is named in `unknown` and `warnings`. Throws when nothing is known.
 */
export async function identify(files: readonly SourceFile[], signal?: AbortSignal): Promise<SlidePlan> {
  const warnings: ReaderWarning[] = [];
  const folders = findPartsFolders(files);
  const skip = skipper(files, folders);
  const all = files.filter((file) => !skip(file.path));
  const candidates = worthLooking(all);
  if (candidates.length < all.length) {
    const params = {
      file: topFolder(files) ?? files[0]!.source.name,
      files: all.length,
      looked: candidates.length,
    };
    warnings.push({ code: "warn-files-many", params });
  }
  const seen: Looked[] = [];
  for (const file of candidates) {
    try {
      seen.push({ file, found: await classify(file.source, signal) });
    } catch (thrown) {
      signal?.throwIfAborted();
      if (isAbort(thrown) || candidates.length === 1) throw thrown;
      const facts = errorFacts(thrown, file.path);
      warnings.push({ code: "warn-file-skipped", params: { file: file.path, reason: facts.code } });
    }
  }
  const zarrs = await findZarrImages(files, warnings, signal);
  const looked: Looked[] = [
    ...withoutTiles(seen),
    ...zarrs.map((file) => ({ file, found: { kind: "zarr", gzip: false } as const })),
  ];
  for (const { file, found } of looked) {
    if (file.path.toLowerCase().endsWith(".gz") && !found.gzip && found.kind !== "unknown") {
      warnings.push({ code: "warn-not-gzip", params: { file: file.path } });
    }
  }
  const found = chooseExpression(looked, folders, files.length, warnings);
  const table = filesOf(found)[0];
  // Of several runs the images of the table's own come first: another's lie elsewhere.
  const run = table && severalRuns(looked) ? folderOf(table.path) : "";
  const own = looked.filter(({ file }) => isInside(file.path, run));
  const aligned = !found || found.format === "xenium" ? alignedImage(own) : null;
  const images = chooseImages(looked, aligned?.image ?? null, run, warnings);
  if (found?.format === "spatialdata") await leaveUnplaced(found, images, warnings, signal);
  const expression = placedOn(found, images[0]?.file ?? null, aligned?.alignment ?? null);
  if (!expression && images.length === 0) throw nothingKnown(files, looked);
  const silent = expression ? undefined : unopened(looked);
  if (silent) warnings.push({ code: silent.facts.code, params: silent.facts.params });
  const used = new Set([...filesOf(expression), ...images.flatMap(({ file, more }) => [file, ...more])]);
  return {
    name: nameOf(files, expression, images),
    expression,
    images,
    alignment: aligned?.image ? aligned.alignment : null,
    unknown: files.filter((file) => !used.has(file) && !skip(file.path)),
    warnings,
  };
}

/** Reads a plan's expression; the format's reader is loaded on demand. Throws ColumnsNeeded when the user must choose. */
export async function readExpression(plan: SlidePlan, options: ReadOptions = {}): Promise<TranscriptColumns> {
  const { expression } = plan;
  if (!expression) throw new CentiscopeError("no-expression", { file: plan.name });
  switch (expression.format) {
    case "gem":
      return (await import("./gem.ts")).readGem(expression.file.source, options);
    case "gef":
      return (await import("./gef.ts")).readGef(expression.file.source, options);
    case "visium-hd": {
      const { readVisiumHd } = await import("./visium-hd.ts");
      return readVisiumHd(visiumFiles(expression), options);
    }
    case "xenium": {
      const { readXenium } = await import("./xenium.ts");
      const { file, experiment, alignment } = expression;
      const place = { experiment: experiment?.source ?? null, alignment: alignment?.source ?? null };
      return readXenium(file.source, place, options);
    }
    case "merscope": {
      const { readMerscope } = await import("./merscope.ts");
      return readMerscope(expression.file.source, expression.transform?.source ?? null, options);
    }
    case "cosmx":
      return (await import("./cosmx.ts")).readCosmx(expression.file.source, options);
    case "iss":
      return (await import("./iss.ts")).readIss(expression.file.source, options);
    case "spatialdata": {
      const { readSpatialdata } = await import("./spatialdata.ts");
      return readSpatialdata(
        {
          name: expression.element,
          attributes: expression.attributes.source,
          parts: expression.parts.map((part) => part.source),
          image: expression.image?.source ?? null,
        },
        options,
      );
    }
    case "table": {
      const sources = expression.files.map((file) => file.source);
      if (expression.container === "parquet")
        return (await import("./parquet.ts")).readParquet(sources, options);
      return (await import("./csv.ts")).readCsv(sources[0]!, options);
    }
  }
}

/** Column names, first rows and the guess of a plan's table, for choosing columns by hand. */
export async function previewTable(plan: SlidePlan, signal?: AbortSignal): Promise<TablePreview> {
  const file = filesOf(plan.expression)[0];
  if (!file) throw new CentiscopeError("no-expression", { file: plan.name });
  return (await import("./preview.ts")).previewFile(file.source, signal);
}

/** Parts of a Parquet folder, chunks of a zarr store and tiles of a pyramid are not looked at one by one. */
function skipper(files: readonly SourceFile[], folders: readonly PartsFolder[]): (path: string) => boolean {
  const parts = new Set(folders.flatMap((folder) => folder.parts.map((part) => part.path)));
  const roots = zarrRoots(files).flatMap((root) => (root === "" ? [] : [`${root}/`]));
  const tiles = files
    .filter((file) => file.path.toLowerCase().endsWith(".dzi"))
    .map((file) => `${file.path.slice(0, -4)}_files/`);
  const zoomify = files
    .filter((file) => /(^|[/\\])ImageProperties\.xml$/i.test(file.path))
    .map((file) => `${file.path.slice(0, -"ImageProperties.xml".length)}TileGroup`);
  const prefixes = [...new Set([...roots, ...tiles, ...zoomify])];
  return (path) =>
    parts.has(path) ||
    path.split("/").some((name) => name.startsWith(".")) ||
    prefixes.some((prefix) => path.startsWith(prefix));
}

function chooseExpression(
  looked: readonly Looked[],
  folders: readonly PartsFolder[],
  files: number,
  warnings: ReaderWarning[],
): ExpressionPlan | null {
  const first = (kind: FileClass["kind"], folder?: string): SourceFile | null =>
    looked.find(
      ({ file, found }) => found.kind === kind && (folder === undefined || folderOf(file.path) === folder),
    )?.file ?? null;
  /** In the table's own folder or inside it; elsewhere only where no other run can be meant. */
  const sibling = (kind: FileClass["kind"], of: SourceFile) =>
    first(kind, folderOf(of.path)) ??
    looked.find(({ file, found }) => found.kind === kind && isInside(file.path, folderOf(of.path)))?.file ??
    (severalRuns(looked) ? null : first(kind));
  /** In the folder `spatial` beside a matrix, or in the matrix's own. A run has several of both: no other will do. */
  const spatial = (kind: FileClass["kind"], of: SourceFile) => {
    const folder = folderOf(of.path);
    return first(kind, folder === "" ? "spatial" : `${folder}/spatial`) ?? first(kind, folder);
  };
  const candidates: { plan: ExpressionPlan; path: string; rank: number; stem: string }[] = [];
  for (const { file, found } of looked) {
    const add = (plan: ExpressionPlan, rank: number) =>
      candidates.push({
        plan,
        path: file.path,
        rank,
        stem: file.path.replace(/\.(parquet|gef|(csv|gem)(\.gz)?)$/, ""),
      });
    if (found.kind === "gem" || found.kind === "gef") add({ format: found.kind, file }, 3);
    else if (found.kind === "matrix") {
      const [positions, scalefactors] = [spatial("positions", file), spatial("scalefactors", file)];
      // Bins of 8 µm are what is looked at first; those of 2 µm are more than a browser holds.
      const rank = /square_008um/.test(file.path) ? 3 : 2.9;
      if (found.placed || (positions && scalefactors)) {
        add({ format: "visium-hd", file, positions, scalefactors, picture: null }, rank);
      }
    } else if (found.kind === "table") {
      const rank = found.sure ? 2 : files <= CHOSEN_ON_PURPOSE ? 1 : 0;
      if (rank > 0) add({ format: "table", container: found.container, files: [file] }, rank);
    } else if (found.kind === "instrument") {
      if (found.platform === "xenium") {
        add({ format: "xenium", file, experiment: sibling("experiment", file), alignment: null }, 3);
      } else if (found.platform === "merscope") {
        add({ format: "merscope", file, transform: sibling("transform", file) }, 3);
      } else add({ format: found.platform, file }, 3);
    }
  }
  for (const { element, folder, attributes, parts } of folders) {
    // Of a SpatialData store's folders of parts only points hold molecules; `transcripts` is the usual name.
    const rank = /transcript|molecule/i.test(element) ? 3.5 : 2.5;
    const plan: ExpressionPlan = attributes
      ? { format: "spatialdata", element, attributes, parts, image: null }
      : { format: "table", container: "parquet", files: parts };
    candidates.push({ plan, path: folder, rank: attributes ? rank : 2, stem: folder });
  }
  candidates.sort((a, b) => b.rank - a.rank || depth(a.path) - depth(b.path) || order(a.path, b.path));
  const best = candidates[0];
  if (!best) return null;
  const others = candidates.filter((other) => other !== best && other.rank >= 2 && other.stem !== best.stem);
  if (others.length > 0) {
    const names = others.map((other) => other.path).slice(0, 5);
    warnings.push({ code: "warn-two-tables", params: { file: best.path, others: names.join(", ") } });
  }
  return best.plan;
}

/** Of tables that are equally good, the one that is read faster: Parquet before text, GEF before GEM. */
function order(a: string, b: string): number {
  const binary = (path: string) => Number(/\.(parquet|gef)$/.test(path));
  return binary(b) - binary(a) || (a < b ? -1 : 1);
}

function nothingKnown(files: readonly SourceFile[], looked: readonly Looked[]): CentiscopeError {
  const known = unopened(looked);
  if (known) return known;
  for (const { file, found } of looked) {
    if (found.kind !== "foreign-image") continue;
    const { code, format } = found;
    const folder = code === "image-foreign-pyramid" ? topFolder(files) : undefined;
    return new CentiscopeError(code, { file: folder ?? file.source.name, format });
  }
  const empty = looked.find((item) => item.found.kind === "empty");
  if (empty && files.length === 1) return new CentiscopeError("file-empty", { file: empty.file.source.name });
  const only = files[0];
  if (only && files.length === 1) return new CentiscopeError("file-kind-unknown", { file: only.source.name });
  return new CentiscopeError("nothing-known", {
    file: topFolder(files) ?? only?.source.name ?? "",
    files: files.length,
  });
}

/** The files of an expression, the one that gives it its name first. */
export function filesOf(plan: ExpressionPlan | null): SourceFile[] {
  if (!plan) return [];
  switch (plan.format) {
    case "spatialdata":
      return [...plan.parts, plan.attributes, ...(plan.image ? [plan.image] : [])];
    case "table":
      return [...plan.files];
    case "xenium":
      return [plan.file, plan.experiment, plan.alignment].filter((file) => file !== null);
    case "visium-hd":
      return [plan.file, plan.positions, plan.scalefactors, plan.picture].filter((file) => file !== null);
    case "merscope":
      return plan.transform ? [plan.file, plan.transform] : [plan.file];
    default:
      return [plan.file];
  }
}

function nameOf(
  files: readonly SourceFile[],
  expression: ExpressionPlan | null,
  images: readonly ImagePlan[],
): string {
  const top = topFolder(files);
  if (top) return top.replace(/\.zarr$/, "");
  const name = filesOf(expression)[0]?.source.name ?? images[0]?.file.source.name ?? "";
  return name.replace(/\.gz$/i, "").replace(/\.(ome\.)?[A-Za-z0-9]{2,7}$/, "") || name;
}

/** The folder that holds all files, when there is one. */
function topFolder(files: readonly SourceFile[]): string | undefined {
  const tops = new Set(files.map((file) => (file.path.includes("/") ? file.path.split("/")[0] : undefined)));
  return tops.size === 1 ? [...tops][0] : undefined;
}

/** True when tables of instruments lie in several folders: runs, or regions of one, that were given together. */
function severalRuns(looked: readonly Looked[]): boolean {
  const tables = looked.filter(({ found }) => found.kind === "instrument");
  return new Set(tables.map(({ file }) => folderOf(file.path))).size > 1;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
