import { describe, expect, test } from "vitest";
import type { OutlineLevel } from "../../src/core/outline.ts";
import { packArea } from "../../src/core/packed-area.ts";
import type { Region, Ring } from "../../src/core/region.ts";
import { outlineDetail } from "../../src/geometry/outline-detail.ts";

const QUANTA = 256;

/** Seeded (Park and Miller), in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A star-shaped ring: every ray from its middle crosses it once. */
function star(
  n: number,
  [cx, cy]: readonly [number, number],
  radius: number,
  ragged: number,
  seed: number,
): Ring {
  const next = random(seed);
  return Array.from({ length: n }, (_, i): [number, number] => {
    const angle = (2 * Math.PI * i) / n;
    const r = radius * (1 + 0.2 * Math.sin(7 * angle) + ragged * next());
    return [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
  });
}

const shoelace = (ring: Ring): number =>
  Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [nx, ny] = ring[(i + 1) % ring.length]!;
      return sum + (x * ny - nx * y) / 2;
    }, 0),
  );

/** Triangles of a level, frame units. */
function triangles({ fills }: OutlineLevel): number[][] {
  return fills.flatMap(({ places }) =>
    Array.from({ length: places.length / 6 }, (_, i) =>
      Array.from(places.subarray(6 * i, 6 * i + 6), (value) => value / QUANTA),
    ),
  );
}

const areaOf = ([ax, ay, bx, by, cx, cy]: readonly number[]): number =>
  Math.abs((bx! - ax!) * (cy! - ay!) - (cx! - ax!) * (by! - ay!)) / 2;
const filled = (level: OutlineLevel): number => triangles(level).reduce((sum, one) => sum + areaOf(one), 0);

function inTriangle([ax, ay, bx, by, cx, cy]: readonly number[], x: number, y: number): boolean {
  const side = (px: number, py: number, qx: number, qy: number) =>
    (qx - px) * (y - py) - (qy - py) * (x - px);
  const sides = [side(ax!, ay!, bx!, by!), side(bx!, by!, cx!, cy!), side(cx!, cy!, ax!, ay!)];
  return sides.every((value) => value > 0) || sides.every((value) => value < 0);
}

/** Even-odd, by a ray to the right. */
function inRegion(region: Region, x: number, y: number): boolean {
  let inside = false;
  for (const ring of region.flat()) {
    ring.forEach(([ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % ring.length]!;
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    });
  }
  return inside;
}

function distance(x: number, y: number, [ax, ay, bx, by]: readonly number[]): number {
  const [dx, dy] = [bx! - ax!, by! - ay!];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.min(1, Math.max(0, ((x - ax!) * dx + (y - ay!) * dy) / length)) : 0;
  return Math.hypot(x - ax! - t * dx, y - ay! - t * dy);
}

const segments = ({ lines }: OutlineLevel): number[][] =>
  lines.flatMap(({ places }) =>
    Array.from({ length: places.length / 4 }, (_, i) =>
      Array.from(places.subarray(4 * i, 4 * i + 4), (value) => value / QUANTA),
    ),
  );

const holed: Region = [
  [
    star(30_000, [3000, 2000], 2000, 0.0005, 11),
    star(3000, [3000, 2000], 700, 0.02, 12),
    star(700, [4300, 2000], 150, 0.05, 13),
  ],
  [star(300, [9000, 9000], 400, 0.1, 14)],
];

