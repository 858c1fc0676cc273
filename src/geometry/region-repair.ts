import { ClipType, FillRule } from "clipper2-ts";
import { orientation } from "../core/orientation.ts";
import type { Region, Ring } from "../core/region.ts";
import { isNestedWell } from "../core/region-nesting.ts";
import { ringContacts } from "../core/ring-contacts.ts";
import { CornerMemory, clip, clipToRegion } from "./clip-grid.ts";
import { uniteRegions } from "./region-boolean.ts";

/** What was wrong with a region, and is no longer. All 0 and false: it was valid, and came back as it was. */
export interface RepairReport {
  /** Corners without a finite position, left out. */
  readonly notFinite: number;
  /** Corners that repeated the one before them. */
  readonly repeated: number;
  /** Rings that enclosed nothing. */
  readonly zeroArea: number;
  /** A ring crossed or touched itself or another, or a hole or part lay where it may not. */
  readonly crossed: boolean;
}

/**
 * A region that covers the same places, whose rings do not cross: outlines with their holes inside, parts apart. Of a
 * ring that crosses itself, places that it winds around an even number of times are out by the rule "evenOdd" (that of
 * `PreparedRegion`, so counts stay the same), and in by "nonZero".
 */
export function repairRegion(
  region: Region,
  rule: "evenOdd" | "nonZero" = "evenOdd",
): { readonly region: Region; readonly report: RepairReport } {
  let [notFinite, repeated, zeroArea] = [0, 0, 0];
  const clean = (ring: Ring): Ring => {
    const finite = ring.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    const distinct = finite.filter(
      ([x, y], i) => i === 0 || x !== finite[i - 1]![0] || y !== finite[i - 1]![1],
    );
    const [first, last] = [distinct[0], distinct.at(-1)];
    if (distinct.length > 1 && first![0] === last![0] && first![1] === last![1]) distinct.pop();
    notFinite += ring.length - finite.length;
    repeated += finite.length - distinct.length;
    return distinct;
  };
  const kept: Ring[][] = [];
  for (const polygon of region) {
    const rings = polygon.map(clean);
    const full = rings.filter((ring) => !isFlat(ring));
    zeroArea += rings.length - full.length;
    if (full.length > 0 && full[0] === rings[0]) kept.push(full);
  }
  const crossed = ringContacts(kept.flat()).kind !== "none" || !isNestedWell(kept);
  const report = { notFinite, repeated, zeroArea, crossed };
  if (crossed) return { region: rule === "evenOdd" ? uniteRegions([kept]) : nonZero(kept), report };
  return { region: notFinite + repeated + zeroArea > 0 ? kept : region, report };
}

/** Whether all corners lie on one line. */
function isFlat(ring: Ring): boolean {
  const [[ax, ay], [bx, by]] = [ring[0] ?? [0, 0], ring[1] ?? [0, 0]];
  return ring.length < 3 || ring.every(([x, y]) => orientation(ax, ay, bx, by, x, y) === 0);
}

function nonZero(region: Region): Region {
  const memory = new CornerMemory();
  const solid = (rings: readonly Ring[]) =>
    rings.flatMap((ring) => clip(ClipType.Union, FillRule.NonZero, [memory.toGrid(ring)]));
  const paths = region.flatMap(([outline, ...holes]) =>
    clip(ClipType.Difference, FillRule.Positive, solid(outline ? [outline] : []), solid(holes)),
  );
  return clipToRegion(ClipType.Union, paths, [], memory);
}
