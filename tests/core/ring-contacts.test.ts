import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Position } from "../../src/core/annotation.ts";
import type { Ring } from "../../src/core/region.ts";
import { ringContacts } from "../../src/core/ring-contacts.ts";

const small = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }));
const wide = fc.tuple(
  fc.double({ min: 1e5, max: 1.01e5, noNaN: true }),
  fc.double({ min: -500, max: 500, noNaN: true }),
);
const rings = fc.array(fc.array(fc.oneof(small, wide), { minLength: 3, maxLength: 12 }), {
  minLength: 1,
  maxLength: 3,
});
const grid = fc.array(fc.array(small, { minLength: 3, maxLength: 8 }), { minLength: 1, maxLength: 3 });

/** Every pair of edges, by exact fractions of whole numbers where the corners are such. */
function bruteCrossing(all: readonly Ring[]): boolean {
  const edges = all.flatMap((ring) => ring.map((a, i) => [a, ring[(i + 1) % ring.length]!] as const));
  const side = (a: Position, b: Position, p: Position) =>
    Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
  return edges.some(([a, b], i) =>
    edges
      .slice(i + 1)
      .some(([c, d]) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0),
  );
}

describe("ringContacts", () => {
  test("finds a crossing exactly where two edges cross", () => {
    fc.assert(
      fc.property(fc.oneof(rings, grid), (all) => {
        const found = ringContacts(all);
        expect(found.kind === "contact" && found.crossing).toBe(bruteCrossing(all));
      }),
      { numRuns: 2000 },
    );
  });

  test("a touch is no crossing; a corner shared by neighbours is nothing; a way back is a touch", () => {
    const square: Ring = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ];
    expect(ringContacts([square])).toEqual({ kind: "none" });
    expect(ringContacts([[...square, square[3]!, square[0]!]])).toEqual({ kind: "none" });
    const touching: Ring[] = [
      square,
      [
        [10, 5],
        [20, 0],
        [20, 10],
      ],
    ];
    expect(ringContacts(touching)).toMatchObject({ kind: "contact", crossing: false });
    expect(
      ringContacts([
        [
          [0, 0],
          [10, 0],
          [5, 0],
          [5, 5],
        ],
      ]),
    ).toMatchObject({ kind: "contact", crossing: false });
    expect(ringContacts([[...square, ...square]])).toMatchObject({ kind: "contact", crossing: false });
    expect(ringContacts([])).toEqual({ kind: "none" });
  });

  test("two hundred thousand corners of one outline, and of ten thousand cells, are looked through", () => {
    const circle = (x: number, y: number, radius: number, count: number): Ring =>
      Array.from({ length: count }, (_, i) => {
        const angle = (2 * Math.PI * i) / count;
        return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
      });
    expect(ringContacts([circle(5e4, 5e4, 4e4, 200_000)])).toEqual({ kind: "none" });
    const cells = Array.from({ length: 10_000 }, (_, i) =>
      circle((i % 100) * 30, Math.floor(i / 100) * 30, 14, 20),
    );
    expect(ringContacts(cells)).toEqual({ kind: "none" });
    expect(ringContacts([...cells, circle(1500, 1500, 700, 20)])).toMatchObject({ crossing: true });
  });

  test("a star of 50 000 rays is too dense to be looked through, and says so", () => {
    const star = Array.from({ length: 50_000 }, (_, i): Position => {
      const angle = (2 * Math.PI * i) / 50_000;
      const radius = i % 2 === 0 ? 40_000 : 4000;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
    expect(ringContacts([star])).toEqual({ kind: "dense" });
  });
});
