import type { Path64 } from "clipper2-ts";

/**
 * The path moved sideways by `distance`, corners rounded, on the grid: outwards of a path with positive area, inwards
 * where `distance` is negative. The answer crosses itself where the path bends inwards; the rule "positive" of filling
 * resolves that. Arcs are chords inside the true arc, at most `tolerance` from it. Units of the path.
 */
export function offsetPath(path: Path64, distance: number, tolerance: number): Path64 {
  const corners = path.filter(({ x, y }, i) => {
    const before = path[(i + path.length - 1) % path.length]!;
    return x !== before.x || y !== before.y;
  });
  const normals = corners.map(({ x, y }, i) => {
    const next = corners[(i + 1) % corners.length]!;
    const length = Math.hypot(next.x - x, next.y - y);
    return [(next.y - y) / length, -(next.x - x) / length] as const;
  });
  const step = 2 * Math.acos(Math.max(0, 1 - tolerance / Math.abs(distance)));
  const out: Path64 = [];
  const push = (x: number, y: number): void => {
    out.push({ x: Math.round(x) + 0, y: Math.round(y) + 0 });
  };
  corners.forEach(({ x, y }, i) => {
    const [ax, ay] = normals[(i + corners.length - 1) % corners.length]!;
    const [bx, by] = normals[i]!;
    const [sin, cos] = [ax * by - ay * bx, ax * bx + ay * by];
    push(x + ax * distance, y + ay * distance);
    // A turn back on itself is the round end of a stroke.
    const isOuter = sin * distance > 0 || (cos < 0 && Math.abs(sin) < 1e-9 && distance > 0);
    if (isOuter) {
      const turn = Math.sign(distance) * Math.abs(Math.atan2(sin, cos));
      const steps = Math.ceil(Math.abs(turn) / step);
      for (let s = 1; s < steps; s++) {
        const [c, n] = [Math.cos((turn * s) / steps), Math.sin((turn * s) / steps)];
        push(x + (ax * c - ay * n) * distance, y + (ax * n + ay * c) * distance);
      }
    } else push(x, y);
    push(x + bx * distance, y + by * distance);
  });
  return out;
}
