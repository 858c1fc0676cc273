import type { Region, Ring } from "../../src/core/region.ts";
import { randomFrom } from "./bench.ts";

/** The picture that objects lie on, px: CMU-1-Small-Region. */
export const PICTURE = { width: 2220, height: 2967 };
const CORNERS = 12;

/** Seeded outlines as large as cells (2 to 4 px in radius), anywhere on the picture. */
export function cellOutlines(seed: number, count: number): Ring[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const radius = 2 + 2 * random();
    const x = 10 + (PICTURE.width - 20) * random();
    const y = 10 + (PICTURE.height - 20) * random();
    return Array.from({ length: CORNERS }, (_, k): [number, number] => {
      const angle = (2 * Math.PI * k) / CORNERS;
      const away = radius * (0.9 + 0.2 * random());
      return [x + away * Math.cos(angle), y + away * Math.sin(angle)];
    });
  });
}

/** Outlines as QuPath writes them, image px. */
export function geojsonOf(outlines: readonly Ring[]): string {
  const features = outlines.map((ring, i) => ({
    type: "Feature",
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
    properties: { objectType: "annotation" },
  }));
  return JSON.stringify({ type: "FeatureCollection", features });
}

/** A seeded star-like polygon with a hole, around the middle of a square of `side`, that holds about `share` of it. */
export function regionOf(seed: number, side: number, share: number): Region {
  const random = randomFrom(seed);
  const around = (corners: number, radius: number): Ring =>
    Array.from({ length: corners }, (_, k): [number, number] => {
      const angle = (2 * Math.PI * (k + 0.8 * random())) / corners;
      const away = radius * (0.85 + 0.3 * random());
      return [side / 2 + away * Math.cos(angle), side / 2 + away * Math.sin(angle)];
    });
  const hole = 0.3;
  const radius = side * Math.sqrt(share / Math.PI / (1 - hole ** 2));
  return [[around(64, radius), around(32, hole * radius)]];
}
