import { CentiscopeError, errorFacts } from "../src/core/errors.ts";
import type { ReaderWarning, TranscriptColumns } from "../src/core/table.ts";
import { extentOf } from "../src/core/tile-grid.ts";
import { shardBuffers } from "../src/core/tile-shards.ts";
import { buildTableSteps } from "../src/core/tile-table.ts";
import { filesOf, identify, readExpression } from "../src/formats/registry.ts";
import type { ImagePlan, SlidePlan } from "../src/formats/slide-plan.ts";
import { ColumnsNeeded } from "../src/formats/table-meaning.ts";
import { readAlignment } from "../src/formats/xenium-alignment.ts";
import { zarrGroupOf, zarrName } from "../src/formats/zarr-images.ts";
import type { SourceFile } from "../src/io/byte-source.ts";
import { packNames } from "./load-names.ts";
import { expandStores } from "./load-stores.ts";
import type { FilesFound, FoundPart, LoadMethods, LoadReport, WorkerFile } from "./protocol.ts";
import { type Service, type Wire, wireOf } from "./serve.ts";
import { runSteps } from "./steps.ts";
import { findCentiscopeStores, sourceOf } from "./store-files.ts";

/** Fewer rows than this are not worth a shard of their own. */
const ROWS_PER_SHARD = 250_000;
/** A page has no use for more news than this. */
const REPORT_MS = 50;

function sourceFile(file: WorkerFile): SourceFile {
  return { path: file.path, source: sourceOf(file) };
}

/** The folder whose files an image takes along; null for an image of one file. */
function imageFolder({ kind, file }: ImagePlan): string | null {
  if (kind === "dzi") return `${file.path.slice(0, -4)}_files/`;
  return kind === "zarr" ? zarrGroupOf(file.path) : null;
}

function imagePart(image: ImagePlan, files: readonly WorkerFile[]): FoundPart {
  const { kind, file, more } = image;
  const folder = imageFolder(image);
  const own = [file, ...more].map(({ path }) => path);
  const inside = files.map(({ path }) => path).filter((path) => folder !== null && path.startsWith(folder));
  return {
    name: kind === "zarr" ? zarrName(file.path) : file.source.name,
    kind: kind === "zarr" ? "zarr-image" : "image",
    paths: [...own, ...inside.filter((path) => path !== file.path)],
  };
}

/** What was found, by paths; a Deep Zoom image takes its tiles along, an OME-Zarr its arrays. */
function found(plan: SlidePlan, files: readonly WorkerFile[]): Omit<FilesFound, "added"> {
  const expression = filesOf(plan.expression);
  const image = plan.images[0];
  return {
    image: image ? imagePart(image, files) : null,
    expression:
      expression.length > 0
        ? { name: expression[0]!.source.name, kind: "table", paths: expression.map((file) => file.path) }
        : null,
    warnings: plan.warnings,
  };
}

/** A store's slide: its image is among the other files, if any is. */
async function besideStore(
  [store, ...moreStores]: readonly FoundPart[],
  others: readonly WorkerFile[],
  signal: AbortSignal,
): Promise<FilesFound> {
  const warnings: ReaderWarning[] = [];
  const tables = moreStores.map(({ name }) => name);
  let image: FoundPart | null = null;
  let expression = store!;
  if (others.length > 0) {
    let file = others[0]!.path;
    try {
      const plan = await identify(others.map(sourceFile), signal);
      const beside = found(plan, others);
      image = beside.image;
      warnings.push(...beside.warnings);
      if (beside.expression) tables.push(beside.expression.name);
      if (plan.alignment) {
        file = plan.alignment.path;
        expression = { ...expression, alignment: await readAlignment(plan.alignment.source, signal) };
      }
    } catch (thrown) {
      signal.throwIfAborted();
      warnings.push({ code: "warn-file-skipped", params: { file, reason: errorFacts(thrown, file).code } });
    }
  }
  if (tables.length > 0) {
    const params = { file: store!.name, others: tables.slice(0, 5).join(", ") };
    warnings.push({ code: "warn-two-tables", params });
  }
  return { image, expression, added: [], warnings };
}

/** Tells, reads and sorts tables; see `LoadMethods`. Holds the columns between `read` and `build`. */
export function loadService(): Service<LoadMethods> {
  let held: { readonly columns: TranscriptColumns; readonly file: string } | undefined;
  return {
    inspect: async (given, { signal }) => {
      const { stores, others } = await findCentiscopeStores(given.files, signal);
      if (stores.length > 0) return besideStore(stores, others, signal);
      const { files, added, warnings } = await expandStores(given.files, signal);
      const plan = found(await identify(files.map(sourceFile), signal), files);
      return { ...plan, added, warnings: [...warnings, ...plan.warnings] };
    },

    read: async ({ files, roles }, { signal, report }) => {
      held = undefined;
      const plan = await identify(files.map(sourceFile), signal);
      const file = filesOf(plan.expression)[0]?.source.name ?? plan.name;
      const tell = throttled(report);
      try {
        const columns = await readExpression(plan, {
          signal,
          ...(roles ? { roles } : {}),
          onProgress: ({ bytesRead, bytesTotal, rows }) =>
            tell({ stage: "reading", bytesRead, bytesTotal, rows }),
        });
        if (columns.rows === 0) throw new CentiscopeError("table-empty", { file });
        held = { columns, file };
        const { minX, minY, maxX, maxY } = extentOf(columns.x, columns.y);
        return {
          status: "read" as const,
          file,
          rows: columns.rows,
          frame: columns.frame,
          extent: [maxX - minX, maxY - minY] as const,
          instrumentToImagePx: columns.instrumentToImagePx,
          warnings: columns.warnings,
        };
      } catch (thrown) {
        if (!(thrown instanceof ColumnsNeeded)) throw thrown;
        return { status: "columns" as const, ...thrown.preview };
      }
    },

    build: async ({ instrumentToUm, maxShards }, { signal, report, hand }) => {
      if (!held) throw new Error("no table was read");
      const { columns, file } = held;
      held = undefined;
      const tell = throttled(report);
      const shardCount = Math.max(1, Math.min(maxShards, Math.ceil(columns.rows / ROWS_PER_SHARD)));
      const { cellNames } = columns;
      const built = await runSteps(
        buildTableSteps(columns, instrumentToUm, { shardCount, file }),
        signal,
        (fraction) => tell({ stage: "sorting", fraction }),
      );
      const names = cellNames ? packNames(cellNames) : null;
      hand([
        ...built.shards.flatMap(shardBuffers),
        ...(names ? [names.bytes.buffer as ArrayBuffer, names.offsets.buffer as ArrayBuffer] : []),
      ]);
      return { ...built, cellNames: names };
    },
  };
}

function throttled(report: (progress: unknown) => void): (progress: LoadReport) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < REPORT_MS) return;
    last = now;
    report(progress);
  };
}

export function loadWire(): Wire {
  return wireOf<LoadMethods>(loadService());
}
