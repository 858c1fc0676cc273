import type { Path64 } from "clipper2-ts";

/**
 * The path without places where it runs along y and straight back. They enclose nothing, so no rule of filling sees
 * them; clipper2-ts 2.0.1 does not end on some of them (its pull request 36). Fewer than three corners left: none.
 */
export function withoutFlatSpikes(path: Path64): Path64 {
  const kept: Path64 = [];
  for (const point of path) {
    while (kept.length > 1 && isSpike(kept.at(-2)!, kept.at(-1)!, point)) kept.pop();
    const last = kept.at(-1);
    if (!last || last.x !== point.x || last.y !== point.y) kept.push(point);
  }
  let start = 0;
  for (let before = -1; before !== kept.length - start && kept.length - start > 2; ) {
    before = kept.length - start;
    if (isSpike(kept.at(-2)!, kept.at(-1)!, kept[start]!)) kept.pop();
    else if (isSpike(kept.at(-1)!, kept[start]!, kept[start + 1]!)) start += 1;
  }
  return kept.length - start < 3 ? [] : kept.slice(start);
}

function isSpike(
  a: { x: number; y: number },
  b: { x: number; y: number },
  c: { x: number; y: number },
): boolean {
  return a.y === b.y && b.y === c.y && (b.x - a.x) * (c.x - b.x) <= 0;
}
