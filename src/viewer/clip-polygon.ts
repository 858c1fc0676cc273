type Corner = readonly [x: number, y: number];

/**
 * The part of a convex polygon that lies in the box from (inset, inset) to (width − inset, height − inset), by
 * Sutherland & Hodgman (1974): the polygon is cut at one edge of the box after the other. Empty when it lies
 * outside.
 */
export function clipPolygon(
  corners: readonly Corner[],
  width: number,
  height: number,
  inset: number,
): readonly Corner[] {
  let cut = corners;
  for (const [axis, sign, limit] of [
    [0, 1, inset],
    [0, -1, inset - width],
    [1, 1, inset],
    [1, -1, inset - height],
  ] as const) {
    const depth = (corner: Corner) => sign * corner[axis] - limit;
    cut = cut.flatMap((corner, i) => {
      const before = cut.at(i - 1) ?? corner;
      const [from, to] = [depth(before), depth(corner)];
      const crossing: Corner[] = [];
      if (from < 0 !== to < 0) {
        const share = from / (from - to);
        crossing.push([
          before[0] + share * (corner[0] - before[0]),
          before[1] + share * (corner[1] - before[1]),
        ]);
      }
      return to < 0 ? crossing : [...crossing, corner];
    });
  }
  return cut;
}
