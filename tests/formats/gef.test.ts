import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { finestBin, readGef } from "../../src/formats/gef.ts";
import { type GefBin, openGef } from "../../src/formats/gef-file.ts";
import { readGefGenes } from "../../src/formats/gef-genes.ts";
import { gefOffset, gefRows } from "../../src/formats/gef-rows.ts";
import { identify, readExpression } from "../../src/formats/registry.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { fileSource, folder, hasShared, SHARED } from "./files.ts";

const GEF = "tests/fixtures/gef";

/** What h5py reads: `tests/fixtures/expected/gef.py`. */
interface Expected {
  readonly bins: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly genesWithRows: number;
  readonly countSum: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly columns: string;
  readonly names: string;
  readonly ids?: string;
  readonly exon?: string;
  readonly top: string;
  readonly topCount: number;
}
const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync("tests/fixtures/expected/gef.json", "utf8"),
);

const bytesOf = (columns: readonly (Int32Array | Uint32Array)[]): Uint8Array =>
  Buffer.concat(columns.map((column) => new Uint8Array(column.buffer, column.byteOffset, column.byteLength)));
const sha = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

/** All rows of a file's finest bin as whole columns. */
async function whole(source: MemorySource) {
  const gef = await openGef(source);
  const bin = finestBin(source.name, gef);
  const genes = await readGefGenes(source.name, bin);
  const offset = await gefOffset(bin);
  const parts: Record<"x" | "y" | "count" | "gene" | "exon", (Int32Array | Uint32Array)[]> = {
    x: [],
    y: [],
    count: [],
    gene: [],
    exon: [],
  };
  for await (const rows of gefRows(source.name, bin, genes, offset)) {
    parts.x.push(rows.x);
    parts.y.push(rows.y);
    parts.count.push(rows.count);
    parts.gene.push(rows.gene);
    if (rows.exon) parts.exon.push(rows.exon);
  }
  return { gef, bin, genes, parts };
}

describe("every row of a GEF equals an independent reading (h5py)", () => {
  for (const [key, figures] of Object.entries(expected)) {
    const fixture = key.startsWith("fixture:");
    const path = fixture ? `${GEF}/${key.slice(8)}` : `${SHARED}/${key}`;
    test.skipIf(!fixture && !hasShared)(key, async () => {
      const { gef, genes, parts } = await whole(fileSource(path));
      if (gef.kind !== "bin") throw new Error("not a bin GEF");
      expect(Object.fromEntries(gef.bins.map((one) => [String(one.size), one.rows]))).toEqual(figures.bins);
      const all = bytesOf([...parts.x, ...parts.y, ...parts.count, ...parts.gene]);
      expect(sha(all)).toBe(figures.columns);
      expect(sha(genes.names.join("\n"))).toBe(figures.names);
      expect(genes.ids && sha(genes.ids.join("\n"))).toBe(figures.ids ?? null);
      if (figures.exon) expect(sha(bytesOf(parts.exon))).toBe(figures.exon);
      else expect(parts.exon).toEqual([]);
      expect(genes.order.length).toBe(figures.genesWithRows);
    });

    test.skipIf(!fixture && !hasShared)(`${key}, as the viewer opens it`, async () => {
      const plan = await identify(folder(path));
      expect(plan.expression?.format).toBe("gef");
      const table = await readExpression(plan);
      const counts = table.count ?? new Uint16Array(table.rows).fill(1);
      const perGene = table.geneNames.map(() => 0);
      let countSum = 0;
      for (let i = 0; i < table.rows; i++) {
        countSum += counts[i]!;
        perGene[table.gene[i]!]! += counts[i]!;
      }
      const extent = (values: ArrayLike<number>) => {
        const sorted = Array.from(values).sort((a, b) => a - b);
        return [sorted[0], sorted.at(-1)];
      };
      const zeros = table.warnings.find((one) => one.code === "warn-zero-counts")?.params.rows ?? 0;
      expect(table.rows + Number(zeros)).toBe(figures.rows);
      expect(countSum).toBe(figures.countSum);
      expect(extent(table.x)).toEqual(figures.x);
      expect(extent(table.y)).toEqual(figures.y);
      if (!key.includes("duplicate")) {
        expect(Math.max(...perGene)).toBe(figures.topCount);
        expect(table.geneNames[perGene.indexOf(figures.topCount)]).toBe(figures.top);
      }
    });
  }
});

const codes = (warnings: readonly { readonly code: string }[]) => warnings.map((one) => one.code);

