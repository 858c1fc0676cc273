import type { ColumnVector } from "../../src/formats/column-vector.ts";
import { isValid } from "../../src/formats/column-vector.ts";
import { decodeChunk } from "../../src/formats/parquet-chunk.ts";
import { unpackOf } from "../../src/formats/parquet-codecs.ts";
import { parquetColumn } from "../../src/formats/parquet-column.ts";
import { engineVectors, parquetEngine } from "../../src/formats/parquet-engine.ts";
import { assembleGroup, type Footer, parseFooter, type RowGroup } from "../../src/formats/parquet-footer.ts";
import { PageMemory } from "../../src/formats/parquet-memory.ts";
import { type Page, scanPages } from "../../src/formats/parquet-pages.ts";

/** Values as they are, bytes as Latin-1 text, NaN by its bits' sign and payload being nobody's concern. */
export type Value = string | number | bigint | null;

export function valuesOf(vector: ColumnVector): Value[] {
  return Array.from({ length: vector.length }, (_, i) => {
    if (vector.kind === "other") throw new Error(`a column of ${vector.format}`);
    if (!isValid(vector.valid, i)) return null;
    if (vector.kind === "number" || vector.kind === "long") return vector.values[i]!;
    const { data, offsets, gap } = vector.kind === "bytes" ? vector : vector.values;
    const at = vector.kind === "bytes" ? i : Number(vector.codes.values[i]);
    return String.fromCharCode(...data.subarray(offsets[at]!, offsets[at + 1]! - gap));
  });
}

/** The footer of a whole file. */
export function footerOf(file: Uint8Array): Footer {
  const dataEnd =
    file.length - 8 - new DataView(file.buffer, file.byteOffset).getUint32(file.length - 8, true);
  return parseFooter(file.subarray(dataEnd, file.length - 8), dataEnd);
}

/** A column chunk by our own decoder and by the engine; `own` is null where ours leaves it to the engine. */
export async function bothWays(
  file: Uint8Array,
  footer: Footer,
  group: RowGroup,
  name: string,
): Promise<{ readonly own: Value[] | null; readonly engine: Value[]; readonly pages: readonly Page[] }> {
  const chunk = group.columns.get(name)!;
  const bytes = file.subarray(chunk.start, chunk.end);
  const column = parquetColumn(footer.elements.get(name)!, chunk.metadata);
  const unpack = column ? await unpackOf(column.codec) : null;
  const pages = column && unpack ? scanPages(bytes, group.rows, column) : null;
  const own = pages && [...map(decodeChunk(column!, bytes, pages, unpack!, new PageMemory()))].flat();
  const one = assembleGroup(footer, group, [{ chunk, bytes }]);
  const engine = own ? [...map(engineVectors(await parquetEngine(), one, undefined))].flat() : [];
  return { own, engine, pages: pages ?? [] };
}

/** A vector lives until the next is asked for. */
function* map(vectors: Iterable<ColumnVector>): Generator<Value[]> {
  for (const vector of vectors) yield valuesOf(vector);
}
