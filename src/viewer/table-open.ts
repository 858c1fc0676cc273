import { WarmService } from "../../workers/pool.ts";
import type { FoundPart, LoadReport, RequestOf, ResultOf } from "../../workers/protocol.ts";
import { lengthScale, scaleTranslate } from "../core/affine.ts";
import type { ColumnRoles } from "../core/column-guess.ts";
import type { LoadProgress } from "../state/session.ts";
import type { Inspected, OpenedTable, OpenTableOptions, SlideFile, SlidePart } from "./slide-contract.ts";
import { TableSource } from "./table-source.ts";

/** A reader that is silent for this long is stuck; a slow server is not, as it is retried and reports. */
const READ_SILENCE_MS = 300_000;
const INSPECT_SILENCE_MS = 120_000;
/** More shards than this bring nothing: reading memory is the limit. */
const MAX_SHARDS = 4;
/** An estimate before this is noise. */
const ETA_AFTER_MS = 1000;

const loaders = new WarmService("load");

/** Starts the workers that read files and hold tables, before there are any. */
export function prepareTables(): void {
  loaders.warm();
  TableSource.prepare();
}

/** Tells what a slide's files are, by content, in a worker. Rejects when nothing is known. */
export async function inspectFiles(files: readonly SlideFile[], signal: AbortSignal): Promise<Inspected> {
  const loader = loaders.take(files[0]?.path ?? "");
  try {
    const found = await loader.call("inspect", { files }, { signal, silenceMs: INSPECT_SILENCE_MS });
    const byPath = new Map([...files, ...found.added].map((file) => [file.path, file]));
    const part = ({ name, kind, paths, alignment }: FoundPart): SlidePart => ({
      name,
      kind,
      alignment,
      files: paths.flatMap((path) => byPath.get(path) ?? []),
    });
    return {
      image: found.image && part(found.image),
      expression: found.expression && part(found.expression),
      warnings: found.warnings,
    };
  } finally {
    if (signal.aborted) loader.close();
    else loaders.giveBack(loader);
  }
}

/**
 * Reads a table in a worker of its own and hands it to shard workers, asking the user for columns or units where
 * neither the files nor the caller state them. Aborting ends the worker at once.
 */
export async function openTable(expression: SlidePart, options: OpenTableOptions): Promise<OpenedTable> {
  const { signal } = options;
  signal.throwIfAborted();
  const loader = loaders.take(expression.name);
  const started = performance.now();
  const call = <M extends "read" | "build">(
    method: M,
    request: RequestOf<"load", M>,
  ): Promise<ResultOf<"load", M>> =>
    loader.call(method, request, {
      signal,
      silenceMs: READ_SILENCE_MS,
      onProgress: (report) =>
        options.onProgress(progressOf(report as LoadReport, performance.now() - started)),
    });
  try {
    options.onProgress({ stage: "connecting", fraction: null, rows: null, etaSeconds: null });
    let roles: ColumnRoles | null = null;
    let read = await call("read", { files: expression.files, roles });
    while (read.status === "columns") {
      const { file, names, sample, guess } = read;
      const answer = await options.ask({ kind: "columns", file, names, sample, guess });
      if (answer.kind === "columns") roles = chosen(answer.roles);
      read = await call("read", { files: expression.files, roles });
    }
    const units = await unitsOf(read, options);
    const scale = units.umPerUnit ?? 1;
    const cores = globalThis.navigator?.hardwareConcurrency ?? 1;
    const table = await call("build", {
      instrumentToUm: scaleTranslate<"instrument", "um">(scale, scale),
      maxShards: Math.max(1, Math.min(MAX_SHARDS, cores)),
    });
    const source = await TableSource.open(
      table,
      { file: read.file, ...(options.onLost ? { onLost: options.onLost } : {}) },
      signal,
    );
    const { instrumentToImagePx, warnings } = read;
    return { source, ...units, instrumentToImagePx, simulated: false, warnings };
  } finally {
    // The readers' own memory is as large as the table; a fresh worker costs less.
    loader.close();
  }
}

type ReadTable = Extract<ResultOf<"load", "read">, { readonly status: "read" }>;

/** The size of a unit: from the file, the caller, the file's own tie to a scaled image; else the user says. */
async function unitsOf(
  read: ReadTable,
  options: OpenTableOptions,
): Promise<Pick<OpenedTable, "umPerUnit" | "unitIsImagePx">> {
  const stated = read.frame.umPerUnit ?? options.units?.umPerUnit;
  // `null` from the caller: it is known that nobody knows, so there is nothing to ask.
  if (stated !== undefined) return { umPerUnit: stated, unitIsImagePx: false };
  const imageUmPerPx = (await options.imageUmPerPx())?.[0] ?? null;
  if (read.instrumentToImagePx && imageUmPerPx !== null) {
    return { umPerUnit: lengthScale(read.instrumentToImagePx) * imageUmPerPx, unitIsImagePx: false };
  }
  const answer = await options.ask({
    kind: "units",
    file: read.file,
    extent: read.extent,
    suggestions: imageUmPerPx === null ? [] : [{ umPerUnit: imageUmPerPx, reason: "image" }],
  });
  if (answer.kind !== "units") return { umPerUnit: null, unitIsImagePx: false };
  const umPerUnit = answer.asImagePx ? (imageUmPerPx ?? answer.umPerUnit) : answer.umPerUnit;
  return { umPerUnit, unitIsImagePx: answer.asImagePx };
}

/** Roles that name both coordinates; null sends the question again. */
function chosen(
  roles: {
    readonly [R in keyof ColumnRoles]: ColumnRoles[R] | null;
  },
): ColumnRoles | null {
  const { x, y } = roles;
  return x === null || y === null ? null : { ...roles, x, y };
}

/** What the tray shows of a report; `elapsedMs` since the opening began. */
export function progressOf(report: LoadReport, elapsedMs: number): LoadProgress {
  if (report.stage === "sorting") {
    return { stage: "sorting", fraction: report.fraction, rows: null, etaSeconds: null };
  }
  const fraction = report.bytesTotal > 0 ? Math.min(1, report.bytesRead / report.bytesTotal) : null;
  const etaSeconds =
    fraction !== null && fraction > 0 && elapsedMs > ETA_AFTER_MS
      ? ((elapsedMs / 1000) * (1 - fraction)) / fraction
      : null;
  return { stage: "reading", fraction, rows: report.rows, etaSeconds };
}
