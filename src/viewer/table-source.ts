import { type ServiceHandle, startService, WarmService } from "../../workers/pool.ts";
import type {
  LoadedTable,
  PackedNames,
  RequestOf,
  ResultOf,
  ShardMethods,
  ShardTotals,
} from "../../workers/protocol.ts";
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
import { shardBuffers } from "../core/tile-shards.ts";
import type { ExpressionSource, RegionOptions } from "../io/expression-source.ts";

/** No question about a table takes this long; a worker that is silent for it is stuck. */
const SILENCE_MS = 60_000;

const shardWorkers = new WarmService("shard");

export interface TableSourceOptions {
  /** The table's name, for messages. */
  readonly file: string;
  /** Called once when a worker died and rows with it: every call rejects with `table-lost` from then on. */
  readonly onLost?: (error: CentiscopeError) => void;
  /** Stands in for the real workers in tests. */
  readonly startWorker?: () => Worker;
}

/**
 * A table in memory, its shards spread over workers. Questions go to all shards at once and their answers are
 * put together; sums are finished in a worker. See `ExpressionSource`.
 */
export class TableSource implements ExpressionSource {
  readonly info: ExpressionInfo;
  readonly genes: GeneTable;
  readonly #file: string;
  readonly #onLost: ((error: CentiscopeError) => void) | undefined;
  readonly #shards: readonly ServiceHandle<"shard">[];
  readonly #cellNames: PackedNames | null;
  readonly #geneSets = new Map<string, number>();
  #filterLabel = "all";
  #lost: CentiscopeError | undefined;

  /** Starts a worker that the next table's first shard is handed to. */
  static prepare(): void {
    shardWorkers.warm();
  }

  /** Hands the loaded table over to workers, its columns transferred. */
  static async open(
    table: LoadedTable,
    options: TableSourceOptions,
    signal?: AbortSignal,
  ): Promise<TableSource> {
    const { file, startWorker } = options;
    let onLost: (() => void) | undefined;
    const lost = () => onLost?.();
    const handles = table.shards.map(() =>
      startWorker
        ? startService("shard", { file, onLost: lost, start: startWorker })
        : shardWorkers.take(file, lost),
    );
    try {
      await Promise.all(
        table.shards.map((shard, s) =>
          handles[s]!.call(
            "adopt",
            { shard, isControl: table.genes.isControl, file },
            { signal, hand: shardBuffers(shard), silenceMs: SILENCE_MS },
          ),
        ),
      );
      const source = new TableSource(table, handles, options);
      onLost = () => source.#fail();
      return source;
    } catch (thrown) {
      for (const handle of handles) handle.close();
      throw thrown;
    }
  }

  private constructor(
    table: LoadedTable,
    shards: readonly ServiceHandle<"shard">[],
    options: TableSourceOptions,
  ) {
    this.info = table.info;
    this.genes = table.genes;
    this.#cellNames = table.cellNames;
    this.#shards = shards;
    this.#file = options.file;
    this.#onLost = options.onLost;
  }

  /** Not undone by an abort: the filter asked for last is the one that holds. */
  async setFilter(filter: RowFilter, signal?: AbortSignal): Promise<FilterSummary> {
    signal?.throwIfAborted();
    this.#filterLabel = `${filter.minQv ?? "all"}${filter.hideControls ? "-controls" : ""}`;
    const parts = await this.#all("filter", filter, signal);
    return {
      rows: sum(parts, (part) => part.rows),
      count: sum(parts, (part) => part.count),
      totals: addUp(parts.map((part: ShardTotals) => part.totals)),
    };
  }

  async bins(query: BinQuery, signal?: AbortSignal): Promise<BinRaster> {
    const parts = await this.#all("accumulate", query, signal);
    const hand = parts.flatMap(({ genes, versus }) =>
      versus ? [genes.buffer as ArrayBuffer, versus.buffer as ArrayBuffer] : [genes.buffer as ArrayBuffer],
    );
    return this.#one(this.#shards[0]!, "finish", { query, parts }, signal, hand);
  }

