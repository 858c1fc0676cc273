import fc from "fast-check";
import type { Position } from "../../src/core/annotation.ts";
import { PreparedRegion, type Region, type Ring } from "../../src/core/region.ts";

/** A ring around a centre, one corner per direction: it cannot cross itself. */
function starRing(centre: Position, radii: readonly number[], scale: number): Ring {
  return radii.map((radius, i) => {
    const angle = (2 * Math.PI * i) / radii.length;
    return [centre[0] + scale * radius * Math.cos(angle), centre[1] + scale * radius * Math.sin(angle)];
  });
}

const share = fc.double({ min: 0.3, max: 1, noNaN: true });
const place = fc.tuple(
  fc.double({ min: 20_000, max: 21_000, noNaN: true }),
  fc.double({ min: 30_000, max: 31_000, noNaN: true }),
);

/** Stars with a star-shaped hole about the same centre: 3 to 40 corners, up to a thousand units across. */
export const starPolygon = fc
  .tuple(
    place,
    fc.array(share, { minLength: 3, maxLength: 40 }),
    fc.double({ min: 5, max: 500, noNaN: true }),
    fc.option(fc.array(share, { minLength: 3, maxLength: 12 })),
  )
  .map(([centre, radii, scale, hole]): Ring[] => [
    starRing(centre, radii, scale),
    ...(hole && radii.length >= 6 ? [starRing(centre, hole, scale * 0.2)] : []),
  ]);

/** Up to four stars that may overlap. */
export const starRegion: fc.Arbitrary<Region> = fc.array(starPolygon, { minLength: 1, maxLength: 4 });

/** Rings that cross themselves as they like. */
export const tangledRegion: fc.Arbitrary<Region> = fc
  .array(place, { minLength: 4, maxLength: 12 })
  .map((ring) => [[ring]]);

/** Places in and about the regions that no edge comes near: there, being inside is beyond rounding. */
export function clearPlaces(regions: readonly Region[], seeds: readonly Position[], away = 0.05): Position[] {
  const edges = regions.flatMap((region) => new PreparedRegion(region).edges);
  return seeds
    .map(([u, v]): Position => [19_900 + u * 1200, 29_900 + v * 1200])
    .filter(([x, y]) =>
      edges.every(({ ax, ay, bx, by }) => {
        const [dx, dy] = [bx - ax, by - ay];
        const length = dx * dx + dy * dy || 1;
        const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
        return Math.hypot(x - ax - t * dx, y - ay - t * dy) > away;
      }),
    );
}

export const seeds = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  {
    minLength: 30,
    maxLength: 30,
  },
);

/** Sum of outlines less holes; right for regions whose rings do not meet. */
export function plainArea(region: Region): number {
  return region
    .flatMap((polygon) => polygon.map((ring, i) => (i === 0 ? 1 : -1) * Math.abs(shoelace(ring))))
    .reduce((sum, area) => sum + area, 0);
}

function shoelace(ring: Ring): number {
  const [ox, oy] = ring[0] ?? [0, 0];
  return ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length]!;
    return sum + ((x - ox) * (ny - oy) - (nx - ox) * (y - oy)) / 2;
  }, 0);
}
