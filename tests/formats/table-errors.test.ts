import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { messages } from "../../src/core/messages.ts";
import type { TranscriptColumns } from "../../src/core/table.ts";
import { readCsv } from "../../src/formats/csv.ts";
import { readGem } from "../../src/formats/gem.ts";
import { identify, previewTable, readExpression } from "../../src/formats/registry.ts";
import { ColumnsNeeded } from "../../src/formats/table-meaning.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { textSource } from "./files.ts";

const HEAD = "geneID\tx\ty\tMIDCount\n";

async function failure(promise: Promise<unknown>): Promise<CentiscopeError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(CentiscopeError);
  const error = thrown as CentiscopeError;
  // No template parameter is left open, in either language.
  expect(error.message).not.toMatch(/\{\w+\}/);
  const { zh } = messages[error.facts.code];
  for (const [, name] of zh.matchAll(/\{(\w+)\}/g)) expect(error.facts.params).toHaveProperty(name!);
  return error;
}

const gem = (text: string, options = {}) => readGem(textSource(text, "bad.gem"), options);
const csv = (text: string, options = {}) => readCsv(textSource(text, "bad.csv"), options);

describe("GEM: bad rows name their line", () => {
  test.each([
    ["a\tone\t2\t3\n", "value-not-number", 2, "x"],
    ["a\t1\tNaN\t3\n", "value-not-number", 2, "y"],
    ["a\t1\tInfinity\t3\n", "value-not-number", 2, "y"],
    ["a\t1\t\t3\n", "value-not-number", 2, "y"],
    ["a\t1\t2\t3\nb\t1.5\t2\t3\n", "coordinate-not-integer", 3, "x"],
    ["a\t2147483648\t2\t3\n", "coordinate-range", 2, "x"],
    ["a\t1\t-99999999999\t3\n", "coordinate-range", 2, "y"],
    ["a\t1\t2\t-3\n", "count-invalid", 2, "MIDCount"],
    ["a\t1\t2\t0.5\n", "count-invalid", 2, "MIDCount"],
    ["a\t1\t2\tmany\n", "count-invalid", 2, "MIDCount"],
    ["a\t1\t2\t4294967296\n", "count-invalid", 2, "MIDCount"],
  ])("%j", async (rows, code, line, column) => {
    const { facts } = await failure(gem(HEAD + rows));
    expect(facts).toMatchObject({ code, params: { file: "bad.gem", line, column } });
  });

  test("ragged lines", async () => {
    const more = await failure(gem(`${HEAD}a\t1\t2\t3\n\nb\t1\t2\t3\t4\n`));
    expect(more.facts).toMatchObject({ code: "row-ragged", params: { line: 4, found: 5, expected: 4 } });
    const fewer = await failure(gem(`${HEAD}a\t1\t2\t3\nb\t1\t2\n`));
    expect(fewer.facts).toMatchObject({ code: "row-ragged", params: { line: 3, found: 3, expected: 4 } });
  });

  test("a header without rows, and no content at all", async () => {
    expect((await failure(gem(HEAD))).facts.code).toBe("table-empty");
    expect((await failure(gem(""))).facts.code).toBe("file-empty");
    expect((await failure(gem("#FileFormat=GEMv0.1\n"))).facts.code).toBe("not-a-table");
  });

  test("missing columns are listed", async () => {
    const { facts } = await failure(gem("geneID\tx\tMIDCount\na\t1\t2\n"));
    expect(facts).toMatchObject({ code: "columns-missing", params: { missing: "y" } });
  });

  test("an offset that is no number", async () => {
    expect((await failure(gem(`#OffsetX=ten\n${HEAD}a\t1\t2\t3\n`))).facts.code).toBe("value-not-number");
  });
});

describe("text that is no table", () => {
  test("prose, binary junk, one endless line", async () => {
    expect((await failure(csv("Dear reader\nthis is a letter\n"))).facts.code).toBe("not-a-table");
    const junk = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256);
    const binary = new MemorySource("junk.csv", junk);
    expect((await failure(readCsv(binary))).facts.code).toBe("not-a-table");
    expect((await failure(identify([{ path: "junk.csv", source: binary }]))).facts.code).toBe(
      "file-kind-unknown",
    );
    const endless = textSource("x".repeat(200_000), "endless.csv");
    expect((await failure(readCsv(endless))).facts.code).toBe("not-a-table");
  });

  test("a quotation mark that is never closed", async () => {
    const rows = "a,1,2\n".repeat(300_000);
    expect((await failure(csv(`gene,x,y\n"open,1,2\n${rows}`))).facts.code).toBe("line-too-long");
  });
});