describe("an area of very many corners", () => {
  const [exact, ...coarser] = outlineDetail(packArea(holed), QUANTA);

  test("is filled once, wherever it is cut, and its holes are not", () => {
    const expected = holed.reduce(
      (sum, [outer, ...holes]) =>
        sum + shoelace(outer!) - holes.reduce((holed, hole) => holed + shoelace(hole), 0),
      0,
    );
    expect(filled(exact!) / expected).toBeCloseTo(1, 5);
    const all = triangles(exact!);
    const next = random(5);
    for (let i = 0; i < 150; i++) {
      const [x, y] = [700 + 9000 * next(), -400 + 10_000 * next()];
      const covered = all.filter((one) => inTriangle(one, x, y)).length;
      expect([x, y, covered]).toEqual([x, y, inRegion(holed, x, y) ? 1 : 0]);
    }
  });

  test("has every edge once, and each part's box holds what is in it", () => {
    const expected = holed.flat().flatMap((ring) =>
      ring.map(([x, y], i) => {
        const [nx, ny] = ring[(i + 1) % ring.length]!;
        return [x, y, nx, ny].map((value) => Math.round(value * QUANTA) / QUANTA).join();
      }),
    );
    expect(segments(exact!).map((one) => one.join())).toEqual(expected);
    for (const { places, bounds } of [...exact!.lines, ...exact!.fills]) {
      let least = Infinity;
      for (let i = 0; i < places.length; i += 2) {
        const [x, y] = [places[i]! / QUANTA, places[i + 1]! / QUANTA];
        least = Math.min(least, x - bounds[0], bounds[2] - x, y - bounds[1], bounds[3] - y);
      }
      expect(least).toBeGreaterThan(-1 / QUANTA);
    }
  });

  test("is coarser from far by no more than is said", () => {
    expect(coarser.length).toBeGreaterThan(0);
    for (const level of coarser) {
      const left = segments(level);
      expect(left.length).toBeLessThan(segments(exact!).length);
      for (const ring of holed.flat()) {
        for (let i = 0; i < ring.length; i += 397) {
          const [x, y] = ring[i]!;
          const off = Math.min(...left.map((one) => distance(x, y, one)));
          expect(off).toBeLessThanOrEqual(level.error + 2 / QUANTA);
        }
      }
      const round = holed.flat().reduce(
        (sum, ring) =>
          sum +
          ring.reduce((length, [x, y], i) => {
            const [nx, ny] = ring[(i + 1) % ring.length]!;
            return length + Math.hypot(nx - x, ny - y);
          }, 0),
        0,
      );
      expect(Math.abs(filled(level) - filled(exact!))).toBeLessThanOrEqual(round * level.error);
    }
  });
});

test("a comb of very many teeth is cut between its teeth, not through all of them", () => {
  const teeth = 10_000;
  const comb: [number, number][] = [];
  for (let i = 0; i < teeth; i++) comb.push([i, 0], [i + 0.5, 1000]);
  comb.push([teeth, 0], [teeth, -10], [0, -10]);
  const [exact] = outlineDetail(packArea([[comb]]), QUANTA);
  expect(filled(exact!) / shoelace(comb)).toBeCloseTo(1, 3);
  expect(triangles(exact!).length).toBeLessThan(2 * comb.length);
});

test("very many small polygons all stay, from any distance", () => {
  const many: Region = Array.from({ length: 2000 }, (_, i) => [
    star(8, [(i % 50) * 300, Math.floor(i / 50) * 300], 0.5, 0, 1),
  ]);
  for (const level of outlineDetail(packArea(many), QUANTA)) {
    expect(segments(level).length).toBeGreaterThanOrEqual(3 * many.length);
    for (let i = 0; i < many.length; i += 171) {
      const [x, y] = [(i % 50) * 300, Math.floor(i / 50) * 300];
      expect(Math.min(...segments(level).map((one) => distance(x, y, one)))).toBeLessThan(2);
    }
    // Also of a polygon that is smaller than the cells that corners are thinned by.
    const drawn = segments(level);
    for (const [x, y] of [many[0]!, many[777]!, many[1999]!].flat(2)) {
      expect(Math.min(...drawn.map((one) => distance(x, y, one)))).toBeLessThanOrEqual(
        level.error + 2 / QUANTA,
      );
    }
  }
});

test("nothing, a point and a line of corners are drawn as what they are", () => {
  expect(outlineDetail(packArea([]), QUANTA)[0]).toEqual({ error: 0, fills: [], lines: [] });
  const flat: Ring = Array.from({ length: 5000 }, (_, i): [number, number] => [i, 7]);
  expect(filled(outlineDetail(packArea([[flat]]), QUANTA)[0]!)).toBe(0);
  const one: Ring = Array.from({ length: 5000 }, (): [number, number] => [3, 4]);
  expect(filled(outlineDetail(packArea([[one]]), QUANTA)[0]!)).toBe(0);
});
