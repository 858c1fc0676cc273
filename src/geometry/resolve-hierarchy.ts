import type { Annotation } from "../core/annotation.ts";
import { type Box, PreparedRegion, type Region, type Ring } from "../core/region.ts";
import { ringContacts } from "../core/ring-contacts.ts";
import { measureGeometry } from "./region-measure.ts";

interface Holder {
  readonly id: string;
  readonly region: Region;
  readonly box: Box;
  readonly areaPx: number;
  prepared?: PreparedRegion;
}

const AS_IT_IS = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

/**
 * Parents by place, as QuPath's “Resolve hierarchy” finds them: each annotation lies in the smallest area that holds
 * all of it; what is no annotation (a cell, a detection) in the smallest that holds its middle. A parent is an area
 * whose type is “annotation” or “tmaCore”, larger than what it holds; of equal ones the earlier.
 * @returns id → parent's id, for those that have one
 */
export function resolveHierarchy(annotations: readonly Annotation[]): Map<string, string> {
  const measured = annotations.map((annotation) => {
    const { areaUm2, centroid, box } = measureGeometry(annotation.geometry, AS_IT_IS);
    return { annotation, areaPx: areaUm2, centroid, box };
  });
  const holders: Holder[] = measured
    .flatMap(({ annotation: { id, geometry, objectType }, areaPx, box }) =>
      geometry.type === "area" && (objectType === "annotation" || objectType === "tmaCore")
        ? [{ id, region: geometry.region, box, areaPx }]
        : [],
    )
    .sort((p, q) => p.areaPx - q.areaPx);
  const parents = new Map<string, string>();
  for (const { annotation, areaPx, centroid, box } of measured) {
    const { id, geometry, objectType } = annotation;
    const whole = objectType === "annotation" || objectType === "tmaCore";
    const chains =
      geometry.type === "area"
        ? geometry.region.flat()
        : geometry.type === "line"
          ? geometry.lines.map((line) => [...line, ...line.slice(1, -1).reverse()])
          : [geometry.positions];
    const holder = holders.find((one) => {
      if (one.id === id || one.areaPx <= areaPx) return false;
      if (!whole) return centroid !== null && preparedOf(one).contains(centroid[0], centroid[1]);
      if (box.x0 < one.box.x0 || box.y0 < one.box.y0 || box.x1 > one.box.x1 || box.y1 > one.box.y1)
        return false;
      const inside = preparedOf(one);
      const allIn = chains.every((chain) => chain.every(([x, y]) => inside.contains(x, y)));
      return allIn && (geometry.type === "points" || !crosses(one.region, chains));
    });
    if (holder) parents.set(id, holder.id);
  }
  return parents;
}

function preparedOf(holder: Holder): PreparedRegion {
  holder.prepared ??= new PreparedRegion(holder.region);
  return holder.prepared;
}

/** Whether an edge of the chains crosses one of the region; of what crosses itself the corners alone decide. */
function crosses(region: Region, chains: readonly Ring[]): boolean {
  const rings = region.flat();
  return meet([...rings, ...chains]) && !meet(rings) && !meet(chains);
}

function meet(rings: readonly Ring[]): boolean {
  const contacts = ringContacts(rings);
  return contacts.kind === "contact" && contacts.crossing;
}
