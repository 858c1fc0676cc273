import type { Position } from "./annotation.ts";
import { orientation } from "./orientation.ts";
import type { Ring } from "./region.ts";
import { chainsBox } from "./ring-measure.ts";

/** What `ringContacts` finds. "dense": too many edges lie on each other to look at them all. */
export type RingContacts =
  | { readonly kind: "none" }
  | { readonly kind: "contact"; readonly at: Position; readonly crossing: boolean }
  | { readonly kind: "dense" };

/** Looks at squares and at pairs of edges: half a second of work, several times what a million corners need. */
const MOST_STEPS = 50_000_000;
const MOST_CELLS_ACROSS = 2 ** 20;

interface Edges {
  /** Per edge: ax, ay, bx, by. */
  readonly ends: Float64Array;
  /** Per edge: the one that follows it in its ring. */
  readonly next: Int32Array;
}

/**
 * Whether edges of these rings meet elsewhere than at the corner that neighbours share: a true crossing, a touch, or
 * an edge that runs back on another. Answers with one such place, a crossing sooner than a touch. Rings without
 * contact enclose what the shoelace formula says. Repeated corners are passed over. Exact on finite coordinates.
 */
export function ringContacts(rings: readonly Ring[]): RingContacts {
  const edges = edgesOf(rings);
  const count = edges.next.length;
  if (count < 2) return { kind: "none" };
  const cells = cellsOf(edges, rings);
  if (!cells) return { kind: "dense" };
  let touch: Position | undefined;
  let steps = 0;
  for (let cell = 0; cell + 1 < cells.start.length; cell++) {
    const [from, to] = [cells.start[cell]!, cells.start[cell + 1]!];
    steps += ((to - from) * (to - from)) / 2;
    if (steps > MOST_STEPS) return { kind: "dense" };
    for (let i = from; i < to; i++) {
      for (let j = i + 1; j < to; j++) {
        if (cells.edge[i] === cells.edge[j]) continue;
        const found = contact(edges, cells.edge[i]!, cells.edge[j]!);
        if (found === "crossing") {
          return { kind: "contact", at: corner(edges, cells.edge[i]!), crossing: true };
        }
        if (found) touch ??= corner(edges, cells.edge[i]!);
      }
    }
  }
  return touch ? { kind: "contact", at: touch, crossing: false } : { kind: "none" };
}

function corner({ ends }: Edges, edge: number): Position {
  return [ends[edge * 4]!, ends[edge * 4 + 1]!];
}

function edgesOf(rings: readonly Ring[]): Edges {
  const ends: number[] = [];
  const next: number[] = [];
  for (const ring of rings) {
    const first = next.length;
    for (let i = 0; i < ring.length; i++) {
      const [ax, ay] = ring[i]!;
      const [bx, by] = ring[(i + 1) % ring.length]!;
      if (ax === bx && ay === by) continue;
      ends.push(ax, ay, bx, by);
      next.push(next.length + 1);
    }
    if (next.length > first) next[next.length - 1] = first;
  }
  return { ends: Float64Array.from(ends), next: Int32Array.from(next) };
}

/**
 * Edges by the squares of a grid that they pass through, twice as wide as an edge is long on average: so outlines and
 * thousands of cells alike fill about three squares an edge. Squares are counted into buckets by their hash; two in
 * one bucket cost time, no truth.
 */
