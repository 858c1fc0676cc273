import { determinant } from "../core/affine.ts";
import type { AnnotationGeometry, Position } from "../core/annotation.ts";
import { mapRegion, mapRing, type PlaneMap } from "../core/plane-map.ts";
import type { Box, Region, Ring } from "../core/region.ts";
import { isNestedWell } from "../core/region-nesting.ts";
import { ringContacts } from "../core/ring-contacts.ts";
import { chainLength, chainsBox, ringArea, ringMoments } from "../core/ring-measure.ts";
import { uniteRegions } from "./region-boolean.ts";

/** The size of an annotation. Lengths of what has none are 0, and so is the area of lines and points. */
export interface RegionMeasure {
  readonly areaUm2: number;
  readonly areaMm2: number;
  /** Of all outlines and holes. */
  readonly perimeterUm: number;
  /** Of lines. */
  readonly lengthUm: number;
  /** Of the area; of lines their mid-mass; of points their mean. In the document's frame. Null of nothing at all. */
  readonly centroid: Position | null;
  /** Smallest box in the document's frame; empty (`x0 > x1`) of nothing at all. */
  readonly box: Box;
}

/**
 * Measures an annotation. Where parts overlap, or a ring crosses itself, what is covered counts once: the same places
 * that `PreparedRegion` counts. An ellipse has the area πab and the perimeter of the true ellipse, as in QuPath; the
 * ring that stands for it (and counts) is smaller, ours by 0.01 %.
 *
 * @param toUm from the document's frame to µm
 * @throws shape-not-finite, shape-out-of-range, shape-too-intricate for shapes that cross themselves
 */
export function measureGeometry(geometry: AnnotationGeometry, toUm: PlaneMap): RegionMeasure {
  if (geometry.type === "points") {
    const { positions } = geometry;
    return { ...NOTHING, centroid: mean(positions), box: chainsBox([positions]) };
  }
  if (geometry.type === "line") {
    const lengths = geometry.lines.map((line) => chainLength(mapRing(toUm, line), false));
    const lengthUm = lengths.reduce((sum, length) => sum + length, 0);
    return { ...NOTHING, lengthUm, centroid: midMass(geometry.lines), box: chainsBox(geometry.lines) };
  }
  const box = chainsBox(geometry.region.flat());
  if (geometry.shape === "ellipse") return measureEllipse(box, toUm);
  const region = countedOnce(geometry.region);
  let [area, mx, my] = [0, 0, 0];
  for (const polygon of region) {
    polygon.forEach((ring, index) => {
      const sign = (index === 0 ? 1 : -1) * (ringArea(ring) < 0 ? -1 : 1);
      const [x, y] = ringMoments(ring);
      area += sign * ringArea(ring);
      mx += sign * x;
      my += sign * y;
    });
  }
  const areaUm2 = area * Math.abs(determinant(toUm));
  const perimeterUm = mapRegion(toUm, region)
    .flat()
    .reduce((sum, ring) => sum + chainLength(ring, true), 0);
  const centroid: Position | null = area > 0 ? [mx / area, my / area] : mean(geometry.region.flat(2));
  return { ...NOTHING, areaUm2, areaMm2: areaUm2 / 1e6, perimeterUm, centroid, box };
}

const NOTHING = { areaUm2: 0, areaMm2: 0, perimeterUm: 0, lengthUm: 0 };

/** The region itself where its rings do not meet, else what it covers, without overlap. */
function countedOnce(region: Region): Region {
  const tidy = ringContacts(region.flat()).kind === "none" && isNestedWell(region);
  return tidy ? region : uniteRegions([region]);
}

function measureEllipse(box: Box, toUm: PlaneMap): RegionMeasure {
  const [rx, ry] = [(box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2];
  const areaUm2 = Math.PI * rx * ry * Math.abs(determinant(toUm));
  // Half axes of the mapped ellipse: singular values of the linear part times diag(rx, ry).
  const [a, b, c, d] = [toUm.a * rx, toUm.b * rx, toUm.c * ry, toUm.d * ry];
  const [sum, gap] = [Math.hypot(a + d, b - c), Math.hypot(a - d, b + c)];
  const perimeterUm = ellipsePerimeter((sum + gap) / 2, Math.abs(sum - gap) / 2);
  return {
    ...NOTHING,
    areaUm2,
    areaMm2: areaUm2 / 1e6,
    perimeterUm,
    centroid: [box.x0 + rx, box.y0 + ry],
    box,
  };
}

/**
 * Perimeter of an ellipse with these half axes, by Gauss's arithmetic–geometric mean: 2π/M · (a² − Σ 2^(n−1) cₙ²),
 * with cₙ² = aₙ² − bₙ². Exact to rounding; QuPath uses Ramanujan's formula, which is the same to 4 · 10^-4 at worst.
 */
export function ellipsePerimeter(halfA: number, halfB: number): number {
  let [a, b] = [Math.max(halfA, halfB), Math.min(halfA, halfB)];
  if (!(b > 0)) return 4 * a;
  let sum = (a * a - b * b) / 2;
  for (let power = 1; a - b > a * 1e-15; power *= 2) {
    const c = (a - b) / 2;
    sum += power * c * c;
    [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  }
  return (2 * Math.PI * (Math.max(halfA, halfB) ** 2 - sum)) / a;
}

function mean(positions: Ring): Position | null {
  if (positions.length === 0) return null;
  const [x, y] = positions.reduce<Position>(([sx, sy], [px, py]) => [sx + px, sy + py], [0, 0]);
  return [x / positions.length, y / positions.length];
}

function midMass(lines: readonly Ring[]): Position | null {
  let [total, x, y] = [0, 0, 0];
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const [[ax, ay], [bx, by]] = [line[i - 1]!, line[i]!];
      const length = Math.hypot(bx - ax, by - ay);
      total += length;
      x += (length * (ax + bx)) / 2;
      y += (length * (ay + by)) / 2;
    }
  }
  return total > 0 ? [x / total, y / total] : mean(lines.flat());
}
