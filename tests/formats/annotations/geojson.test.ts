import fc from "fast-check";
import { gunzipSync, unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { Annotation } from "../../../src/core/annotation.ts";
import { contentId, isUuid } from "../../../src/formats/annotations/content-id.ts";
import { exportGeojson } from "../../../src/formats/annotations/geojson-export.ts";
import { importAnnotations } from "../../../src/formats/annotations/import-annotations.ts";
import { MemorySource } from "../../../src/io/memory.ts";
import { annotations } from "./annotation-arbitrary.ts";
import { textFile } from "./corpus.ts";
import { qupathFaults } from "./qupath-rules.ts";

const read = async (value: unknown) =>
  (await importAnnotations(textFile("a.geojson", JSON.stringify(value))))[0]!;
const square = {
  type: "Polygon",
  coordinates: [
    [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
      [0, 0],
    ],
  ],
};
const feature = (properties: unknown, geometry: unknown = square, more = {}) => ({
  type: "Feature",
  ...more,
  geometry,
  properties,
});
const lines = (found: Awaited<ReturnType<typeof read>>) =>
  found.report.lines.map(({ code, count }) => [code, count]);

describe("round trip", () => {
  test("what is written comes back, and is written again as the same bytes that QuPath reads", async () => {
    await fc.assert(
      fc.asyncProperty(
        annotations,
        fc.constantFrom("imagePx" as const, "um" as const),
        async (list, frame) => {
          const written = exportGeojson(list, frame);
          const [found] = await importAnnotations(new MemorySource("a.geojson", written));
          const expected = list.map((one): Annotation => {
            // QuPath's objects need a colour: of a name that would be split as text, grey is written.
            const { classification } = one;
            const isSplit = classification?.names.some((name) => name.includes(": "));
            return isSplit && classification && !classification.color
              ? { ...one, classification: { ...classification, color: [128, 128, 128] } }
              : one;
          });
          expect(found!.annotations).toEqual(expected);
          expect(found!.frame).toBe(frame);
          expect(found!.report.lines.filter(({ outcome }) => outcome !== "kept")).toEqual([]);
          expect(exportGeojson(found!.annotations, frame)).toEqual(written);
          const carried = list.some(({ extra }) => Object.keys(extra).length > 0);
          if (!carried) expect(qupathFaults(new TextDecoder().decode(written))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("packed files hold the same, and equal annotations give equal archives", async () => {
    const list = (await read(feature({ objectType: "annotation", name: "a" }))).annotations;
    const plain = exportGeojson(list, "imagePx");
    expect(gunzipSync(exportGeojson(list, "imagePx", "gzip"))).toEqual(plain);
    expect(unzipSync(exportGeojson(list, "imagePx", "zip"))).toEqual({ "annotations.geojson": plain });
    for (const packing of ["gzip", "zip"] as const) {
      const packed = exportGeojson(list, "imagePx", packing);
      expect(exportGeojson(list, "imagePx", packing)).toEqual(packed);
      const [found] = await importAnnotations(new MemorySource(`a.${packing}`, packed));
      expect(found!.annotations).toEqual(list);
    }
  });

  test("a zip of several files gives an answer for each; hidden ones are passed over", async () => {
    const text = new TextEncoder().encode(JSON.stringify(feature({ objectType: "annotation" })));
    const zip = zipSync({ "x/a.geojson": text, "x/b.json": text, "__MACOSX/._a": text, "x/.DS_Store": text });
    expect((await importAnnotations(new MemorySource("z.zip", zip))).map(({ file }) => file)).toEqual([
      "a.geojson",
      "b.json",
    ]);
  });
});

describe("what QuPath and its like write", () => {
  test("collection, feature, array of either, bare geometry", async () => {
    const one = feature({ objectType: "annotation" });
    for (const [value, count] of [
      [{ type: "FeatureCollection", features: [one, one] }, 2],
      [one, 1],
      [[one, one, one], 3],
      [square, 1],
      [[{ type: "FeatureCollection", features: [one] }, one], 2],
    ] as const) {
      expect((await read(value)).annotations).toHaveLength(count);
    }
  });

  test("classes: text, derived text, names, Java's colours, QuPath 0.3's parents, none", async () => {
    const classes = [
      ["Tumor", { names: ["Tumor"], color: null }],
      ["Tumor: Positive", { names: ["Tumor", "Positive"], color: null }],
      [
        { name: "Tumor", color: [200, 0, 0] },
        { names: ["Tumor"], color: [200, 0, 0] },
      ],
      [
        { names: ["A", "B"], color: [1, 2, 3] },
        { names: ["A", "B"], color: [1, 2, 3] },
      ],
      [
        { name: "Tumor", colorRGB: -3670016 },
        { names: ["Tumor"], color: [200, 0, 0] },
      ],
      [
        { name: "Positive", colorRGB: -1, parentClass: { name: "Tumor" } },
        { names: ["Tumor", "Positive"], color: [255, 255, 255] },
      ],
      [{ name: "", color: [1, 2, 3] }, null],
      [{}, null],
    ] as const;
    for (const [written, expected] of classes) {
      expect((await read(feature({ classification: written }))).annotations[0]!.classification).toEqual(
        expected,
      );
    }
    expect(
      (await read(feature({ classification: { name: "", color: [1, 2, 3] } }))).annotations[0]!.color,
    ).toEqual([1, 2, 3]);
    const alpha = await read(feature({ classification: { name: "T", color: [1, 2, 3, 100] } }));
    expect(new TextDecoder().decode(exportGeojson(alpha.annotations, "imagePx"))).toContain(
      '"color":[1,2,3,100]',
    );
  });

  test("object types: of all its versions", async () => {
    const type = async (value: unknown) => (await read(value)).annotations[0]!.objectType;
    expect(await type(feature({ objectType: "detection" }))).toBe("detection");
    expect(await type(feature({ object_type: "cell" }))).toBe("cell");
    expect(await type(feature({ type: "tile" }))).toBe("tile");
    expect(await type(feature({}, square, { id: "PathDetectionObject" }))).toBe("detection");
    expect(await type(feature({ type: "polyline" }))).toBe("annotation");
    expect((await read(feature({ type: "polyline" }))).annotations[0]!.extra).toEqual({
      "/properties/type": "polyline",
    });
  });

  test("measurements as object, as list, with words for numbers; locks, colours, names, descriptions", async () => {
    const [found] = await importAnnotations(
      textFile(
        "a.json",
        `[
      {"type":"Feature","id":"7ff9a66d-1f1b-4ad3-8a54-0a4bb8ed1b55","geometry":{"type":"Point","coordinates":[1,2]},
       "properties":{"name":"<b>=1+1</b>","isLocked":true,"color":-65536,
        "measurements":{"a":1.5,"b":NaN,"c":-Infinity,"d":"NaN","e":"x","f":null},
        "metadata":{"k":"v","n":5,"ANNOTATION_DESCRIPTION":"what"}}},
      {"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},
       "properties":{"measurements":[{"name":"a","value":2},{"name":"b","value":NaN}],"text":"NaN, \\"Infinity\\""}}]`,
      ),
    );
    const [one, two] = found!.annotations;
    expect(one).toMatchObject({
      id: "7ff9a66d-1f1b-4ad3-8a54-0a4bb8ed1b55",
      name: "<b>=1+1</b>",
      locked: true,
      color: [255, 0, 0],
      description: "what",
      metadata: { k: "v", n: "5" },
      measurements: { a: 1.5, b: Number.NaN, c: Number.NEGATIVE_INFINITY, d: Number.NaN },
    });
    expect(two).toMatchObject({
      measurements: { a: 2, b: Number.NaN },
      extra: { "/properties/text": 'NaN, "Infinity"' },
    });
    expect(lines(found!)).toEqual(
      expect.arrayContaining([
        ["import-number-words", 3],
        ["import-measurement-invalid", 2],
        ["import-metadata-text", 1],
        ["import-id-made", 1],
      ]),
    );
  });

  test("children within features keep their parent, through a file that QuPath reads", async () => {
    const found = await read(
      feature({ objectType: "annotation", childObjects: [feature({ objectType: "cell" })] }, square, {
        id: "p",
      }),
    );
    expect(found.annotations.map(({ parentId }) => parentId)).toEqual([null, "p"]);
    const again = (
      await importAnnotations(new MemorySource("x", exportGeojson(found.annotations, "imagePx")))
    )[0]!;
    expect(again.annotations).toEqual(found.annotations);
  });

  test("plane, nucleus, bounding box and members of strangers are carried and put back where they were", async () => {
    const nucleus = { type: "Point", coordinates: [3, 3] };
    const written = feature(
      { objectType: "cell", isMissing: true, strange: { deep: [1, null] } },
      { ...square, plane: { c: -1, z: 2, t: 0 } },
      { bbox: [0, 0, 10, 10], nucleusGeometry: nucleus },
    );
    const { annotations: list, report } = await read(written);
    expect(report.lines.map(({ code }) => code)).toEqual(["import-id-made"]);
    const { features } = JSON.parse(new TextDecoder().decode(exportGeojson(list, "imagePx")));
    expect(features).toEqual([{ ...written, id: list[0]!.id }]);
  });

  test("ellipses: in the geometry as QuPath, and in the properties as xOpat writes it", async () => {
    expect((await read(feature({}, { ...square, isEllipse: true }))).annotations[0]!.geometry).toMatchObject({
      shape: "ellipse",
    });
    expect((await read(feature({ isEllipse: true }))).annotations[0]!.geometry).toMatchObject({
      shape: "ellipse",
    });
    expect((await read(feature({}))).annotations[0]!.geometry).toMatchObject({ shape: "rectangle" });
  });

  test("a collection of one kind is one annotation; a mixed one is one for each kind", async () => {
    const both = {
      type: "GeometryCollection",
      geometries: [square, { type: "GeometryCollection", geometries: [square] }],
    };
    expect((await read(feature({}, both))).annotations).toHaveLength(1);
    const mixed = {
      type: "GeometryCollection",
      geometries: [
        square,
        { type: "Point", coordinates: [1, 1] },
        {
          type: "LineString",
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    };
    const found = await read(feature({ name: "m" }, mixed, { id: "x" }));
    expect(found.annotations.map(({ id, geometry }) => [id === "x", geometry.type])).toEqual([
      [true, "area"],
      [false, "line"],
      [false, "points"],
    ]);
    expect(lines(found)).toContainEqual(["import-collection-split", 1]);
  });

  test("an object without id gets the same one each time; repeated ids are told apart", async () => {
    const [first, again] = [await read(feature({ name: "a" })), await read(feature({ name: "a" }))];
    expect(first.annotations[0]!.id).toBe(again.annotations[0]!.id);
    expect(isUuid(first.annotations[0]!.id)).toBe(true);
    const twice = await read([
      feature({}, square, { id: "x" }),
      feature({}, square, { id: "x" }),
      feature({}),
      feature({}),
    ]);
    expect(new Set(twice.annotations.map(({ id }) => id)).size).toBe(4);
    expect(lines(twice)).toContainEqual(["import-id-repeated", 1]);
    const ids = Array.from({ length: 20_000 }, (_, i) => contentId(`["${i}",{"x":${i % 7}}]`));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("plain GeoJSON, and one with a reference system, does not say what its positions are", async () => {
    expect((await read(feature({ any: 1 }))).frame).toBe("unknown");
    expect((await read(feature({ objectType: "annotation" }))).frame).toBe("imagePx");
    const crs = { type: "name", properties: { name: "urn:ogc:def:crs:OGC:1.3:CRS84" } };
    const found = await read({
      type: "FeatureCollection",
      crs,
      name: "layer",
      features: [feature({ objectType: "annotation" })],
    });
    expect(found.frame).toBe("unknown");
    expect(lines(found)).toEqual(
      expect.arrayContaining([
        ["import-crs", 1],
        ["import-collection-member", 1],
      ]),
    );
  });
});
