import { describe, expect, it, vi } from "vitest";
import { affine } from "../../../src/core/affine.ts";
import type { Annotation } from "../../../src/core/annotation.ts";
import { CentiscopeError } from "../../../src/core/errors.ts";
import type { RegionSums } from "../../../src/core/expression.ts";
import type { Region } from "../../../src/core/region.ts";
import { en } from "../../../src/ui/i18n/en.ts";
import type { Translate } from "../../../src/ui/i18n/i18n.ts";
import { type ComparisonLine, sortedLines } from "../../../src/ui/regions/compare/comparison-columns.ts";
import {
  ComparisonCounts,
  dense,
  molecules,
  sparse,
} from "../../../src/ui/regions/compare/comparison-counts.ts";
import { comparisonCsv } from "../../../src/ui/regions/compare/comparison-csv.ts";
import { comparisonSubjects } from "../../../src/ui/regions/compare/comparison-subjects.ts";

const t: Translate = (key) => en[key as keyof typeof en];
const toUm = affine<"frame", "um">(2, 0, 0, 2, 0, 0);

function square(id: string, x: number, side: number, names: readonly string[] | null): Annotation {
  const ring = [
    [x, 0],
    [x + side, 0],
    [x + side, side],
    [x, side],
  ] as const;
  return {
    id,
    parentId: null,
    geometry: { type: "area", shape: "polygon", region: [[ring]] },
    objectType: "annotation",
    name: `N${id}`,
    description: null,
    classification: names && { names, color: null },
    color: null,
    locked: false,
    hidden: false,
    measurements: {},
    metadata: {},
    extra: {},
  };
}

const sums = (rows: number, ...genes: number[]): RegionSums => ({
  rows,
  count: genes.reduce((sum, count) => sum + count, 0),
  genes: Float64Array.from(genes),
});

const pause = () => Promise.resolve();

describe("subjects of a comparison", () => {
  // Squares of 10 at 0 and 5 share 5 × 10; a frame unit is 2 µm.
  const annotations = [
    square("a", 0, 10, ["Tumour"]),
    square("b", 5, 10, ["Tumour"]),
    square("c", 40, 5, null),
  ];

  it("are regions, each with its own size", async () => {
    const found = await comparisonSubjects({ annotations, by: "region", classes: [], toUm, t }, pause);
    expect(found.map(({ title, areaUm2, perimeterUm }) => [title, areaUm2, perimeterUm])).toEqual([
      ["Na", 400, 80],
      ["Nb", 400, 80],
      ["Nc", 100, 40],
    ]);
  });

  it("are classes, in which what regions share counts once", async () => {
    const found = await comparisonSubjects({ annotations, by: "class", classes: [], toUm, t }, pause);
    expect(found.map(({ title, ids, areaUm2, perimeterUm }) => [title, ids, areaUm2, perimeterUm])).toEqual([
      // 15 × 10 = 150 units² of 4 µm²; around it 2 · 25 units.
      ["Tumour", ["a", "b"], 600, 100],
      [en["regions.classNone"], ["c"], 100, 40],
    ]);
  });

  it("are the same when a class is united by parts", async () => {
    const many = Array.from({ length: 150 }, (_, i) => square(`${i}`, 5 * i, 10, ["Row"]));
    const [row] = await comparisonSubjects({ annotations: many, by: "class", classes: [], toUm, t }, pause);
    expect(row?.areaUm2).toBeCloseTo(4 * 10 * (149 * 5 + 10), 6);
  });
});

describe("counts of a comparison", () => {
  const regions: Region[] = [[], [], []];

  it("come one after another, bounds first, and are kept", async () => {
    const asked: number[] = [];
    const states: string[] = [];
    const counts = new ComparisonCounts(
      async (region, { onBracket }) => {
        asked.push(regions.indexOf(region));
        onBracket({ lower: Float64Array.of(1, 2), upper: Float64Array.of(4, 5) });
        return sums(2, 3, 4);
      },
      () => states.push(regions.map((region) => counts.of(region).status).join()),
    );
    await counts.run(regions.slice(0, 2));
    await counts.run(regions);
    expect(asked).toEqual([0, 1, 2]);
    expect(states[0]).toBe("counting,waiting,waiting");
    expect(states.at(-1)).toBe("ready,ready,ready");
    counts.forget();
    expect(counts.of(regions[0]!).status).toBe("waiting");
  });

  it("say what failed and go on; what is superseded says nothing", async () => {
    const changed = vi.fn();
    const counts = new ComparisonCounts(async (region, { signal }) => {
      signal.throwIfAborted();
      if (region === regions[0]) throw new CentiscopeError("zip-corrupt", { file: "t", detail: "" });
      return sums(1, 1);
    }, changed);
    const running = counts.run(regions);
    await running;
    expect(regions.map((region) => counts.of(region).status)).toEqual(["failed", "ready", "ready"]);
    changed.mockClear();
    counts.forget();
    const superseded = counts.run(regions);
    counts.stop();
    await superseded;
    expect(regions.map((region) => counts.of(region).status)).toEqual(["waiting", "waiting", "waiting"]);
    expect(changed).not.toHaveBeenCalled();
  });

  it("are held sparse without loss", () => {
    const found = sparse(sums(9, 0, 7, 0, 0, 2));
    expect([0, 1, 2, 3, 4, 5].map((code) => molecules(found, code))).toEqual([0, 7, 0, 0, 2, 0]);
    expect([...dense(found, 5)]).toEqual([0, 7, 0, 0, 2]);
  });
});

describe("the table", () => {
  const line = (title: string, areaUm2: number, counted: RegionSums | null): ComparisonLine => ({
    subject: {
      key: title,
      title,
      className: "=cmd()",
      color: [0, 0, 0],
      ids: [title],
      region: [],
      areaUm2,
      perimeterUm: 4,
    },
    counts: counted ? { status: "ready", sums: sparse(counted) } : { status: "waiting" },
  });
  const lines = [line("R10", 2e6, sums(5, 6, 0)), line("R9", 1e6, sums(7, 4, 8)), line("R8", 5e5, null)];

  it("sorts by any column, what is not known last", () => {
    const order = (column: Parameters<typeof sortedLines>[1]["column"], descending: boolean, per?: number) =>
      sortedLines(lines, { column, descending }, per ?? null, 1e6).map(({ subject }) => subject.title);
    expect(order("title", false)).toEqual(["R8", "R9", "R10"]);
    expect(order("rows", true)).toEqual(["R9", "R10", "R8"]);
    expect(order("rows", false)).toEqual(["R10", "R9", "R8"]);
    // 6 molecules on 2 mm² = 3, and 12 on 1 mm².
    expect(order("density", false)).toEqual(["R10", "R9", "R8"]);
    expect(order(0, true)).toEqual(["R10", "R9", "R8"]);
    // Per mm²: 3 against 4.
    expect(order(0, true, 1e6)).toEqual(["R9", "R10", "R8"]);
  });

  it("is saved in full precision, and no cell is a formula", () => {
    const genes = [
      { name: "A", code: 0 },
      { name: "B", code: 1 },
    ];
    expect(comparisonCsv(lines, genes, true).split("\n")).toEqual([
      "name,class,area_mm2,perimeter_um,rows,molecules,molecules_per_mm2,A,B",
      "R10,'=cmd(),2,4,5,6,3,6,0",
      "R9,'=cmd(),1,4,7,12,12,4,8",
      "R8,'=cmd(),0.5,4,,,,,",
      "",
    ]);
  });
});
