/** Centroids of bright blobs of one colour channel, CSS px. Blobs cut by the border are left out. */
export function blobs(
  canvas: HTMLCanvasElement,
  channel: 0 | 1 | 2,
  minWeight: number,
): [x: number, y: number][] {
  const width = canvas.width;
  const height = canvas.height;
  const copy = new OffscreenCanvas(width, height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no 2D canvas");
  context.drawImage(canvas, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  // Premultiplied brightness: the coverage of an antialiased edge.
  const weight = new Float32Array(width * height);
  for (let i = 0; i < weight.length; i++)
    weight[i] = (pixels[4 * i + channel]! * pixels[4 * i + 3]!) / 65_025;
  const seen = new Uint8Array(width * height);
  const found: [number, number][] = [];
  const ratio = canvas.width / canvas.clientWidth;
  for (let start = 0; start < weight.length; start++) {
    if (seen[start] || weight[start]! < 0.04) continue;
    const stack = [start];
    seen[start] = 1;
    let total = 0;
    let sumX = 0;
    let sumY = 0;
    let cut = false;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      const w = weight[at]!;
      total += w;
      sumX += w * (x + 0.5);
      sumY += w * (y + 0.5);
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) {
        cut = true;
        continue;
      }
      for (const next of [at - 1, at + 1, at - width, at + width]) {
        if (seen[next] || weight[next]! < 0.04) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
    if (!cut && total >= minWeight) found.push([sumX / total / ratio, sumY / total / ratio]);
  }
  return found;
}

/** For each of `from`, the distance to the nearest of `to`. */
export function nearestDistances(
  from: readonly (readonly [number, number])[],
  to: readonly (readonly [number, number])[],
): number[] {
  return from.map(([x, y]) => Math.min(...to.map(([u, v]) => Math.hypot(u - x, v - y))));
}
