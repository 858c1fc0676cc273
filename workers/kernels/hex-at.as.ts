// AssemblyScript. The twin of `binAt` in src/core/bin-window.ts.

const HEX_ROW_SPACING: f64 = Math.sqrt(3) / 2;
const HEX_TIE: f64 = 1.0 / 1073741824.0;

/** `binAt` of src/core/bin-window.ts, operation for operation, as an index. */
export function hexAt(x: f64, y: f64, w: f64, col0: f64, row0: f64, cols: f64, rows: f64): u32 {
  const h = w * HEX_ROW_SPACING;
  const midRow = Math.floor(y / h);
  const tie = HEX_TIE * w * w;
  let bestCol: f64 = 0;
  let bestRow: f64 = 0;
  let best: f64 = Infinity;
  for (let below: f64 = -1; below <= 2; below++) {
    const row = midRow + below;
    const shift: f64 = row - 2 * Math.floor(row / 2) != 0 ? 0.5 : 0;
    const midCol = Math.floor(x / w - shift);
    for (let right: f64 = -1; right <= 2; right++) {
      const col = midCol + right;
      const dx = x - (col + shift) * w;
      const dy = y - row * h;
      const squared = dx * dx + dy * dy;
      if (squared < best - tie) {
        best = squared;
        bestCol = col;
        bestRow = row;
      }
    }
  }
  const c = bestCol - col0;
  const r = bestRow - row0;
  return c >= 0 && r >= 0 && c < cols && r < rows ? <u32>(r * cols + c + 1) : 0;
}