function cellsOf(
  { ends, next }: Edges,
  rings: readonly Ring[],
): { readonly start: Int32Array; readonly edge: Int32Array } | undefined {
  const { x0, y0, x1, y1 } = chainsBox(rings);
  const extent = Math.max(x1 - x0, y1 - y0);
  let total = 0;
  for (let e = 0; e < next.length; e++) {
    total += Math.abs(ends[e * 4 + 2]! - ends[e * 4]!) + Math.abs(ends[e * 4 + 3]! - ends[e * 4 + 1]!);
  }
  const size = Math.max((2 * total) / next.length, extent / MOST_CELLS_ACROSS);
  // What rounding of a quotient could hide is looked at on both sides.
  const slack = (extent + Math.abs(x0) + Math.abs(y0)) * 1e-12;
  const buckets = 2 ** Math.ceil(Math.log2(next.length + 1));
  const visit = (edge: number, see: (bucket: number) => void): void => {
    const at = edge * 4;
    const down = ends[at + 1]! <= ends[at + 3]!;
    const [ax, ay] = down ? [ends[at]!, ends[at + 1]!] : [ends[at + 2]!, ends[at + 3]!];
    const [bx, by] = down ? [ends[at + 2]!, ends[at + 3]!] : [ends[at]!, ends[at + 1]!];
    const [top, bottom] = [Math.floor((ay - y0 - slack) / size), Math.floor((by - y0 + slack) / size)];
    for (let row = top; row <= bottom; row++) {
      const left = xAt(y0 + row * size, ax, ay, bx, by, ax);
      const right = xAt(y0 + (row + 1) * size, ax, ay, bx, by, bx);
      const first = Math.floor((Math.min(left, right) - x0 - slack) / size);
      const last = Math.floor((Math.max(left, right) - x0 + slack) / size);
      for (let column = first; column <= last; column++) {
        see((Math.imul(row, 0x9e3779b1) ^ Math.imul(column, 0x85ebca6b)) & (buckets - 1));
      }
    }
  };
  const start = new Int32Array(buckets + 1);
  let steps = 0;
  for (let edge = 0; edge < next.length; edge++) {
    visit(edge, (bucket) => {
      start[bucket + 1]! += 1;
      steps += 1;
    });
    if (steps > MOST_STEPS) return undefined;
  }
  for (let bucket = 0; bucket < buckets; bucket++) start[bucket + 1]! += start[bucket]!;
  const edge = new Int32Array(steps);
  const fill = start.slice();
  for (let e = 0; e < next.length; e++) {
    visit(e, (bucket) => {
      edge[fill[bucket]!] = e;
      fill[bucket]! += 1;
    });
  }
  return { start, edge };
}

/** Where the edge from a down to b passes the height y, or its end nearer to it; `flat` of a level edge. */
function xAt(y: number, ax: number, ay: number, bx: number, by: number, flat: number): number {
  if (!(by > ay)) return flat;
  return ax + Math.min(1, Math.max(0, (y - ay) / (by - ay))) * (bx - ax);
}

function contact({ ends, next }: Edges, p: number, q: number): "crossing" | "touch" | undefined {
  const [ax, ay, bx, by] = [ends[p * 4]!, ends[p * 4 + 1]!, ends[p * 4 + 2]!, ends[p * 4 + 3]!];
  const [cx, cy, dx, dy] = [ends[q * 4]!, ends[q * 4 + 1]!, ends[q * 4 + 2]!, ends[q * 4 + 3]!];
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return undefined;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return undefined;
  if (next[p] === q) return foldsBack(ax, ay, bx, by, dx, dy) ? "touch" : undefined;
  if (next[q] === p) return foldsBack(cx, cy, dx, dy, bx, by) ? "touch" : undefined;
  const a = orientation(cx, cy, dx, dy, ax, ay);
  const b = orientation(cx, cy, dx, dy, bx, by);
  const c = orientation(ax, ay, bx, by, cx, cy);
  const d = orientation(ax, ay, bx, by, dx, dy);
  if ((a > 0 && b > 0) || (a < 0 && b < 0) || (c > 0 && d > 0) || (c < 0 && d < 0)) return undefined;
  return a !== 0 && b !== 0 && c !== 0 && d !== 0 ? "crossing" : "touch";
}

/** Of two edges a–b and b–c: whether the second runs back on the first. */
function foldsBack(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): boolean {
  return orientation(ax, ay, bx, by, cx, cy) === 0 && (ax - bx) * (cx - bx) + (ay - by) * (cy - by) > 0;
}
