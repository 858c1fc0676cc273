import { CentiscopeError } from "../core/errors.ts";
import { ThriftError } from "./thrift-compact.ts";

/** Thrown for pages that are not what a Parquet file may hold; the message says why. */
export class ParquetError extends Error {}

/** `parquet-corrupt` of a file, in the words of whatever found it; `parquet-memory` when memory was wanting. */
export function corruptParquet(file: string, thrown: unknown): CentiscopeError {
  if (thrown instanceof RangeError && /alloc|memory/i.test(thrown.message)) {
    return new CentiscopeError("parquet-memory", { file }, { cause: thrown });
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new CentiscopeError("parquet-corrupt", { file, detail: text.slice(0, 200) }, { cause: thrown });
}

/** Runs `parse`; a {@link ParquetError} or ThriftError of its becomes `parquet-corrupt`. */
export function parsedParquet<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    throw thrown instanceof ParquetError || thrown instanceof ThriftError
      ? corruptParquet(file, thrown)
      : thrown;
  }
}
