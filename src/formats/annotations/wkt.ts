import type { AnnotationGeometry, Position } from "../../core/annotation.ts";

const KINDS = "POINT|MULTIPOINT|LINESTRING|MULTILINESTRING|POLYGON|MULTIPOLYGON|GEOMETRYCOLLECTION";
const START = new RegExp(`^\\s*(?:SRID=\\d+;)?\\s*(?:${KINDS})(?:ZM|Z|M)?\\b`, "i");
const NAMES: Readonly<Record<string, string>> = {
  POINT: "Point",
  MULTIPOINT: "MultiPoint",
  LINESTRING: "LineString",
  MULTILINESTRING: "MultiLineString",
  POLYGON: "Polygon",
  MULTIPOLYGON: "MultiPolygon",
};
const MOST_NESTED = 16;

/** True for text that begins as well-known text does. */
export function looksLikeWkt(text: string): boolean {
  return START.test(text);
}

/**
 * Well-known text (OGC 06-103r4 §7) as a GeoJSON geometry, not yet judged; undefined when it is not whole. Z and M
 * stay as third and fourth numbers; EMPTY gives no coordinates.
 */
export function parseWkt(text: string): unknown {
  const tokens = text.replace(/^\s*SRID=\d+;/i, "").match(/[A-Za-z]+|[(),]|[^\s(),A-Za-z][^\s(),]*/g) ?? [];
  let at = 0;
  const geometry = readGeometry(0);
  return at === tokens.length ? geometry : undefined;

  function readGeometry(depth: number): unknown {
    // Some write POLYGONZ in one word.
    const kind = (tokens[at++] ?? "").toUpperCase().replace(/(?:ZM|Z|M)$/, "");
    if (/^(Z|M|ZM)$/i.test(tokens[at] ?? "")) at += 1;
    const isEmpty = /^EMPTY$/i.test(tokens[at] ?? "");
    if (isEmpty) at += 1;
    if (kind === "GEOMETRYCOLLECTION") {
      if (isEmpty || depth > MOST_NESTED) return { type: "GeometryCollection", geometries: [] };
      return { type: "GeometryCollection", geometries: readList(() => readGeometry(depth + 1)) };
    }
    const type = NAMES[kind];
    if (!type) return undefined;
    const coordinates = isEmpty ? [] : readNested();
    // A point's one position stands in a list of its own; a multipoint's positions may, too.
    if (type === "Point") return { type, coordinates: Array.isArray(coordinates) ? coordinates[0] : [] };
    if (type !== "MultiPoint" || !Array.isArray(coordinates)) return { type, coordinates };
    return { type, coordinates: coordinates.map((one) => (Array.isArray(one?.[0]) ? one[0] : one)) };
  }

  function readNested(): unknown {
    return readList(() => (tokens[at] === "(" ? readNested() : readNumbers()));
  }

  function readNumbers(): number[] {
    const numbers: number[] = [];
    while (at < tokens.length && !"(),".includes(tokens[at]!)) numbers.push(Number(tokens[at++]));
    return numbers;
  }

  function readList(read: () => unknown): unknown[] {
    const list: unknown[] = [];
    if (tokens[at] !== "(") return list;
    do {
      at += 1;
      list.push(read());
    } while (tokens[at] === ",");
    if (tokens[at] === ")") at += 1;
    else at = tokens.length + 1;
    return list;
  }
}

/** The same the other way: rings closed, numbers as short as they come back exactly. */
export function writeWkt(geometry: AnnotationGeometry): string {
  const places = (positions: readonly Position[]): string =>
    `(${positions.map(([x, y]) => `${x} ${y}`).join(", ")})`;
  if (geometry.type === "points") {
    const { positions } = geometry;
    return positions.length === 1 ? `POINT ${places(positions)}` : `MULTIPOINT ${places(positions)}`;
  }
  if (geometry.type === "line") {
    const lines = geometry.lines.map(places);
    return lines.length === 1 ? `LINESTRING ${lines[0]}` : `MULTILINESTRING (${lines.join(", ")})`;
  }
  const polygons = geometry.region.map(
    (rings) => `(${rings.map((ring) => places(ring[0] ? [...ring, ring[0]] : [])).join(", ")})`,
  );
  return polygons.length === 1 ? `POLYGON ${polygons[0]}` : `MULTIPOLYGON (${polygons.join(", ")})`;
}
