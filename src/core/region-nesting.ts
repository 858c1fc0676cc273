import { PreparedRegion, type Region, type Ring } from "./region.ts";
import { chainsBox } from "./ring-measure.ts";

/**
 * Given rings without contact (`ringContacts`): whether every hole lies in its outline and in no other hole, and no part
 * lies in another. Then the region's area is that of its outlines less that of its holes.
 */
export function isNestedWell(region: Region): boolean {
  for (const [outline, ...holes] of region) {
    if (!outline) return false;
    if (holes.length === 0) continue;
    const inside = new PreparedRegion([[outline]]);
    if (!holes.every((hole) => holdsCornerOf(inside, hole))) return false;
    if (!areApart(holes.map((hole) => [hole]))) return false;
  }
  return areApart(region);
}

/** Whether no corner of a part lies in another; as their rings do not meet, one corner of each tells. */
function areApart(parts: Region): boolean {
  const sorted = parts.map((part) => ({ part, box: chainsBox(part) })).sort((p, q) => p.box.x0 - q.box.x0);
  const prepared = new Map<number, PreparedRegion>();
  for (let i = 0; i < sorted.length; i++) {
    for (let j = i + 1; j < sorted.length; j++) {
      const [p, q] = [sorted[i]!, sorted[j]!];
      if (q.box.x0 > p.box.x1) break;
      if (q.box.y0 > p.box.y1 || q.box.y1 < p.box.y0) continue;
      if (holdsCornerOf(prepare(i), q.part[0] ?? []) || holdsCornerOf(prepare(j), p.part[0] ?? []))
        return false;
    }
  }
  return true;

  function prepare(index: number): PreparedRegion {
    const known = prepared.get(index) ?? new PreparedRegion([sorted[index]!.part]);
    prepared.set(index, known);
    return known;
  }
}

function holdsCornerOf(region: PreparedRegion, ring: Ring): boolean {
  const [corner] = ring;
  return corner !== undefined && region.contains(corner[0], corner[1]);
}
