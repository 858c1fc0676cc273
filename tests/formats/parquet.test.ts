import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { readParquet } from "../../src/formats/parquet.ts";
import { identify, previewTable, readExpression } from "../../src/formats/registry.ts";
import { ColumnsNeeded } from "../../src/formats/table-meaning.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { FIXTURES, fileSource, hasShared, SHARED } from "./files.ts";

const path = `${FIXTURES}/transcripts.parquet`;
/** Kinds of pages that pyarrow writes; see tests/fixtures/README.md. */
const PAGES = "tests/fixtures/parquet";
/** Three columns without rows by pyarrow 26: one row group, its dictionaries' pages alone, its data at byte 0. */
const EMPTY =
  "UEFSMRUEFQAVAEwVABUAEgAAFQQVABUATBUAFQASAAAVBBUAFQBMFQAVABIAABUEGUw1ABgGc2NoZW1hFQYAFQglAhgKeF9sb2NhdGlvbgAVCCUC" +
  "GAp5X2xvY2F0aW9uABUMJQIYDGZlYXR1cmVfbmFtZSUATBwAAAAWABkcGTwmABwVCBklAAYZGAp4X2xvY2F0aW9uFQAWABYcFhwmACYIKRwVBBUA" +
  "FQIAAAAmABwVCBklAAYZGAp5X2xvY2F0aW9uFQAWABYcFhwmACYkKRwVBBUAFQIAAAAmABwVDBklAAYZGAxmZWF0dXJlX25hbWUVABYAFhwWHCYA" +
  "JkApHBUEFQAVAgAAABZUFgAmCBZUACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZPBwAABwAABwAAAASAQAAUEFSMQ==";
const roles = {
  x: "x_location",
  y: "y_location",
  gene: "feature_name",
  count: null,
  qv: "qv",
  cell: "cell_id",
};

