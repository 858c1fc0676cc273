import { describe, expect, test } from "vitest";
import type { AnnotationGeometry } from "../../../src/core/annotation.ts";
import { parseWkb } from "../../../src/formats/annotations/wkb.ts";
import { parseWkt, writeWkt } from "../../../src/formats/annotations/wkt.ts";

describe("well-known geometries", () => {
  test("well-known text of every kind is what it says, and comes back", () => {
    const kinds: AnnotationGeometry[] = [
      { type: "points", positions: [[1, 2]], shape: "points" },
      {
        type: "points",
        positions: [
          [1, 2],
          [3, 1e21],
        ],
        shape: "points",
      },
      {
        type: "line",
        lines: [
          [
            [0, 0],
            [1e-7, 1],
          ],
        ],
        shape: "polyline",
      },
      {
        type: "line",
        lines: [
          [
            [0, 0],
            [1, 1],
          ],
          [
            [2, 2],
            [3, 3],
          ],
        ],
        shape: "polyline",
      },
      {
        type: "area",
        region: [
          [
            [
              [0, 0],
              [9, 0],
              [0, 9],
            ],
          ],
        ],
        shape: "polygon",
      },
      {
        type: "area",
        region: [
          [
            [
              [0, 0],
              [9, 0],
              [0, 9],
            ],
            [
              [1, 1],
              [2, 1],
              [1, 2],
            ],
          ],
          [
            [
              [20, 0],
              [29, 0],
              [20, 9],
            ],
          ],
        ],
        shape: "polygon",
      },
    ];
    const names = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
    kinds.forEach((geometry, i) => {
      expect(parseWkt(writeWkt(geometry))).toMatchObject({ type: names[i] });
    });
    expect(parseWkt("POINT EMPTY")).toEqual({ type: "Point", coordinates: undefined });
    expect(parseWkt("GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))")).toEqual({
      type: "GeometryCollection",
      geometries: [
        { type: "Point", coordinates: [1, 2] },
        {
          type: "LineString",
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    });
    for (const broken of ["POLYGON ((0 0, 1 1", "POLYGON ((0 0)) x", "CIRCLE (1)", ""])
      expect(parseWkt(broken)).toBeUndefined();
  });

  test("well-known binary in both byte orders and with Z; what is cut off is nothing", () => {
    const point = (little: boolean, type: number, ...numbers: number[]) => {
      const bytes = new Uint8Array(5 + numbers.length * 8);
      const view = new DataView(bytes.buffer);
      bytes[0] = little ? 1 : 0;
      view.setUint32(1, type, little);
      for (const [i, n] of numbers.entries()) view.setFloat64(5 + 8 * i, n, little);
      return bytes;
    };
    for (const bytes of [
      point(true, 1, 3, 4),
      point(false, 1, 3, 4),
      point(true, 1001, 3, 4, 5),
      point(true, 0x80000001, 3, 4, 5),
    ]) {
      expect(parseWkb(bytes)).toEqual({ type: "Point", coordinates: [3, 4] });
      expect(parseWkb(bytes.subarray(0, 12))).toBeUndefined();
    }
    const bomb = new Uint8Array(9);
    new DataView(bomb.buffer).setUint32(1, 3);
    new DataView(bomb.buffer).setUint32(5, 0xffffffff);
    expect(parseWkb(bomb)).toBeUndefined();
  });
});
