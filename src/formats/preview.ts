import type { ByteSource } from "../io/byte-source.ts";
import { columnNames, parseTableHead } from "./delimited-head.ts";
import { isParquet } from "./parquet-magic.ts";
import { sniff } from "./sniff.ts";
import { previewOf, type TablePreview } from "./table-meaning.ts";

/** Column names, first rows and the guess of a delimited text or Parquet file. Throws CentiscopeErrors. */
export async function previewFile(source: ByteSource, signal?: AbortSignal): Promise<TablePreview> {
  const { bytes, ended } = await sniff(source, 1 << 16, signal);
  if (isParquet(bytes)) {
    const [{ openParquet }, { previewParquet }] = await Promise.all([
      import("./parquet-file.ts"),
      import("./parquet.ts"),
    ]);
    return previewParquet(source.name, await openParquet(source, signal));
  }
  const head = parseTableHead(bytes, ended, source.name);
  return previewOf(source.name, columnNames(head), head.sample);
}
