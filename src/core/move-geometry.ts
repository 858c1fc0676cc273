import { composeAffine, invertAffine } from "./affine.ts";
import type { AnnotationGeometry, Position } from "./annotation.ts";
import { CentiscopeError } from "./errors.ts";
import { mapRegion, mapRing, type PlaneMap } from "./plane-map.ts";

/**
 * The geometry moved by a map of its frame. Rectangles and ellipses stay what they are where the map keeps the
 * directions of the axes; turned askew they become polygons.
 */
export function mapGeometry(map: PlaneMap, geometry: AnnotationGeometry): AnnotationGeometry {
  if (geometry.type === "points") return { ...geometry, positions: mapRing(map, geometry.positions) };
  if (geometry.type === "line") {
    return { ...geometry, lines: geometry.lines.map((line) => mapRing(map, line)) };
  }
  const keepsAxes = (map.b === 0 && map.c === 0) || (map.a === 0 && map.d === 0);
  return {
    type: "area",
    region: mapRegion(map, geometry.region),
    shape: keepsAxes ? geometry.shape : "polygon",
  };
}

/** The map of the frame that moves by exactly this many µm. @throws shape-map-singular */
export function moveByUm(toUm: PlaneMap, dxUm: number, dyUm: number): PlaneMap {
  const back = inverse(toUm);
  return { a: 1, b: 0, c: 0, d: 1, e: back.a * dxUm + back.c * dyUm, f: back.b * dxUm + back.d * dyUm };
}

/**
 * The map of the frame that turns about a place in it, in degrees from µm's x axis towards its y axis. Quarter turns
 * are exact where the frame's pixels are square.
 */
export function turnAbout(toUm: PlaneMap, centre: Position, degrees: number): PlaneMap {
  const quarter = (((degrees / 90) % 4) + 4) % 4;
  const radians = (degrees * Math.PI) / 180;
  const exact = Number.isInteger(quarter);
  const cos = exact ? [1, 0, -1, 0][quarter]! : Math.cos(radians);
  const sin = exact ? [0, 1, 0, -1][quarter]! : Math.sin(radians);
  return about(toUm, centre, { a: cos, b: sin, c: -sin, d: cos, e: 0, f: 0 });
}

/** The map of the frame that mirrors at a line through a place in it: left and right of it, or above and below. */
export function mirrorAt(toUm: PlaneMap, centre: Position, across: "leftRight" | "upDown"): PlaneMap {
  const sign = across === "leftRight" ? -1 : 1;
  return about(toUm, centre, { a: sign, b: 0, c: 0, d: -sign, e: 0, f: 0 });
}

/** `linear`, a map of µm directions, as a map of the frame that leaves `centre` where it is. */
function about(toUm: PlaneMap, [x, y]: Position, linear: PlaneMap): PlaneMap {
  const isScale = toUm.b === 0 && toUm.c === 0 && toUm.a === toUm.d && toUm.a !== 0;
  const { a, b, c, d } = isScale ? linear : composeAffine(inverse(toUm), composeAffine(linear, toUm));
  return { a, b, c, d, e: x - (a * x + c * y), f: y - (b * x + d * y) };
}

function inverse(toUm: PlaneMap): PlaneMap {
  const back = invertAffine(toUm);
  if (!back) throw new CentiscopeError("shape-map-singular", {});
  return back;
}
