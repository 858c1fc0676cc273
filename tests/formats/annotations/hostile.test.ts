import { gzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { fillTemplate } from "../../../src/core/errors.ts";
import { messages } from "../../../src/core/messages.ts";
import { importAnnotations } from "../../../src/formats/annotations/import-annotations.ts";
import { MemorySource } from "../../../src/io/memory.ts";
import { textFile } from "./corpus.ts";

const read = async (text: string, name = "bad.geojson") =>
  (await importAnnotations(textFile(name, text)))[0]!;
const feature = (geometry: unknown, properties: unknown = { objectType: "annotation" }) =>
  JSON.stringify({ type: "Feature", geometry, properties });
const polygon = (ring: unknown) => ({ type: "Polygon", coordinates: [ring] });

/** It is refused with this code, and the words name the file in both languages. */
async function refused(source: MemorySource, code: string): Promise<void> {
  const failure = await importAnnotations(source).then(
    () => expect.unreachable("it was imported"),
    (thrown: { facts: { code: keyof typeof messages; params: Record<string, string> } }) => thrown.facts,
  );
  expect(failure).toMatchObject({ code });
  for (const language of ["en", "zh"] as const) {
    const words = fillTemplate(messages[failure.code][language], failure.params);
    expect(words).toContain(failure.params.file);
    expect(words).not.toMatch(/\{\w+\}/);
  }
}

describe("objects that are refused, one by one, while the others are imported", () => {
  const good = { type: "Feature", geometry: { type: "Point", coordinates: [1, 1] }, properties: {} };
  test.each([
    ["import-geometry-missing", { type: "Feature", geometry: null, properties: {} }],
    ["import-geometry-missing", { type: "Feature", properties: {} }],
    ["import-object-invalid", null],
    ["import-object-invalid", 7],
    ["import-object-invalid", { type: "Thing" }],
    ["import-geometry-unknown", { type: "Feature", geometry: { type: "Circle", coordinates: [] } }],
    ["import-geometry-unknown", { type: "Feature", geometry: { type: "Polygon", coordinates: 5 } }],
    ["import-position-invalid", { type: "Feature", geometry: { type: "Point", coordinates: [null, 1] } }],
    ["import-position-invalid", { type: "Feature", geometry: { type: "Point", coordinates: ["1", 1] } }],
    ["import-position-invalid", { type: "Feature", geometry: { type: "Point", coordinates: [1e300, 1] } }],
    [
      "import-position-invalid",
      { type: "Feature", geometry: { type: "LineString", coordinates: [[0, 0], [1]] } },
    ],
    [
      "import-too-few-positions",
      {
        type: "Feature",
        geometry: polygon([
          [0, 0],
          [1, 1],
          [0, 0],
        ]),
      },
    ],
    ["import-too-few-positions", { type: "Feature", geometry: polygon([]) }],
    [
      "import-too-few-positions",
      { type: "Feature", geometry: { type: "LineString", coordinates: [[0, 0]] } },
    ],
    ["import-too-few-positions", { type: "Feature", geometry: { type: "MultiPolygon", coordinates: [] } }],
    [
      "import-too-few-positions",
      { type: "Feature", geometry: { type: "GeometryCollection", geometries: [] } },
    ],
  ])("%s: %j", async (code, bad) => {
    const found = await read(JSON.stringify({ type: "FeatureCollection", features: [good, bad, good] }));
    expect(found.report).toMatchObject({ found: 3, imported: 2 });
    expect(found.report.lines).toContainEqual(
      expect.objectContaining({ code, outcome: "refused", count: 1 }),
    );
  });

  test("bare NaN in a position", async () => {
    const found = await read(
      `{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,1]},"properties":{}}`,
    );
    expect(found.report.lines.map(({ code }) => code)).toContain("import-position-invalid");
  });
});

describe("shapes that are kept, with a remark", () => {
  test.each([
    [
      "import-crossing",
      [
        [0, 0],
        [10, 10],
        [10, 0],
        [0, 10],
        [0, 0],
      ],
    ],
    [
      "import-no-area",
      [
        [0, 0],
        [10, 10],
        [20, 20],
        [0, 0],
      ],
    ],
    [
      "import-no-area",
      [
        [5, 5],
        [5, 5],
        [5, 5],
        [5, 5],
      ],
    ],
    [
      "import-ring-open",
      [
        [0, 0],
        [10, 0],
        [0, 10],
      ],
    ],
    [
      "import-third-coordinate",
      [
        [0, 0, 1],
        [10, 0, 1],
        [0, 10, 1],
        [0, 0, 1],
      ],
    ],
  ])("%s: %j", async (code, ring) => {
    const found = await read(feature(polygon(ring)));
    expect(found.report).toMatchObject({ found: 1, imported: 1 });
    expect(found.report.lines.map((line) => line.code)).toContain(code);
  });

  test("null members say nothing and are left out", async () => {
    const found = await read(
      feature(
        polygon([
          [0, 0],
          [9, 0],
          [0, 9],
          [0, 0],
        ]),
        { name: null, classification: null, measurements: null, x: null },
      ),
    );
    expect(found.report.lines).toContainEqual(
      expect.objectContaining({ code: "import-null-member", count: 4 }),
    );
    expect(found.annotations[0]).toMatchObject({ name: null, classification: null, extra: {} });
    expect(
      (await read(`{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":null}`))
        .annotations,
    ).toHaveLength(1);
  });

  test("a million corners", async () => {
    const count = 1_000_000;
    const ring = Array.from({ length: count }, (_, i) => {
      const angle = (2 * Math.PI * i) / count;
      const radius = 40_000 + 500 * Math.sin(40 * angle);
      return `[${Math.round(100 * (50_000 + radius * Math.cos(angle))) / 100},${Math.round(100 * (50_000 + radius * Math.sin(angle))) / 100}]`;
    });
    const found = await read(
      `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[${ring.join()},${ring[0]}]]},"properties":{}}`,
    );
    const { geometry } = found.annotations[0]!;
    expect(geometry.type === "area" && geometry.region[0]![0]!.length).toBe(count);
  }, 60_000);

  test("names are text, whatever they look like", async () => {
    const name = '<script>alert(1)</script>=cmd|"/c calc"!A1';
    expect((await read(feature({ type: "Point", coordinates: [1, 1] }, { name }))).annotations[0]!.name).toBe(
      name,
    );
  });

  test("keys of every object's own, and the names of its ancestors, are data", async () => {
    const text = `{"type":"Feature","geometry":{"type":"Point","coordinates":[1,1]},"properties":{"measurements":{"__proto__":1,"constructor":2},"metadata":{"__proto__":"x"},"__proto__":{"polluted":true}}}`;
    const { annotations } = await read(text);
    expect(Object.entries(annotations[0]!.measurements)).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
    expect(Object.entries(annotations[0]!.metadata)).toEqual([["__proto__", "x"]]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("files that are refused whole", () => {
  test.each([
    ["annotations-json-invalid", '{"type":"FeatureCollection","features":[{"type":"Fea'],
    ["annotations-json-invalid", '{"type":"FeatureCollection","features":[NaN,'],
    ["annotations-too-deep", `{"type":"Feature","geometry":${"[".repeat(1_000_000)}`],
    [
      "annotations-too-deep",
      `{"type":"Feature","properties":{"x":${'{"a":'.repeat(500)}1${"}".repeat(500)}}}`,
    ],
    ["annotations-none", '{"type":"FeatureCollection","features":[]}'],
    ["annotations-unknown", '{"any":"thing"}'],
    ["annotations-unknown", "[]"],
    ["annotations-unknown", ""],
    ["annotations-unknown", "hello, world"],
    ["annotations-unknown", "<html><body/></html>"],
    ["annotations-xml-invalid", "<ASAP_Annotations><Annotations>"],
    ["annotations-xml-invalid", "<ASAP_Annotations><Annotation></Annotations></ASAP_Annotations>"],
    [
      "annotations-xml-invalid",
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ASAP_Annotations Name="&b;"/>',
    ],
    ["annotations-too-deep", `<ASAP_Annotations>${"<a>".repeat(1000)}`],
    ["annotations-none", "<ASAP_Annotations><Annotations/></ASAP_Annotations>"],
    ["annotations-none", "<Annotations></Annotations>"],
    ["annotations-none", "X,Y\n"],
    ["annotations-csv-invalid", "X,Y\n1,2\nx,3\n"],
    ["annotations-csv-invalid", "Selection,X,Y\na,1\n"],
    ["annotations-csv-invalid", 'Selection,X,Y\n"a,1,2\n'],
    ["annotations-csv-invalid", "index,shape-type,vertex-index,axis-0,axis-1\n0,polygon,0,a,b\n"],
    ["annotations-none", '{"positive":[],"negative":[]}'],
  ])("%s: %.60s", async (code, text) => {
    await refused(textFile("bad.file", text), code);
  });

  test("pictures and other binary files are not text", async () => {
    await refused(
      new MemorySource("a.png", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0, 1])),
      "annotations-unknown",
    );
  });

  test("bombs are not unpacked, in gzip and in zip, nor when the zip lies about its size", async () => {
    // A kilobyte for each megabyte of zeros, four hundred times: gzip files may be joined.
    const member = gzipSync(new Uint8Array(2 ** 20));
    const gzip = new Uint8Array(member.length * 400);
    for (let i = 0; i < 400; i++) gzip.set(member, i * member.length);
    await refused(new MemorySource("bomb.geojson.gz", gzip), "annotations-too-large");
    const claims = (bytes: number): Uint8Array => {
      const zip = zipSync({ "a.geojson": new Uint8Array(2 ** 20) });
      const view = new DataView(zip.buffer, zip.byteOffset);
      view.setUint32(view.getUint32(zip.length - 22 + 16, true) + 24, bytes, true);
      return zip;
    };
    await refused(new MemorySource("bomb.zip", claims(2 ** 30)), "annotations-too-large");
    await refused(new MemorySource("liar.zip", claims(1000)), "zip-corrupt");
    await refused(new MemorySource("short.zip", claims(2 ** 21)), "zip-corrupt");
  });

  test("archives that are cut off", async () => {
    const text = new TextEncoder().encode(feature({ type: "Point", coordinates: [1, 1] }).repeat(200));
    const gzip = gzipSync(text);
    await refused(new MemorySource("cut.gz", gzip.subarray(0, gzip.length - 20)), "gzip-truncated");
    const zip = zipSync({ a: text });
    await refused(new MemorySource("cut.zip", zip.subarray(0, zip.length - 30)), "zip-corrupt");
    await refused(new MemorySource("empty.zip", zipSync({})), "annotations-unknown");
    await refused(new MemorySource("cut.parquet", new TextEncoder().encode("PAR1....")), "parquet-corrupt");
  });
});
