import { describe, expect, test } from "vitest";
import type { AnnotationGeometry } from "../../../src/core/annotation.ts";
import { ringArea } from "../../../src/core/ring-measure.ts";
import { importAnnotations } from "../../../src/formats/annotations/import-annotations.ts";
import { MemorySource } from "../../../src/io/memory.ts";
import { textFile } from "./corpus.ts";

const read = async (text: string, name = "file") => (await importAnnotations(textFile(name, text)))[0]!;
const codes = (found: Awaited<ReturnType<typeof read>>) => found.report.lines.map(({ code }) => code);

describe("ASAP", () => {
  const asap = (inside: string, groups = "") =>
    `<?xml version="1.0"?><ASAP_Annotations><Annotations>${inside}</Annotations><AnnotationGroups>${groups}</AnnotationGroups></ASAP_Annotations>`;
  const coordinates = (...at: [number, number][]) =>
    `<Coordinates>${at.map(([x, y], i) => `<Coordinate Order="${i}" X="${x}" Y="${y}"/>`).join("")}</Coordinates>`;

  test("groups are classes with their colour; corners go by their order; every type", async () => {
    const found = await read(
      asap(
        `<Annotation Name="T" Type="Spline" PartOfGroup="Tumor" Color="#F4FA58"><Coordinates><Coordinate Order="2" X="0" Y="9"/><Coordinate Order="0" X="0" Y="0"/><Coordinate Order="1" X="9" Y="0"/></Coordinates></Annotation>
         <Annotation Name="" Type="Rectangle" PartOfGroup="None" Color="x">${coordinates([0, 0], [5, 0], [5, 5], [0, 5])}</Annotation>
         <Annotation Name="m" Type="Measurement" PartOfGroup="None" Color="#000000">${coordinates([0, 0], [5, 0])}</Annotation>
         <Annotation Name="?" Type="Blob" PartOfGroup="None" Color="#000000">${coordinates([0, 0])}</Annotation>`,
        `<Group Name="Tumor" PartOfGroup="None" Color="#64FE2E"><Attributes/></Group><Group Name="Sub" PartOfGroup="Tumor" Color="#000000"/>`,
      ),
    );
    expect(found).toMatchObject({ format: "asap", frame: "imagePx", report: { found: 4, imported: 3 } });
    expect(found.annotations[0]).toMatchObject({
      name: "T",
      classification: { names: ["Tumor"], color: [0x64, 0xfe, 0x2e] },
      color: [0xf4, 0xfa, 0x58],
      geometry: {
        region: [
          [
            [
              [0, 0],
              [9, 0],
              [0, 9],
            ],
          ],
        ],
      },
    });
    expect(found.annotations.map(({ geometry }) => geometry.shape)).toEqual([
      "polygon",
      "rectangle",
      "ruler",
    ]);
    expect(codes(found)).toEqual(
      expect.arrayContaining(["import-geometry-unknown", "import-member-missing"]),
    );
  });
});

