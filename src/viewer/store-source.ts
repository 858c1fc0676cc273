import { type ServiceHandle, startService } from "../../workers/pool.ts";
import type { OpenedStore, RequestOf, ResultOf, StoreMethods } from "../../workers/protocol.ts";
import { CentiscopeError } from "../core/errors.ts";
import type {
  BinQuery,
  BinRaster,
  ExpressionInfo,
  FilterSummary,
  GeneTable,
  PickedRow,
  PointTile,
  RegionBracket,
  RegionSums,
  RowFilter,
  ViewArea,
  ViewCount,
} from "../core/expression.ts";
import { checkArea, type PackedArea } from "../core/packed-area.ts";
import type { Bounds, Point } from "../core/space.ts";
import type { ExpressionSource, RegionOptions } from "../io/expression-source.ts";
import type { OpenedTable, OpenTableOptions, SlidePart } from "./slide-contract.ts";

/** A host may be slow; it is retried, and one answer may need many requests. */
const SILENCE_MS = 300_000;

/** Opens a store in a worker of its own: its metadata and genes are read, its rows stay where they are. */
export async function openStore(expression: SlidePart, options: OpenTableOptions): Promise<OpenedTable> {
  const { name, files, alignment } = expression;
  const { signal, onProgress, onLost } = options;
  signal.throwIfAborted();
  onProgress({ stage: "connecting", fraction: null, rows: null, etaSeconds: null });
  let lost: (() => void) | undefined;
  const worker = startService("store", { file: name, onLost: () => lost?.() });
  try {
    const opened = await worker.call("open", { files, alignment }, { signal, silenceMs: SILENCE_MS });
    const source = new StoreSource(opened, worker, name, onLost);
    lost = () => source.fail();
    const { umPerUnit, instrumentToImagePx, simulated } = opened;
    return { source, umPerUnit, instrumentToImagePx, unitIsImagePx: false, simulated, warnings: [] };
  } catch (thrown) {
    worker.close();
    throw thrown;
  }
}

/** A store, read in parts by a worker as they are asked for. See `ExpressionSource`. */
export class StoreSource implements ExpressionSource {
  readonly info: ExpressionInfo;
  readonly genes: GeneTable;
  readonly #worker: ServiceHandle<"store">;
  readonly #file: string;
  readonly #onLost: ((error: CentiscopeError) => void) | undefined;
  #filterLabel = "all";
  #lost: CentiscopeError | undefined;

  constructor(
    opened: OpenedStore,
    worker: ServiceHandle<"store">,
    file: string,
    onLost?: (error: CentiscopeError) => void,
  ) {
    this.info = opened.info;
    this.genes = opened.genes;
    this.#worker = worker;
    this.#file = file;
    this.#onLost = onLost;
  }

  setFilter(filter: RowFilter, signal?: AbortSignal): Promise<FilterSummary> {
    this.#filterLabel = `${filter.minQv === null ? "all" : "high"}${filter.hideControls ? "-controls" : ""}`;
    return this.#ask("filter", filter, signal);
  }

  bins(query: BinQuery, signal?: AbortSignal): Promise<BinRaster> {
    return this.#ask("bins", query, signal);
  }

  countInArea(
    area: ViewArea,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<ViewCount | null> {
    return this.#ask("count", { area, genes }, signal);
  }

  geneCounts(area: ViewArea, signal?: AbortSignal): Promise<Float64Array> {
    return this.#ask("geneCounts", area, signal);
  }

  async countRegion(area: PackedArea, { signal, onBracket }: RegionOptions = {}): Promise<RegionSums> {
    checkArea(area, this.#file);
    const report = onBracket && ((bracket: unknown) => onBracket(bracket as RegionBracket));
    return this.#ask("region", { area, bracket: onBracket !== undefined }, signal, report);
  }

  points(
    boundsUm: Bounds<"um">,
    genes: readonly number[] | null,
    have: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<PointTile[]> {
    const set = genes ? [...genes].sort((a, b) => a - b).join() : "all";
    return this.#ask("points", { boundsUm, genes, keyPrefix: `${this.#filterLabel}/${set}/`, have }, signal);
  }

  async pick(
    at: Point<"um">,
    radiusUm: number,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<PickedRow | undefined> {
    return (await this.#ask("pick", { at, radiusUm, genes }, signal)) ?? undefined;
  }

  async prefetch(boundsUm: Bounds<"um">, binUm: number | null, signal?: AbortSignal): Promise<void> {
    await this.#ask("prefetch", { boundsUm, binUm }, signal);
  }

  close(): void {
    this.#worker.close();
  }

  /** The worker died: nothing more is answered until the store is opened anew. */
  fail(): void {
    if (this.#lost) return;
    this.#lost = new CentiscopeError("table-lost", { file: this.#file }, { retryable: true });
    this.#onLost?.(this.#lost);
  }

  async #ask<M extends keyof StoreMethods>(
    method: M,
    request: RequestOf<"store", M>,
    signal: AbortSignal | undefined,
    onProgress?: (progress: unknown) => void,
  ): Promise<ResultOf<"store", M>> {
    signal?.throwIfAborted();
    if (this.#lost) throw this.#lost;
    try {
      return await this.#worker.call(method, request, { signal, onProgress, silenceMs: SILENCE_MS });
    } catch (thrown) {
      throw signal?.aborted ? thrown : (this.#lost ?? thrown);
    }
  }
}