describe("limits", () => {
  test("rows", async () => {
    const rows = "a\t1\t2\t3\n".repeat(11);
    expect((await failure(gem(HEAD + rows, { maxRows: 10 }))).facts.code).toBe("too-many-rows");
    expect((await gem(HEAD + rows, { maxRows: 11 })).rows).toBe(11);
  });

  test("genes", async () => {
    const rows = Array.from({ length: 65_537 }, (_, i) => `g${i}\t1\t2\t1\n`).join("");
    expect((await failure(gem(HEAD + rows))).facts).toMatchObject({
      code: "too-many-genes",
      params: { column: "geneID" },
    });
    expect((await gem(HEAD + rows.slice(0, rows.lastIndexOf("g65536")))).geneNames.length).toBe(65_536);
  });

  test("a bomb in gzip stops at the budget, and at an implausible ratio", async () => {
    const bomb = gzipSync(`${HEAD}${"\n".repeat(3_000_000)}`);
    const source = new MemorySource("bomb.gem.gz", bomb);
    expect((await failure(readGem(source, { budget: { bytes: 1_000_000 } }))).facts.code).toBe(
      "unpacked-too-large",
    );
    const large = new MemorySource("bomb.gem.gz", gzipSync(`${HEAD}${"\n".repeat(120_000_000)}`));
    expect((await failure(readGem(large))).facts.code).toBe("unpacked-too-large");
  });
});

describe("columns that cannot be told", () => {
  const text = "alpha,beta,label\n1.5,2.5,ACTB\n3.5,4.5,GAPDH\n";

  test("are asked for, with names, rows and a guess", async () => {
    const thrown = await csv(text).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ColumnsNeeded);
    const { preview } = thrown as ColumnsNeeded;
    expect(preview.names).toEqual(["alpha", "beta", "label"]);
    expect(preview.sample).toEqual([
      ["1.5", "2.5", "ACTB"],
      ["3.5", "4.5", "GAPDH"],
    ]);
    expect(preview.guess).toMatchObject({ x: "alpha", y: "beta" });
    const plan = await identify([{ path: "t.csv", source: textSource(text) }]);
    expect(plan.expression).toMatchObject({ format: "table", container: "text" });
    await expect(readExpression(plan)).rejects.toBeInstanceOf(ColumnsNeeded);
    expect(await previewTable(plan)).toMatchObject({ names: preview.names, sample: preview.sample });
  });

  test("and then read by the user's roles", async () => {
    const roles = { x: "alpha", y: "beta", gene: "label", count: null, qv: null, cell: null };
    const columns = await csv(text, { roles });
    expect([...columns.x]).toEqual([1.5, 3.5]);
    expect(columns.geneNames).toEqual(["ACTB", "GAPDH"]);
    expect(columns.frame).toEqual({ unit: "unknown", umPerUnit: null, source: "not stated" });
    const wrong = await failure(csv(text, { roles: { ...roles, gene: "gamma" } }));
    expect(wrong.facts).toMatchObject({ code: "column-unknown", params: { column: "gamma" } });
    const points = await csv(text, { roles: { ...roles, gene: null } });
    expect(points.geneNames).toEqual(["(all points)"]);
  });
});