describe("parquet", () => {
  test("reads only the byte ranges of the columns it needs", async () => {
    const file = fileSource(path);
    const size = await file.size();
    let read = 0;
    const counted = {
      name: file.name,
      size: () => file.size(),
      stream: () => file.stream(),
      read: async (start: number, end: number) => {
        const bytes = await file.read(start, end);
        // The footer is looked for in the file's last 64 KiB, which is all of this one.
        if (end < size) read += bytes.length;
        return bytes;
      },
    };
    const columns = await readParquet([counted], { roles: { ...roles, qv: null, cell: null } });
    expect(columns.rows).toBe(300);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(size / 2);
    expect(columns.x).toBeInstanceOf(Float32Array);
  });

  test("parts are one table in order", async () => {
    const columns = await readParquet([fileSource(path), fileSource(path)], { roles });
    expect(columns.rows).toBe(600);
    expect([...columns.gene.subarray(0, 300)]).toEqual([...columns.gene.subarray(300)]);
    const cells = [...(columns.cell ?? [])];
    expect(cells.slice(0, 300)).toEqual(cells.slice(300));
  });

  test("a part without rows, as Dask and pyarrow write it, adds none; a table without rows is called that", async () => {
    const empty = new MemorySource("empty.parquet", Buffer.from(EMPTY, "base64"));
    const three = { ...roles, qv: null, cell: null };
    for (const parts of [
      [empty, fileSource(path)],
      [fileSource(path), empty],
    ]) {
      expect((await readParquet(parts, { roles: three })).rows).toBe(300);
    }
    await expect(readParquet([empty], { roles: three })).rejects.toMatchObject({
      facts: { code: "table-empty" },
    });
  });

  test("integers as counts, wide integers as cells, text where numbers are needed", async () => {
    const counts = await readParquet([fileSource(path)], {
      roles: { ...roles, count: "overlaps_nucleus", cell: "transcript_id" },
    });
    // Rows with count 0 are left out, and it is said.
    const warning = counts.warnings.find((item) => item.code === "warn-zero-counts");
    expect(counts.rows + Number(warning?.params.rows)).toBe(300);
    expect(counts.cellNames?.every((name) => /^\d{15,}$/.test(name))).toBe(true);
    await expect(
      readParquet([fileSource(path)], { roles: { ...roles, x: "feature_name" } }),
    ).rejects.toMatchObject({
      facts: { code: "column-type", params: { column: "feature_name", found: "text" } },
    });
    await expect(readParquet([fileSource(path)], { roles: { ...roles, gene: "qv" } })).rejects.toMatchObject({
      facts: { code: "column-type" },
    });
    await expect(readParquet([fileSource(path)], { roles: { ...roles, count: "qv" } })).rejects.toMatchObject(
      {
        facts: { code: "count-invalid", params: { column: "qv" } },
      },
    );
  });

  test("limits and aborts", async () => {
    await expect(readParquet([fileSource(path)], { roles, maxRows: 299 })).rejects.toMatchObject({
      facts: { code: "too-many-rows" },
    });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(readParquet([fileSource(path)], { roles, signal })).rejects.toThrow("enough");
  });

  test("a failure of the source is that failure, not a corrupt file", async () => {
    const file = fileSource(path);
    let reads = 0;
    const failing = {
      name: file.name,
      size: () => file.size(),
      stream: () => file.stream(),
      read: async (start: number, end: number) => {
        if (++reads > 3) throw new CentiscopeError("http-file-changed", { file: file.name });
        return file.read(start, end);
      },
    };
    await expect(readParquet([failing], { roles })).rejects.toMatchObject({
      facts: { code: "http-file-changed" },
    });
  });

  test("truncated, and every kind of mutation: a clear error or the table, never anything else", async () => {
    const whole = new Uint8Array(readFileSync(path));
    const attempt = async (bytes: Uint8Array, used = roles) => {
      try {
        await readParquet([new MemorySource("bad.parquet", bytes)], { roles: used, maxRows: 100_000 });
        return "read";
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(CentiscopeError);
        return (thrown as CentiscopeError).facts.code;
      }
    };
    expect(await attempt(whole.subarray(0, whole.length - 1))).toBe("parquet-corrupt");
    expect(await attempt(whole.subarray(0, 5))).toBe("parquet-corrupt");
    expect(await attempt(new Uint8Array(0))).toBe("file-empty");
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
        const bytes = whole.slice();
        bytes[at] = value;
        await attempt(bytes);
      }),
      { numRuns: 150, seed: 11 },
    );
    const pages = { x: "x", y: "id", gene: "gene", count: null, qv: "y", cell: "cell" };
    for (const name of readdirSync(PAGES)) {
      const file = new Uint8Array(readFileSync(`${PAGES}/${name}`));
      const change = fc.tuple(
        fc.nat(file.length - 1),
        fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 128, 255)),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
          const bytes = file.slice();
          for (const [at, value] of changes) bytes[at] = value;
          await attempt(bytes, pages);
        }),
        { numRuns: 150, seed: 12 },
      );
    }
  });

  test("a page that was changed behind its checksum is refused", async () => {
    const bytes = new Uint8Array(readFileSync(`${PAGES}/pages-2-snappy.parquet`));
    const used = { x: "x", y: "x", gene: "gene", count: null, qv: null, cell: null };
    const read = () => readParquet([new MemorySource("p.parquet", bytes)], { roles: used });
    expect((await read()).rows).toBe(500);
    // Byte 300 lies in the first values of x, which any bytes would do for.
    bytes[300]! ^= 1;
    await expect(read()).rejects.toMatchObject({
      facts: { code: "parquet-corrupt", params: { detail: "a page's checksum is wrong" } },
    });
  });

  test("text that is not UTF-8 is damage where the column is declared to be text", async () => {
    const bytes = new Uint8Array(readFileSync(`${PAGES}/pages-1-none.parquet`));
    const used = { x: "x", y: "x", gene: "gene", count: null, qv: null, cell: null };
    for (let at = 0; at < bytes.length; at++) {
      if (new TextDecoder("latin1").decode(bytes.subarray(at, at + 5)) === "GENE1") bytes[at + 1] = 0xff;
    }
    await expect(readParquet([new MemorySource("p.parquet", bytes)], { roles: used })).rejects.toMatchObject({
      facts: { code: "parquet-corrupt", params: { detail: "column gene holds text that is not UTF-8" } },
    });
  });
});

describe.skipIf(!hasShared)("parquet of others", () => {
  test("apache/parquet-testing's malformed files are refused, those unusual but valid can be previewed", async () => {
    const bad = `${SHARED}/malformed/parquet`;
    for (const name of existsSync(bad) ? readdirSync(bad) : []) {
      const source = fileSource(`${bad}/${name}`);
      const outcome = await identify([{ path: name, source }])
        .then((plan) => readExpression(plan))
        .catch((thrown: unknown) => thrown);
      expect(outcome, name).toBeInstanceOf(CentiscopeError);
    }
    const unusual = `${SHARED}/parquet-corner`;
    for (const name of readdirSync(unusual)) {
      const plan = await identify([{ path: name, source: fileSource(`${unusual}/${name}`) }]);
      const preview = await previewTable(plan);
      expect(preview.sample.length, name).toBeGreaterThan(0);
      await expect(readExpression(plan)).rejects.toBeInstanceOf(ColumnsNeeded);
    }
  });
});
