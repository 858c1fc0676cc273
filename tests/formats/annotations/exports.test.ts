import { readFileSync, writeFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import type { Annotation, AnnotationGeometry } from "../../../src/core/annotation.ts";
import { csvCell } from "../../../src/core/csv-text.ts";
import { PreparedRegion, type Region } from "../../../src/core/region.ts";
import { ellipseRing, rectangleRing } from "../../../src/core/shape-rings.ts";
import { countsCsv, countsParquet } from "../../../src/formats/annotations/counts-export.ts";
import { importAnnotations } from "../../../src/formats/annotations/import-annotations.ts";
import { labelMask } from "../../../src/formats/annotations/label-mask.ts";
import { labelTable, labelTiff } from "../../../src/formats/annotations/label-tiff.ts";
import { exportWktCsv } from "../../../src/formats/annotations/wkt-csv.ts";
import { exportXeniumSelections } from "../../../src/formats/annotations/xenium-selections.ts";
import { resolveHierarchy } from "../../../src/geometry/resolve-hierarchy.ts";
import { starRegion } from "../../geometry/star-region.ts";
import { annotations as anyAnnotations } from "./annotation-arbitrary.ts";
import { textFile } from "./corpus.ts";

const make = (id: string, geometry: AnnotationGeometry, more: Partial<Annotation> = {}): Annotation => ({
  id,
  parentId: null,
  geometry,
  objectType: "annotation",
  name: id,
  description: null,
  classification: null,
  color: null,
  locked: false,
  hidden: false,
  measurements: {},
  metadata: {},
  extra: {},
  ...more,
});
const area = (region: Region): AnnotationGeometry => ({ type: "area", region, shape: "polygon" });
const box = (x0: number, y0: number, x1: number, y1: number) => rectangleRing({ x0, y0, x1, y1 });

describe("Xenium Explorer", () => {
  test("areas come back in µm; holes are filled, parts are told apart, lines are left out, all counted", async () => {
    const list = [
      make("a", area([[box(0, 0, 10, 10), box(2, 2, 4, 4)]])),
      make("b", area([[box(20, 0, 30, 10)], [box(40, 0, 50, 10)]])),
      make("b (1)", area([[box(60, 0, 70, 10)]])),
      make("l", {
        type: "line",
        lines: [
          [
            [0, 0],
            [1, 1],
          ],
        ],
        shape: "ruler",
      }),
    ];
    const { text, ...counted } = exportXeniumSelections(list, { a: 0.5, b: 0, c: 0, d: 0.5, e: 100, f: 0 });
    expect(counted).toEqual({ leftOut: 1, filled: 1, parted: 1 });
    expect(text).toContain('"#Areas (µm^2): 25.00, 25.00, 25.00, 25.00"\n');
    const [found] = await importAnnotations(textFile("s.csv", text));
    expect(found!.annotations.map(({ name }) => name)).toEqual(["a", "b (1)", "b (2)", "b (1) 2"]);
    expect(found!.frame).toBe("um");
    const { geometry } = found!.annotations[0]!;
    expect(new Set((geometry as { region: Region }).region.flat(2).map(String))).toEqual(
      new Set(["100,0", "105,0", "105,5", "100,5"]),
    );
  });
});

describe("WKT CSV", () => {
  test("id, name, class and every corner come back to the last bit", async () => {
    await fc.assert(
      fc.asyncProperty(anyAnnotations, async (list) => {
        const plain = list.filter(({ name }) => !/[\r\0]/.test(name ?? ""));
        fc.pre(plain.length > 0);
        const [found] = await importAnnotations(textFile("a.csv", exportWktCsv(plain)));
        expect(
          found!.annotations.map(({ id, name, geometry }) => [
            id,
            name,
            geometry.type,
            JSON.stringify({ ...geometry, shape: "" }),
          ]),
        ).toEqual(
          plain.map(({ id, name, geometry }) => [
            id,
            name,
            geometry.type,
            JSON.stringify({ ...geometry, shape: "" }),
          ]),
        );
      }),
      { numRuns: 100 },
    );
  });

  test("what a spreadsheet would run is text; numbers are numbers", () => {
    for (const text of ["=1+1", "+1", "-1", "@x", "\t=1", '=HYPERLINK("http://x")'])
      expect(csvCell(text)).toMatch(/^"?'/);
    expect([csvCell(-1.5), csvCell("a,b"), csvCell('a"b'), csvCell("plain"), csvCell(Number.NaN)]).toEqual([
      "-1.5",
      '"a,b"',
      '"a""b"',
      "plain",
      "",
    ]);
  });
});

describe("counts of regions", () => {
  const regions = [
    {
      annotation: make("r1", area([]), {
        name: "=Tumour",
        classification: { names: ["A", "B"], color: null },
      }),
      areaMm2: 0.5,
      counts: Float64Array.from([3, 0]),
    },
    {
      annotation: make("r2", area([]), { name: null }),
      areaMm2: 0,
      counts: Uint32Array.from([1, 4_000_000_000]),
    },
  ];

  test("as CSV", () => {
    expect(countsCsv(["G1", "-G2"], regions)).toBe(
      "region_id,region,classification,area_mm2,gene,count,count_per_mm2\n" +
        "r1,'=Tumour,A: B,0.5,G1,3,6\nr1,'=Tumour,A: B,0.5,'-G2,0,0\nr2,,,0,G1,1,\nr2,,,0,'-G2,4000000000,\n",
    );
  });

  test("as Parquet, read by another reader", async () => {
    const bytes = countsParquet(["G1", "-G2"], regions);
    const rows = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
    expect(rows).toEqual([
      {
        region_id: "r1",
        region: "=Tumour",
        classification: "A: B",
        area_mm2: 0.5,
        gene: "G1",
        count: 3n,
        count_per_mm2: 6,
      },
      {
        region_id: "r1",
        region: "=Tumour",
        classification: "A: B",
        area_mm2: 0.5,
        gene: "-G2",
        count: 0n,
        count_per_mm2: 0,
      },
      {
        region_id: "r2",
        region: "",
        classification: "",
        area_mm2: 0,
        gene: "G1",
        count: 1n,
        count_per_mm2: null,
      },
      {
        region_id: "r2",
        region: "",
        classification: "",
        area_mm2: 0,
        gene: "-G2",
        count: 4_000_000_000n,
        count_per_mm2: null,
      },
    ]);
  });
});

describe("label mask", () => {
  test("a pixel has the label of the last area that holds its centre, by brute force", () => {
    fc.assert(
      fc.property(
        fc.array(starRegion, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(16, 33.3, 57),
        (regions, downsample) => {
          const size = { widthPx: 1200, heightPx: 1100, downsample };
          const toPx = { a: 1, b: 0, c: 0, d: 1, e: -19_900, f: -29_900 };
          const list = regions.map((region, i) => make(`${i}`, area(region)));
          const { labels, width, height } = labelMask("m", list, size, toPx);
          expect([width, height]).toEqual([Math.ceil(1200 / downsample), Math.ceil(1100 / downsample)]);
          const prepared = regions.map(
            (region) =>
              new PreparedRegion(
                region.map((p) => p.map((ring) => ring.map(([x, y]) => [x - 19_900, y - 29_900] as const))),
              ),
          );
          for (let row = 0; row < height; row++) {
            for (let column = 0; column < width; column++) {
              const at = [(column + 0.5) * downsample, (row + 0.5) * downsample] as const;
              expect(labels[row * width + column]).toBe(
                1 + prepared.findLastIndex((region) => region.contains(...at)),
              );
            }
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  test("edges through pixel centres belong to one side, as rows do", () => {
    const list = [
      make("l", area([[box(0, 0, 2.5, 4)]])),
      make("r", area([[box(2.5, 0, 5, 4)]])),
      make("p", { type: "points", positions: [[1, 1]], shape: "points" }),
    ];
    const { labels, annotations } = labelMask("m", list, { widthPx: 5, heightPx: 4, downsample: 1 }, null);
    expect([...labels.subarray(0, 5)]).toEqual([1, 1, 2, 2, 2]);
    expect(annotations.map(({ id }) => id)).toEqual(["l", "r"]);
    expect(() => labelMask("m", list, { widthPx: 1e6, heightPx: 1e6, downsample: 1 }, null)).toThrow(
      "downsample",
    );
  });

  /** The mask of the committed check: see tests/fixtures/README.md. */
  const checked = () =>
    labelMask(
      "check",
      [
        make("=a", area([[box(3, 2, 60, 90), box(10, 10, 20, 20)]])),
        make("b", {
          type: "area",
          region: [[ellipseRing({ x0: 30, y0: 30, x1: 130, y1: 110 })]],
          shape: "ellipse",
        }),
      ],
      { widthPx: 150, heightPx: 140, downsample: 1 },
      null,
    );

  test("as OME-TIFF it is the file that tifffile read", () => {
    const mask = checked();
    const bytes = labelTiff('肿瘤 <&">', mask, 0.5);
    if (process.env.MASK_OUT) writeFileSync(process.env.MASK_OUT, bytes);
    const seen = JSON.parse(
      readFileSync(new URL("../../fixtures/expected/label-mask.json", import.meta.url), "utf8"),
    );
    const sums = [0, 1, 2].map((label) => mask.labels.filter((one) => one === label).length);
    expect(sums).toEqual(seen.pixels);
    expect([mask.height, mask.width]).toEqual(seen.shape);
    expect(bytes.length).toBe(seen.bytes);
    // Bio-Formats makes " #32959;" of a character that is written as a number.
    expect(Buffer.from(bytes).toString("utf8")).toContain('Name="肿瘤 &lt;&amp;&quot;&gt;"');
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(4, true);
    const field = (tag: number) => {
      for (let i = 0; i < view.getUint16(directory, true); i++) {
        const at = directory + 2 + i * 12;
        if (view.getUint16(at, true) === tag) return at;
      }
      throw new Error(`no tag ${tag}`);
    };
    const [offsets, lengths] = [view.getUint32(field(273) + 8, true), view.getUint32(field(279) + 8, true)];
    const strips = [0, 1, 2].map((i) => {
      const at = view.getUint32(offsets + 4 * i, true);
      return inflateSync(bytes.subarray(at, at + view.getUint32(lengths + 4 * i, true)));
    });
    expect(Buffer.concat(strips)).toEqual(Buffer.from(mask.labels.buffer));
    expect(labelTable(mask)).toBe("label,id,name,classification\n1,'=a,'=a,\n2,b,b,\n");
  });
});

describe("resolveHierarchy", () => {
  test("the smallest area that holds all of it is the parent; of cells, the one that holds their middle", () => {
    const u: Region = [
      [
        [
          [0, 0],
          [100, 0],
          [100, 100],
          [70, 100],
          [70, 30],
          [30, 30],
          [30, 100],
          [0, 100],
        ],
      ],
    ];
    const list = [
      make("slide", area([[box(-10, -10, 200, 200)]])),
      make("u", area(u)),
      make("in", area([[box(5, 5, 20, 20)]])),
      make("inner", area([[box(6, 6, 8, 8)]])),
      make("bridge", {
        type: "line",
        lines: [
          [
            [10, 90],
            [90, 90],
          ],
        ],
        shape: "polyline",
      }),
      make("out", area([[box(300, 0, 310, 10)]])),
      make("cell", area([[box(15, 15, 24, 24)]]), { objectType: "cell" }),
      make("dots", {
        type: "points",
        positions: [
          [1, 1],
          [99, 1],
        ],
        shape: "points",
      }),
    ];
    expect(Object.fromEntries(resolveHierarchy(list))).toEqual({
      u: "slide",
      in: "u",
      inner: "in",
      bridge: "slide",
      cell: "in",
      dots: "u",
    });
  });
});