describe("what a GEF says of itself", () => {
  test("its pitch is the file's resolution; 0 asks the chip's name, and says so", async () => {
    const table = await readGef(fileSource(`${GEF}/v2.gef`));
    expect(table.frame).toMatchObject({ unit: "spot", umPerUnit: 0.5 });
    const bytes = new Uint8Array(readFileSync(`${GEF}/no-resolution.gef`));
    const named = await readGef(new MemorySource("S100000001_A1.tissue.gef", bytes));
    // Prefix S1: 900 nm.
    expect(named.frame.umPerUnit).toBe(0.9);
    expect(codes(named.warnings)).toEqual(["warn-resolution"]);
    const nameless = await readGef(new MemorySource("a.gef", bytes));
    expect(nameless.frame.umPerUnit).toBeNull();
    expect(codes(nameless.warnings)).toEqual(["warn-pitch-unknown"]);
  });

  test("a file that allows two readings of its positions is warned of", async () => {
    const table = await readGef(fileSource(`${GEF}/unclear.gef`));
    expect(codes(table.warnings)).toEqual(["warn-gef-offset"]);
    expect(codes((await readGef(fileSource(`${GEF}/absolute.gef`))).warnings)).toEqual([]);
  });

  test("rows without counts are left out and counted", async () => {
    const table = await readGef(fileSource(`${GEF}/zeros.gef`));
    expect(table.warnings).toEqual([{ code: "warn-zero-counts", params: { file: "zeros.gef", rows: 4 } }]);
  });

  test("one name twice is one gene", async () => {
    const table = await readGef(fileSource(`${GEF}/duplicate-names.gef`));
    expect(table.geneNames).toEqual(["Actb", "Malat1", "Xist"]);
    // Rows 3 + 20 of the two.
    expect(table.gene.filter((code) => code === 0).length).toBe(23);
  });

  test("more rows than are opened directly are refused with the command that helps", async () => {
    await expect(readGef(fileSource(`${GEF}/v2.gef`), { maxRows: 63 })).rejects.toMatchObject({
      facts: { code: "too-many-rows" },
      message: expect.stringMatching(/^v2\.gef: .*npx centiscope count/),
    });
  });

  test.skipIf(!hasShared)("a cell-bin GEF is told, and what to open instead", async () => {
    const path = `${SHARED}/stereo-seq/derived/SS200000135TL_D1.cellbin.gef`;
    expect(await openGef(fileSource(path))).toMatchObject({ kind: "cell", cells: 110, genes: 10_631 });
    await expect(identify(folder(path))).rejects.toMatchObject({ facts: { code: "gef-cells" } });
  });
});

describe("a broken GEF is refused, never misread", () => {
  const refusals: Readonly<Record<string, string>> = {
    "bad-past-end": "gef-gene-rows",
    "bad-overlap": "gef-gene-rows",
    "bad-gap": "gef-gene-rows",
    "bad-short": "gef-gene-rows",
    "bad-members": "gef-members",
    "bad-float": "gef-members",
    "bad-lzf": "hdf5-feature",
  };
  test.each(readdirSync(GEF).filter((name) => name.startsWith("bad-")))("%s", async (name) => {
    await expect(readGef(fileSource(`${GEF}/${name}`))).rejects.toMatchObject({
      facts: { code: refusals[name.slice(0, -4)] },
    });
  });

  test.each([
    ["bad-past-end", "there are 64 rows"],
    ["bad-overlap", "rows up to 43 are Malat1's"],
    ["bad-gap", "rows 44 to 45 before it are no gene's"],
    ["bad-short", "the rows from there up to 64 are no gene's"],
  ])("%s says: %s", async (name, fact) => {
    await expect(readGef(fileSource(`${GEF}/${name}.gef`))).rejects.toMatchObject({
      facts: { params: { fact } },
    });
  });

  test.each([
    ["an x past 2^31", [2 ** 31 + 5, 0, 1, 0], { column: "x", found: 2 ** 31 + 5 }],
    ["a y past 2^31", [0, 2 ** 32 - 1, 1, 0], { column: "y", found: 2 ** 32 - 1 }],
    ["an exon count below 0", [0, 0, 1, 2 ** 32 - 3], { column: "exon", found: -3 }],
  ])("%s is refused, not wrapped", async (_name, words, params) => {
    const bytes = new Uint8Array(Uint32Array.from(words).buffer);
    const dataset = { type: { size: 16 }, read: async () => bytes };
    const field = (offset: number, signed: boolean) => ({ offset, size: 4, signed });
    const bin = {
      rows: 1,
      path: "/geneExp/bin1/expression",
      expression: dataset,
      x: field(0, false),
      y: field(4, false),
      count: field(8, false),
      exon: { dataset, field: field(12, true) },
    } as unknown as GefBin;
    const genes = { names: ["A"], ids: null, order: Uint32Array.of(0), starts: Float64Array.of(0, 1) };
    const rows = gefRows("a.gef", bin, genes, { x: 0, y: 0, sure: true });
    await expect(rows.next()).rejects.toMatchObject({ facts: { code: "gef-value", params } });
  });

  test("a file cut short says so", async () => {
    const bytes = new Uint8Array(readFileSync(`${GEF}/v2.gef`));
    await expect(readGef(new MemorySource("cut.gef", bytes.subarray(0, 3000)))).rejects.toMatchObject({
      facts: { code: "file-short", params: { expected: bytes.length, found: 3000 } },
    });
  });

  test("whatever bytes are changed, it reads or refuses, and ends", async () => {
    const files = ["v2", "gzip", "latest"].map((name) => new Uint8Array(readFileSync(`${GEF}/${name}.gef`)));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        async (which, changes) => {
          const bytes = files[which]!.slice();
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          try {
            await readGef(new MemorySource("changed.gef", bytes));
          } catch (thrown) {
            if (!(thrown instanceof CentiscopeError)) throw thrown;
            refused++;
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  test("an abort ends the reading with its reason", async () => {
    const stop = new AbortController();
    const reason = new DOMException("enough", "AbortError");
    stop.abort(reason);
    await expect(readGef(fileSource(`${GEF}/v2.gef`), { signal: stop.signal })).rejects.toBe(reason);
  });
});
