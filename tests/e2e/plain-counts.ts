import { readFileSync } from "node:fs";
import type { Position } from "../../src/core/annotation.ts";

/** The shoelace formula, plainly. */
export function areaOf(ring: readonly Position[]): number {
  let twice = 0;
  ring.forEach(([x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length]!;
    twice += x * ny - nx * y;
  });
  return Math.abs(twice) / 2;
}

/** By a ray to the right, plainly. */
export function isInside(ring: readonly Position[], x: number, y: number): boolean {
  let inside = false;
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length]!;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}

/** Genes of the rows of the MERSCOPE sample's own CSV inside a ring in µm. */
export function rowsInside(ring: readonly Position[]): string[] {
  const path = "public/samples/merscope-mouse/detected_transcripts.csv";
  const [head, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const columns = head!.split(",");
  const [atX, atY, atGene] = ["global_x", "global_y", "gene"].map((name) => columns.indexOf(name));
  return lines.flatMap((line) => {
    const cells = line.split(",");
    return isInside(ring, Number(cells[atX!]), Number(cells[atY!])) ? [cells[atGene!]!] : [];
  });
}
