import { rowsWhere } from "../rows/table-rows.ts";
import { numberOption, UsageError, type VerbArguments, type VerbOption } from "../verb.ts";
import type { OpenedSource } from "./open-source.ts";

/** The option of verbs that count. */
export const MIN_QV: VerbOption = {
  type: "string",
  value: "Q",
  help: "count only rows of a quality value of Q or more",
};

/**
 * What of an opened source passes `--min-qv`. A store answers from its sums where they are of that very value; every
 * other value is looked up row by row.
 */
export function passingQuality(
  { source, store }: Pick<OpenedSource, "source" | "store">,
  args: VerbArguments,
): Pick<OpenedSource, "source" | "store"> {
  const minQv = numberOption(args, "min-qv", 0, 1e6);
  if (minQv === undefined) return { source, store };
  if (!source.extraColumns.some(({ name, dtype }) => name === "qv" && dtype !== "string")) {
    throw new UsageError(`--min-qv: ${source.path} has no quality values (qv).`);
  }
  if (store?.manifest.quality?.atLeast === minQv) return { source, store: store.aboveBound() };
  return {
    store: null,
    source: {
      ...source,
      async *batches(signal) {
        for await (const batch of source.batches(signal)) {
          const qv = batch.extra.qv as Float32Array;
          yield rowsWhere(batch, (i) => qv[i]! >= minQv);
        }
      },
    },
  };
}