describe("Aperio and HALO", () => {
  const vertices = (...at: [number, number][]) =>
    `<Vertices>${at.map(([x, y]) => `<Vertex X="${x}" Y="${y}" Z="0"/>`).join("")}</Vertices>`;

  test("Aperio: layers are classes, colours are 0xBBGGRR, negative regions are holes, types are numbers", async () => {
    const text = `<Annotations MicronsPerPixel="0.499"><Annotation Id="1" Name="Tumor" LineColor="255" Visible="1"><Attributes/><Regions><RegionAttributeHeaders/>
      <Region Id="1" Type="0" Text="one" NegativeROA="0">${vertices([0, 0], [100, 0], [100, 100], [0, 100], [0, 0])}</Region>
      <Region Id="2" Type="0" Text="" NegativeROA="1">${vertices([10, 10], [20, 10], [20, 20])}</Region>
      <Region Id="3" Type="2" NegativeROA="0">${vertices([200, 200], [300, 240])}</Region>
      <Region Id="4" Type="1" NegativeROA="0">${vertices([0, 0], [5, 0], [5, 5], [0, 5])}</Region>
      <Region Id="5" Type="4" NegativeROA="0">${vertices([0, 0], [5, 0])}</Region>
      <Region Id="6" Type="3" NegativeROA="0">${vertices([0, 0], [5, 0])}</Region></Regions><Plots/></Annotation></Annotations>`;
    for (const bytes of [
      new TextEncoder().encode(text),
      Uint8Array.from(Buffer.from(`\ufeff${text}`, "utf16le")),
    ]) {
      const [found] = await importAnnotations(new MemorySource("a.xml", bytes));
      expect(found).toMatchObject({ format: "aperio", frame: "imagePx" });
      expect(found!.annotations.map(({ geometry }) => geometry.shape)).toEqual([
        "polygon",
        "ellipse",
        "rectangle",
        "ruler",
        "arrow",
      ]);
      expect(found!.annotations[0]).toMatchObject({
        name: "one",
        classification: { names: ["Tumor"], color: [255, 0, 0] },
      });
      const { geometry } = found!.annotations[0]!;
      expect(geometry.type === "area" && geometry.region[0]!.map((ring) => ring.length)).toEqual([4, 3]);
    }
  });

  test("holes of every shape are cut out of every shape, and one that is in nothing is told", async () => {
    const region = (type: string, negative: 0 | 1, ...corners: readonly (readonly [number, number])[]) =>
      `<Region Type="${type}" HasEndcaps="0" NegativeROA="${negative}"><Vertices>${corners.map(([x, y]) => `<V X="${x}" Y="${y}" />`).join("")}</Vertices><Comments /></Region>`;
    const found = await read(`<Annotations><Annotation LineColor="255" Name="Tumor" Visible="True"><Regions>
      ${region("Polygon", 0, [0, 0], [100, 0], [100, 100], [0, 100])}
      ${region("Rectangle", 1, [20, 20], [30, 40])}
      ${region("Ellipse", 1, [40, 40], [60, 60])}
      ${region("Ellipse", 0, [200, 200], [300, 300])}
      ${region("Polygon", 1, [240, 240], [260, 240], [260, 260])}
      ${region("Polygon", 1, [900, 900], [910, 900], [910, 910])}</Regions></Annotation></Annotations>`);
    const [square, ellipse] = found.annotations.map(({ geometry }) =>
      geometry.type === "area" ? geometry.region : [],
    );
    expect(found.annotations).toHaveLength(2);
    expect(square).toHaveLength(1);
    expect(square![0]!.slice(0, 2)).toEqual([
      [
        [0, 0],
        [100, 0],
        [100, 100],
        [0, 100],
      ],
      [
        [20, 20],
        [30, 20],
        [30, 40],
        [20, 40],
      ],
    ]);
    // An ellipse 20 px wide: π · 10².
    expect(Math.abs(ringArea(square![0]![2]!))).toBeCloseTo(100 * Math.PI, 0);
    expect(ellipse![0]).toHaveLength(2);
    expect(ellipse![0]![1]).toEqual([
      [240, 240],
      [260, 240],
      [260, 260],
    ]);
    expect(found.report.lines).toContainEqual({
      outcome: "refused",
      code: "import-hole-alone",
      count: 1,
      first: "Tumor",
    });
  });

  test("ImageScope: what a layer without a name is described as is its class; notes of a region are kept", async () => {
    const found =
      await read(`<Annotations MicronsPerPixel="0.252"><Annotation Id="1" Name="" LineColor="65280">
      <Attributes><Attribute Name="Description" Id="0" Value="Tumor bed"/><Attribute Name="Reader" Id="1" Value="KM"/></Attributes>
      <Regions><RegionAttributeHeaders><AttributeHeader Id="9999" Name="Region" ColumnWidth="-1"/></RegionAttributeHeaders>
      <Region Id="1" Type="0" Text="" NegativeROA="0"><Attributes><Attribute Name="Description" Id="0" Value="worst field"/></Attributes>
      ${vertices([0, 0], [9, 0], [9, 9])}</Region></Regions></Annotation></Annotations>`);
    expect(found.annotations[0]).toMatchObject({
      classification: { names: ["Tumor bed"], color: [0, 255, 0] },
      description: "worst field",
      metadata: { Reader: "KM" },
    });
  });

  test("HALO: vertices are V, types are words, a rectangle and an ellipse are two corners", async () => {
    const found =
      await read(`<?xml version="1.0" encoding="utf-8"?><Annotations><Annotation LineColor="65280" Name="Layer 1" Visible="True"><Regions>
      <Region Type="Rectangle" HasEndcaps="0" NegativeROA="0"><Vertices><V X="10" Y="20" /><V X="110" Y="70" /></Vertices><Comments /></Region>
      <Region Type="Ellipse" HasEndcaps="0" NegativeROA="0"><Vertices><V X="0" Y="0" /><V X="40" Y="20" /></Vertices></Region>
      <Region Type="Polygon" HasEndcaps="0" NegativeROA="0"><Vertices><V X="0" Y="0" /><V X="9" Y="0" /><V X="0" Y="9" /></Vertices></Region>
      <Region Type="Ruler" HasEndcaps="1" NegativeROA="0"><Vertices><V X="0" Y="0" /><V X="9" Y="0" /></Vertices></Region></Regions></Annotation></Annotations>`);
    expect(found).toMatchObject({ format: "halo", frame: "imagePx", report: { found: 4, imported: 4 } });
    expect(found.annotations[0]).toMatchObject({
      classification: { names: ["Layer 1"], color: [0, 255, 0] },
      geometry: {
        shape: "rectangle",
        region: [
          [
            [
              [10, 20],
              [110, 20],
              [110, 70],
              [10, 70],
            ],
          ],
        ],
      },
    });
    expect(found.annotations.map(({ geometry }) => geometry.shape)).toEqual([
      "rectangle",
      "ellipse",
      "polygon",
      "ruler",
    ]);
  });
});

