import { describe, expect, test } from "vitest";
import { importAnnotations } from "../../../src/formats/annotations/import-annotations.ts";
import { identify } from "../../../src/formats/registry.ts";
import { fileSource, textSource } from "../files.ts";

/** Files that the named program wrote: `tests/fixtures/annotation-writers.py`. */
const read = async (name: string) =>
  (await importAnnotations(fileSource(`tests/fixtures/annotations/${name}`)))[0]!;
const text = async (name: string, content: string) =>
  (await importAnnotations(textSource(content, name)))[0]!;

describe("Napari's own files", () => {
  test("shapes: y before x, every type; an ellipse by the corners of its box", async () => {
    const { format, annotations } = await read("napari-shapes.csv");
    expect(format).toBe("napari");
    expect(annotations.map(({ geometry }) => geometry.shape)).toEqual([
      "rectangle",
      "ellipse",
      "polygon",
      "polyline",
      "polyline",
    ]);
    // Centre (y 5, x 5), radii (y 3, x 4), moved by half a pixel.
    const [, ellipse, polygon] = annotations.map(({ geometry }) => geometry);
    const ring = ellipse?.type === "area" ? ellipse.region[0]![0]! : [];
    expect(Math.max(...ring.map(([x]) => x))).toBe(9.5);
    expect(Math.min(...ring.map(([, y]) => y))).toBe(2.5);
    expect(polygon).toMatchObject({
      region: [
        [
          [
            [0.5, 0.5],
            [0.5, 30.5],
            [30.5, 30.5],
            [7.5, 13],
          ],
        ],
      ],
    });
  });

  test("points are one set of points; with features each is one, and keeps them", async () => {
    const plain = await read("napari-points.csv");
    expect(plain.annotations).toHaveLength(1);
    expect(plain.annotations[0]!.geometry).toEqual({
      type: "points",
      shape: "points",
      positions: [
        [2.5, 1.5],
        [5, 3.5],
        [200.5, 100.5],
      ],
    });
    const featured = await read("napari-points-3d.csv");
    expect(featured.annotations.map(({ geometry, metadata }) => [geometry, metadata])).toEqual([
      [
        { type: "points", shape: "points", positions: [[2.5, 1.5]] },
        { gene: "Actb", qv: "0.5" },
      ],
      [
        { type: "points", shape: "points", positions: [[5, 3.5]] },
        { gene: "Gapdh", qv: "0.6" },
      ],
    ]);
    expect(featured.report.lines.map(({ code }) => code)).toContain("import-third-coordinate");
  });
});

describe("GeoParquet by geopandas", () => {
  const HOLED = [
    [
      [0, 0],
      [40, 0],
      [40, 40],
      [0, 40],
    ],
    [
      [10, 10],
      [20, 10],
      [20, 20],
      [10, 20],
    ],
  ];

  test.each(["geopandas-named.parquet", "geopandas-bbox.parquet"])(
    "%s: the outlines are those of the file's primary column",
    async (name) => {
      const { annotations, report } = await read(name);
      expect(report).toMatchObject({ found: 2, imported: 2 });
      expect(annotations[0]).toMatchObject({ name: "c-1", geometry: { region: [HOLED] } });
    },
  );

  test("outlines as nested lists are refused with what to do", async () => {
    await expect(read("geopandas-geoarrow.parquet")).rejects.toMatchObject({
      facts: { code: "annotations-geoarrow", params: { encoding: "polygon" } },
    });
  });
});

describe("well-known text", () => {
  test("a table whose first outline is longer than what is looked at", async () => {
    const corners = Array.from({ length: 9000 }, (_, i) => `${i} ${i % 2}`).join(", ");
    const found = await text("regions.csv", `,name,geometry\n0,big,"POLYGON ((${corners}, 0 9, 0 0))"\n`);
    expect(found).toMatchObject({ format: "wkt", annotations: [{ name: "big" }] });
  });

  test("a Z that is written without a space", async () => {
    const found = await text("regions.csv", 'wkt\n"POLYGONZ((0 0 1,4 0 1,4 4 1,0 0 1))"\n');
    expect(found.annotations[0]!.geometry).toMatchObject({
      region: [
        [
          [
            [0, 0],
            [4, 0],
            [4, 4],
          ],
        ],
      ],
    });
  });
});

describe("GeoJSON of other programs", () => {
  const feature = (name: string, x: number) =>
    `{"type":"Feature","properties":{"name":"${name}"},"geometry":{"type":"Polygon","coordinates":[[[${x},0],[9,0],[9,9],[${x},0]]]}}`;

  test.each([
    ["one object a line", `${feature("a", 0)}\n${feature("b", 1)}\n`],
    ["a text sequence (RFC 8142)", `\x1e${feature("a", 0)}\n\x1e${feature("b", 1)}\n`],
  ])("GDAL: %s", async (_, content) => {
    const { annotations, report } = await text("regions.geojsonl", content);
    expect(annotations.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(report.found).toBe(2);
  });

  test("a line of them that is broken is refused whole", async () => {
    await expect(
      text("a.geojsonl", `${feature("a", 0)}\n${feature("b", 1).slice(0, -1)}\n`),
    ).rejects.toMatchObject({
      facts: { code: "annotations-json-invalid" },
    });
  });

  test("Baysor's cells, a collection of geometries without features, stay apart", async () => {
    const ring = (x: number) => [
      [
        [x, 0],
        [x + 5, 0],
        [x + 5, 5],
        [x, 0],
      ],
    ];
    const cells = [1, 2].map((cell) => ({ type: "Polygon", coordinates: ring(10 * cell), cell }));
    const found = await text(
      "polygons.json",
      JSON.stringify({ type: "GeometryCollection", geometries: cells }),
    );
    expect(found.annotations.map(({ extra }) => extra)).toEqual([
      { "/geometry/cell": 1 },
      { "/geometry/cell": 2 },
    ]);
  });
});

test("annotations that are opened instead of a slide say so; beside an image, too", async () => {
  const source = fileSource("tests/fixtures/annotations/napari-points.csv");
  await expect(identify([{ path: "points.csv", source }])).rejects.toMatchObject({
    facts: { code: "annotations-alone" },
  });
  const image = fileSource("tests/fixtures/jpeg2000/aperio-33005.tif");
  const plan = await identify([
    { path: "a/slide.tif", source: image },
    { path: "a/points.csv", source },
  ]);
  expect(plan.warnings).toEqual([{ code: "annotations-alone", params: { file: "napari-points.csv" } }]);
});