  async countInArea(
    area: ViewArea,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<ViewCount> {
    const parts = await this.#all("count", { area, genes }, signal);
    return { rows: sum(parts, (part) => part.rows), count: sum(parts, (part) => part.count) };
  }

  async geneCounts(area: ViewArea, signal?: AbortSignal): Promise<Float64Array> {
    return addUp(await this.#all("geneCounts", area, signal));
  }

  async countRegion(area: PackedArea, { signal, onBracket }: RegionOptions = {}): Promise<RegionSums> {
    checkArea(area, this.#file);
    const brackets = new Map<number, RegionBracket>();
    const bracketed = (shard: number, bracket: RegionBracket) => {
      brackets.set(shard, bracket);
      if (brackets.size < this.#shards.length) return;
      const parts = [...brackets.values()];
      onBracket?.({
        lower: addUp(parts.map(({ lower }) => lower)),
        upper: addUp(parts.map(({ upper }) => upper)),
      });
    };
    const parts = await Promise.all(
      this.#shards.map((shard, s) =>
        this.#one(
          shard,
          "region",
          { area, bracket: onBracket !== undefined },
          signal,
          [],
          onBracket && ((bracket) => bracketed(s, bracket as RegionBracket)),
        ),
      ),
    );
    return {
      rows: sum(parts, (part) => part.rows),
      count: sum(parts, (part) => part.count),
      genes: addUp(parts.map((part) => part.genes)),
    };
  }

  async points(
    boundsUm: Bounds<"um">,
    genes: readonly number[] | null,
    have: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<PointTile[]> {
    const label = `${this.#filterLabel}/${this.#geneSetLabel(genes)}`;
    const parts = await Promise.all(
      this.#shards.map((shard, s) =>
        this.#one(shard, "points", { boundsUm, genes, keyPrefix: `${label}/${s}.`, have }, signal),
      ),
    );
    return parts.flat();
  }

  async pick(
    at: Point<"um">,
    radiusUm: number,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<PickedRow | undefined> {
    const parts = await this.#all("pick", { at, radiusUm, genes }, signal);
    // Later shards are drawn on top, so of equally near rows the last one wins.
    const found = parts.reduce(
      (best, row) => (row && (!best || row.distanceUm <= best.distanceUm) ? row : best),
      null,
    );
    if (!found) return undefined;
    return { ...found, geneName: this.genes.names[found.gene] ?? "", cell: this.#cellName(found.cell) };
  }

  close(): void {
    for (const shard of this.#shards) shard.close();
  }

  #cellName(code: number | null): string | null {
    if (!code || !this.#cellNames) return null;
    const { bytes, offsets } = this.#cellNames;
    return new TextDecoder().decode(bytes.subarray(offsets[code - 1], offsets[code]));
  }

  /** A short name for a gene set that stays while the table is open. */
  #geneSetLabel(genes: readonly number[] | null): string {
    if (genes === null) return "all";
    const key = [...genes].sort((a, b) => a - b).join();
    let label = this.#geneSets.get(key);
    if (label === undefined) {
      label = this.#geneSets.size;
      this.#geneSets.set(key, label);
    }
    return String(label);
  }

  #all<M extends keyof ShardMethods>(
    method: M,
    request: RequestOf<"shard", M>,
    signal: AbortSignal | undefined,
  ): Promise<ResultOf<"shard", M>[]> {
    return Promise.all(this.#shards.map((shard) => this.#one(shard, method, request, signal)));
  }

  async #one<M extends keyof ShardMethods>(
    shard: ServiceHandle<"shard">,
    method: M,
    request: RequestOf<"shard", M>,
    signal: AbortSignal | undefined,
    hand: readonly ArrayBuffer[] = [],
    onProgress?: (progress: unknown) => void,
  ): Promise<ResultOf<"shard", M>> {
    signal?.throwIfAborted();
    if (this.#lost) throw this.#lost;
    try {
      return await shard.call(method, request, { signal, hand, onProgress, silenceMs: SILENCE_MS });
    } catch (thrown) {
      throw signal?.aborted ? thrown : (this.#lost ?? thrown);
    }
  }

  /** A shard's rows are gone: figures without them would lie, so nothing is answered any more. */
  #fail(): void {
    if (this.#lost) return;
    const error = new CentiscopeError("table-lost", { file: this.#file }, { retryable: true });
    this.#lost = error;
    for (const shard of this.#shards) shard.close();
    this.#onLost?.(error);
  }
}

function sum<T>(parts: readonly T[], of: (part: T) => number): number {
  return parts.reduce((total, part) => total + of(part), 0);
}

function addUp(parts: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array(), ...others] = parts;
  for (const part of others) for (let i = 0; i < first.length; i++) first[i]! += part[i]!;
  return first;
}
