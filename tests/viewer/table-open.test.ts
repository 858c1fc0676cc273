import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import type { SlideAnswer } from "../../src/state/session.ts";
import type { OpenTableOptions, SlideFile, TableQuestion } from "../../src/viewer/slide-contract.ts";
import { inspectFiles, openTable, progressOf } from "../../src/viewer/table-open.ts";

const blobFile = (path: string, content: string | Uint8Array<ArrayBuffer>): SlideFile => ({
  kind: "blob",
  path,
  blob: new Blob([content]),
});

function hooks(more: Partial<OpenTableOptions> = {}): OpenTableOptions {
  return {
    signal: new AbortController().signal,
    units: null,
    onProgress: () => undefined,
    ask: (question) => Promise.reject(new Error(`asked: ${question.kind}`)),
    imageUmPerPx: async () => null,
    ...more,
  };
}

const csv = (...lines: string[]) => `${lines.join("\n")}\n`;
const known = csv("x,y,gene", "1,2,A", "3.5,4,B", "5,6,A");
const open = (name: string, text: string, options: OpenTableOptions) =>
  openTable({ name, kind: "table", files: [blobFile(name, text)] }, options);

describe("opening a table", () => {
  it("asks for units that nobody states, and shows it in them", async () => {
    const questions: TableQuestion[] = [];
    const ask = async (question: TableQuestion): Promise<SlideAnswer> => {
      questions.push(question);
      return { kind: "units", umPerUnit: 0.5, asImagePx: false };
    };
    const table = await open("t.csv", known, hooks({ ask }));
    expect(questions).toEqual([{ kind: "units", file: "t.csv", extent: [4, 4], suggestions: [] }]);
    expect(table).toMatchObject({ umPerUnit: 0.5, unitIsImagePx: false, instrumentToImagePx: null });
    expect(table.source.info).toMatchObject({ rows: 3, totalCount: 3 });
    expect(table.source.info.boundsUm.minX).toBe(0.5);
    expect(table.source.genes.names).toEqual(["A", "B"]);
    table.source.close();
  });

  it("takes image pixels when the user says so, and no scale when the user has none", async () => {
    const imageUmPerPx = async () => [0.25, 0.25] as const;
    const asPx = async (): Promise<SlideAnswer> => ({ kind: "units", umPerUnit: null, asImagePx: true });
    const px = await open("t.csv", known, hooks({ ask: asPx, imageUmPerPx }));
    expect(px).toMatchObject({ umPerUnit: 0.25, unitIsImagePx: true });
    const unknown = async (): Promise<SlideAnswer> => ({ kind: "units", umPerUnit: null, asImagePx: false });
    const bare = await open("t.csv", known, hooks({ ask: unknown }));
    expect(bare.umPerUnit).toBeNull();
    expect(bare.source.info.boundsUm.minX).toBe(1);
    px.source.close();
    bare.source.close();
  });

  it("asks nothing when the caller or the file states the unit", async () => {
    const stated = await open("t.csv", known, hooks({ units: { umPerUnit: 2 } }));
    expect(stated.source.info.boundsUm.minX).toBe(2);
    const named = await open("t.csv", csv("x_um,y_um,gene", "1.5,2,A"), hooks());
    expect(named.umPerUnit).toBe(1);
    stated.source.close();
    named.source.close();
  });

  it("asks nothing when the caller knows that nobody states the unit, and has no scale then", async () => {
    const table = await open("t.csv", known, hooks({ units: { umPerUnit: null } }));
    expect(table).toMatchObject({ umPerUnit: null, unitIsImagePx: false });
    expect(table.source.info.boundsUm.minX).toBe(1);
    table.source.close();
  });

  it("asks for columns that it cannot tell, and reads them as told", async () => {
    const ask = vi.fn(
      async (question: TableQuestion): Promise<SlideAnswer> =>
        question.kind === "columns"
          ? {
              kind: "columns",
              roles: { x: "down", y: "right", gene: "what", count: null, qv: null, cell: null },
            }
          : { kind: "units", umPerUnit: 1, asImagePx: false },
    );
    const table = await open("odd.csv", csv("down,right,what", "1,9,P", "2,8,Q"), hooks({ ask }));
    expect(ask.mock.calls.map(([question]) => question.kind)).toEqual(["columns", "units"]);
    expect(ask.mock.calls[0]?.[0]).toMatchObject({ file: "odd.csv", names: ["down", "right", "what"] });
    expect(table.source.info.rows).toBe(2);
    expect(table.source.info.boundsUm.minY).toBe(8);
    table.source.close();
  });

  it("rejects with the reader's own message, and with the signal's reason", async () => {
    const late = csv("x,y,gene", ...new Array(500).fill("1,2,A"), "1,oops,A");
    await expect(open("bad.csv", late, hooks())).rejects.toMatchObject({
      facts: { params: { file: "bad.csv", line: 502 } },
    });
    const controller = new AbortController();
    const reason = new DOMException("cancelled", "AbortError");
    const pending = open("t.csv", known, hooks({ signal: controller.signal }));
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  it("tells what files are without reading them", async () => {
    const files = [blobFile("drop/a.csv", known), blobFile("drop/notes.txt", "hello\n")];
    const found = await inspectFiles(files, new AbortController().signal);
    expect(found.expression).toEqual({ name: "a.csv", kind: "table", files: [files[0]] });
    expect(found.image).toBeNull();
  });

  it("estimates the time left once there is something to go by", () => {
    const report = { stage: "reading" as const, bytesRead: 25, bytesTotal: 100, rows: 7 };
    expect(progressOf(report, 500).etaSeconds).toBeNull();
    // A quarter took 2 s, so three quarters take 6 s more.
    expect(progressOf(report, 2000)).toEqual({ stage: "reading", fraction: 0.25, rows: 7, etaSeconds: 6 });
    expect(progressOf({ ...report, bytesTotal: 0 }, 2000).fraction).toBeNull();
  });
});

const gem = "../shared/data/stereo-seq/spateo-release/SS200000135TL_D1_bin1_small.gem.gz";
if (!existsSync(gem)) console.info("skipped: real files are not at ../shared/data");
describe.skipIf(!existsSync(gem))("a real mouse-brain GEM", () => {
  it("has the rows, genes, molecules and extent that its source states", async () => {
    const files = [blobFile("SS200000135TL_D1_bin1_small.gem.gz", new Uint8Array(readFileSync(gem)))];
    const found = await inspectFiles(files, new AbortController().signal);
    const { source } = await openTable(found.expression!, hooks({ units: { umPerUnit: 0.5 } }));
    const { info, genes } = source;
    expect([info.rows, info.totalCount, genes.names.length]).toEqual([77_634, 131_002, 10_631]);
    // Spots x 9600–9898, y 12600–12899 of 0.5 µm.
    expect(info.boundsUm).toEqual({ minX: 4800, minY: 6300, maxX: 4949.5, maxY: 6450 });
    const raster = await source.bins({
      shape: "square",
      binUm: 10,
      genes: null,
      versus: null,
      statistic: "sum",
      boundsUm: info.boundsUm,
      smoothUm: 0,
    });
    expect(raster.count).toBe(131_002);
    const all = await source.countInArea({ boundsUm: info.boundsUm, cornersUm: null }, [0]);
    expect(all?.count).toBe(genes.totals[0]);
    source.close();
  });
});