describe("what looks hostile is only text", () => {
  const names = [
    "__proto__",
    "toString",
    "constructor",
    "=cmd()|' /C calc'!A0",
    "<img src=x onerror=alert(1)>",
    "基因",
  ];

  test("gene names", async () => {
    const text = `${HEAD}${names.map((name, i) => `${name}\t${i}\t0\t1\n`).join("")}__proto__\t9\t9\t2\n\t8\t8\t1\n`;
    const columns = await gem(text);
    expect(columns.geneNames).toEqual([...names, "(no name)"]);
    expect([...columns.gene]).toEqual([0, 1, 2, 3, 4, 5, 0, 6]);
    expect(columns.warnings.map((warning) => warning.code).sort()).toEqual([
      "warn-gene-unnamed",
      "warn-pitch-unknown",
    ]);
  });

  test("names in bytes that are not UTF-8 stay unique", async () => {
    const bytes = new Uint8Array([
      ...new TextEncoder().encode(HEAD),
      ...[0xe9, 9, 49, 9, 49, 9, 49, 10],
      ...[0xe8, 9, 50, 9, 49, 9, 49, 10],
    ]);
    const columns = await readGem(new MemorySource("latin1.gem", bytes));
    expect(columns.geneNames).toEqual(["\uFFFD"]);
    expect([...columns.gene]).toEqual([0, 0]);
  });
});