describe("tables", () => {
  test("Napari: y before x, pixel centres at whole numbers, every type", async () => {
    const row = (index: number, type: string, vertices: [number, number][]) =>
      vertices.map(([y, x], i) => `${index},${type},${i},${y},${x}`).join("\n");
    const found = await read(
      [
        "index,shape-type,vertex-index,axis-0,axis-1",
        row(0, "polygon", [
          [1, 2],
          [3, 4],
          [5, 0],
        ]),
        row(1, "rectangle", [
          [0, 0],
          [0, 4],
          [2, 4],
          [2, 0],
        ]),
        row(2, "ellipse", [
          [0, 0],
          [0, 4],
          [2, 4],
          [2, 0],
        ]),
        row(3, "ellipse", [
          [0, 2],
          [2, 4],
          [4, 2],
          [2, 0],
        ]),
        row(4, "path", [
          [0, 0],
          [1, 1],
        ]),
        row(5, "star", [[0, 0]]),
      ].join("\n"),
    );
    expect(found).toMatchObject({
      format: "napari",
      frame: "unknown",
      suggestions: [{ frame: "imagePx", scale: 1 }],
    });
    expect(found.annotations[0]!.geometry).toMatchObject({
      region: [
        [
          [
            [2.5, 1.5],
            [4.5, 3.5],
            [0.5, 5.5],
          ],
        ],
      ],
    });
    expect(found.annotations.map(({ geometry }) => geometry.shape)).toEqual([
      "polygon",
      "rectangle",
      "ellipse",
      "polygon",
      "polyline",
    ]);
    // The turned one is a circle about (2.5, 2.5) whose radius is half of its box's side, √2.
    const circle = found.annotations[3]!.geometry as Extract<AnnotationGeometry, { type: "area" }>;
    for (const [x, y] of circle.region[0]![0]!)
      expect(Math.hypot(x - 2.5, y - 2.5)).toBeCloseTo(Math.SQRT2, 12);
    expect(codes(found)).toContain("import-geometry-unknown");
  });

  test("WKT in commas, tabs and semicolons, with and without a header, Z and SRID, known columns taken as such", async () => {
    const found = await read(
      'name,area,geom,class\n"a,1",5,"POLYGON Z ((0 0 1, 9 0 1, 0 9 1, 0 0 1), (1 1 0, 2 1 0, 1 2 0, 1 1 0))",Tumor: Positive\n,,"SRID=4326;MULTIPOINT ((1 2), (3 4))",\nb,,GARBAGE,\n',
    );
    expect(found).toMatchObject({ format: "wkt", frame: "unknown", report: { found: 3, imported: 2 } });
    expect(found.annotations[0]).toMatchObject({
      name: "a,1",
      metadata: { area: "5" },
      classification: { names: ["Tumor", "Positive"] },
    });
    expect(found.annotations[1]!.geometry).toEqual({
      type: "points",
      positions: [
        [1, 2],
        [3, 4],
      ],
      shape: "points",
    });
    expect((await read("id\twkt\n7\tLINESTRING (0 0, 1 1)\n")).annotations[0]).toMatchObject({
      id: "7",
      geometry: { type: "line" },
    });
    expect((await read("POINT (1 2);x\nPOINT (3 4);y\n")).annotations).toHaveLength(2);
  });

  test("Xenium Explorer: a name with commas and quotation marks, a ring that is open", async () => {
    const found = await read('Selection,X,Y\n"a, ""b""",0,0\n"a, ""b""",10,0\n"a, ""b""",0,10\n', "s.csv");
    expect(found).toMatchObject({ format: "xenium", frame: "um", annotations: [{ name: 'a, "b"' }] });
    expect(codes(found)).toContain("import-ring-open");
    expect((await read("X,Y\n0,0\n9,0\n0,9\n0,0\n", "Tumor_coordinates.csv")).annotations[0]).toMatchObject({
      name: "Tumor",
    });
  });
});
