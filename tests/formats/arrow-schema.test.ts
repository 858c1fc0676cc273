import { expect, test } from "vitest";
import type { ColumnVector } from "../../src/formats/column-vector.ts";
import { engineVectors, parquetEngine } from "../../src/formats/parquet-engine.ts";
import { vectorTexts } from "../../src/formats/parquet-file.ts";
import { assembleGroup, parseFooter } from "../../src/formats/parquet-footer.ts";
import { fileSource } from "./files.ts";

const PART =
  "public/samples/xenium-breast/xenium_rep1_io.points_only.spatialdata.zarr/points/transcripts/points.parquet/part.0.parquet";

test("from the engine, text that is stored as a dictionary comes as one, numbers as they are", async () => {
  const source = fileSource(PART);
  const file = await source.read(0, await source.size());
  const dataEnd =
    file.length - 8 - new DataView(file.buffer, file.byteOffset).getUint32(file.length - 8, true);
  const footer = parseFooter(file.subarray(dataEnd, -8), dataEnd);
  const engine = await parquetEngine();
  const first = (name: string): ColumnVector => {
    const group = footer.groups[0]!;
    const chunk = group.columns.get(name)!;
    const one = assembleGroup(footer, group, [{ chunk, bytes: file.subarray(chunk.start, chunk.end) }]);
    for (const vector of engineVectors(engine, one, undefined)) {
      // The genes that DuckDB counts in this file: SELECT count(DISTINCT feature_name).
      if (name === "feature_name") expect(new Set(vectorTexts(vector, vector.length)).size).toBe(397);
      return vector;
    }
    throw new Error("no rows");
  };
  expect(first("feature_name").kind).toBe("dictionary");
  expect(first("x").kind).toBe("number");
  expect(first("cell_id").kind).toBe("number");
});