describe("what is unusual but right", () => {
  const same = (columns: TranscriptColumns) => ({
    x: [...columns.x],
    y: [...columns.y],
    genes: [...columns.gene].map((code) => columns.geneNames[code]),
    count: columns.count && [...columns.count],
  });
  const wanted = { x: [10, 20], y: [30, 40], genes: ["A", "B"], count: [1, 2] };

  test.each([
    ["tabs", "geneID\tx\ty\tMIDCount\nA\t10\t30\t1\nB\t20\t40\t2\n"],
    ["commas, alias", "geneID,x,y,UMICount\nA,10,30,1\nB,20,40,2\n"],
    ["semicolons, MIDCounts, no last newline", "geneID;x;y;MIDCounts\nA;10;30;1\nB;20;40;2"],
    ["CRLF and BOM", "\uFEFFgeneID\tx\ty\tMIDCount\r\nA\t10\t30\t1\r\nB\t20\t40\t2\r\n"],
    ["offsets", "#OffsetX=7\n#OffsetY=20\ngeneID\tx\ty\tMIDCount\nA\t3\t10\t1\nB\t13\t20\t2\n"],
    ["no row of names", "#FileFormat=GEMv0.1\nA\t10\t30\t1\nB\t20\t40\t2\n"],
    ["v0.2 without a row of names", "#FileFormat=GEMv0.2\nE1\tA\t10\t30\t1\nE2\tB\t20\t40\t2\n"],
    ["exons, other order", "x\ty\tgeneID\tExonCount\tMIDCount\n10\t30\tA\t0\t1\n20\t40\tB\t1\t2\n"],
    ["quotes", '"geneID","x","y","MIDCount"\n"A",10,"30",1\n"B","20",40,"2"\n'],
    ["pandas floats, blank lines", "geneID\tx\ty\tMIDCount\nA\t10.0\t30.0\t1.0\n\nB\t2e1\t40\t2\n\n"],
  ])("GEM with %s", async (_, text) => {
    expect(same(await gem(text))).toEqual(wanted);
  });

  test("v0.2: genes are told apart by id, and a name that two share is told by its id", async () => {
    const columns = await gem(
      "geneID\tgeneName\tx\ty\tMIDCount\nE1\tA\t1\t1\t1\nE2\tA\t2\t2\t1\nE3\tB\t3\t3\t1\n",
    );
    expect(columns.geneNames).toEqual(["A (E1)", "A (E2)", "B"]);
    expect(columns.geneIds).toEqual(["E1", "E2", "E3"]);
  });

  test("cells: 0 is a cell in a cell-bin GEM, the background elsewhere", async () => {
    const cellBin = await gem(
      `#BinType=CellBin\ngeneID\tx\ty\tMIDCount\tCellID\nA\t1\t1\t1\t0\nA\t2\t2\t1\t7\n`,
    );
    expect(cellBin.cellNames).toEqual(["0", "7"]);
    expect([...(cellBin.cell ?? [])]).toEqual([1, 2]);
    const label = await gem("geneID\tx\ty\tMIDCount\tlabel\nA\t1\t1\t1\t0\nA\t2\t2\t1\t7\n");
    expect(label.cellNames).toEqual(["7"]);
    expect([...(label.cell ?? [])]).toEqual([0, 1]);
  });

  test("one row; the largest counts; counts of zero", async () => {
    const one = await gem(`${HEAD}A\t-5\t2147483647\t1\n`);
    expect(same(one)).toEqual({ x: [-5], y: [2147483647], genes: ["A"], count: null });
    const large = await gem(`${HEAD}A\t1\t1\t65536\nA\t1\t1\t4294967295\n`);
    expect(large.count).toEqual(Uint32Array.of(65_536, 4_294_967_295));
    expect((await gem(`${HEAD}A\t1\t1\t65535\n`)).count).toEqual(Uint16Array.of(65_535));
    const zero = await gem(`${HEAD}A\t1\t1\t0\nB\t2\t2\t3\n`);
    expect(zero.rows).toBe(1);
    expect(zero.warnings).toContainEqual({ code: "warn-zero-counts", params: { file: "bad.gem", rows: 1 } });
  });

  test("the pitch comes from the chip in the header or the file's name; else it is asked for", async () => {
    const row = `${HEAD}A\t1\t1\t1\n`;
    expect((await gem(`#Stereo-seqChip=S1000123\n${row}`)).frame.umPerUnit).toBe(0.9);
    expect((await readGem(textSource(row, "SS200000135TL_D1.tissue.gem"))).frame.umPerUnit).toBe(0.5);
    expect((await readGem(textSource(row, "A02598A4.gem"))).frame).toEqual({
      unit: "spot",
      umPerUnit: 0.5,
      source: "chip prefix A",
    });
    expect((await gem(row)).frame.umPerUnit).toBeNull();
  });

  test("CSV: quotes within quotes, separators in names, decimals to the last bit", async () => {
    const columns = await csv(
      'gene,x,y\n"A,""B""",0.1,1e-3\n"A,""B""",27.855143642974326,-123456789.123456789\n',
    );
    expect(columns.geneNames).toEqual(['A,"B"']);
    expect([...columns.x]).toEqual([0.1, 27.855143642974326]);
    expect([...columns.y]).toEqual([0.001, Number("-123456789.123456789")]);
    expect(columns.x).toBeInstanceOf(Float64Array);
  });

  test("Xenium CSV: quoted names, cells that are none, quality", async () => {
    const text =
      '"transcript_id","cell_id","feature_name","x_location","y_location","z_location","qv"\n' +
      '281474976710656,"aaaa-1","ACTB",1.5,2.5,0,40\n281474976710657,"UNASSIGNED","BLANK_0001",3.5,4.5,0,\n' +
      "281474976710658,-1,ACTB,3.5,4.5,0,12.25\n";
    const columns = await readExpression(await identify([{ path: "t.csv", source: textSource(text) }]));
    expect(columns.platform).toBe("xenium");
    expect(columns.cellNames).toEqual(["aaaa-1"]);
    expect([...(columns.cell ?? [])]).toEqual([1, 0, 0]);
    expect([...(columns.qv ?? [])]).toEqual([40, 0, 12.25]);
    expect([...columns.geneIsControl]).toEqual([0, 1]);
  });

  test("MERSCOPE: ids beyond 2^53 keep every digit", async () => {
    const text =
      "barcode_id,global_x,global_y,gene,cell_id\n0,1,2,A,3112582400009100001\n0,1,2,A,-1\n0,1,2,A,3112582400009100002\n";
    const columns = await readExpression(await identify([{ path: "t.csv", source: textSource(text) }]));
    expect(columns.cellNames).toEqual(["3112582400009100001", "3112582400009100002"]);
  });
});

test("abort: the signal's reason, and soon", async () => {
  const control = new AbortController();
  const rows = "gene\t12345\t12345\t3\n".repeat(2_000_000);
  const reading = readGem(textSource(HEAD + rows), { signal: control.signal });
  setTimeout(() => control.abort(new Error("enough")), 50);
  await expect(reading).rejects.toThrow("enough");
});

test("progress counts stored bytes and ends complete", async () => {
  const bytes = gzipSync(HEAD + "gene\t12345\t12345\t3\n".repeat(500_000));
  const seen: { bytesRead: number; bytesTotal: number; rows: number }[] = [];
  await readGem(new MemorySource("p.gem.gz", bytes), { onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ bytesRead: bytes.length, bytesTotal: bytes.length, rows: 500_000 });
});
