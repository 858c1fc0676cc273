import type { Annotation } from "../../core/annotation.ts";
import { formatBytes } from "../../core/byte-words.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { mapRegion, type PlaneMap } from "../../core/plane-map.ts";
import { PreparedRegion } from "../../core/region.ts";

/** Most that a mask may take in memory. */
const MOST_BYTES = 512 * 2 ** 20;

export interface LabelMask {
  readonly width: number;
  readonly height: number;
  /** (height · width,) rows from the top; 0 where no annotation is. 16 bit while the labels fit. */
  readonly labels: Uint16Array | Uint32Array;
  /** Labels 1, 2, … in this order. */
  readonly annotations: readonly Annotation[];
}

export interface MaskSize {
  /** Of the image at level 0. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Level-0 pixels to the side of one of the mask's; at least 1. The last column and row may reach over the edge. */
  readonly downsample: number;
}

/**
 * Areas as a picture of labels. A pixel has the label of the last annotation (the topmost) that holds its centre, by
 * exactly the rule of `PreparedRegion`, by which rows are counted: mask pixel (i, j) has its centre at level-0 pixel
 * ((i + ½) · downsample, (j + ½) · downsample). Lines and points have no pixels and no label.
 * @param toPx from the document's frame to level-0 pixels; null when they are that
 * @throws annotations-label-space
 */
export function labelMask(
  file: string,
  annotations: Iterable<Annotation>,
  { widthPx, heightPx, downsample }: MaskSize,
  toPx: PlaneMap | null,
): LabelMask {
  const [width, height] = [Math.ceil(widthPx / downsample), Math.ceil(heightPx / downsample)];
  const areas = [...annotations].filter(({ geometry }) => geometry.type === "area");
  const bytes = width * height * (areas.length > 0xffff ? 4 : 2);
  if (bytes > MOST_BYTES) {
    const params = { file, found: formatBytes(bytes), limit: formatBytes(MOST_BYTES) };
    throw new CentiscopeError("annotations-label-space", params);
  }
  const labels = areas.length > 0xffff ? new Uint32Array(width * height) : new Uint16Array(width * height);
  areas.forEach(({ geometry }, index) => {
    if (geometry.type !== "area") return;
    const region = toPx ? mapRegion(toPx, geometry.region) : geometry.region;
    for (const polygon of region) {
      fillRegion(new PreparedRegion([polygon]), width, height, downsample, (from, to, row) =>
        labels.fill(index + 1, row * width + from, row * width + to),
      );
    }
  });
  return { width, height, labels, annotations: areas };
}

/**
 * Runs `[from, to)` of pixels in each row whose centres lie in the region. Between two crossings of a row's middle
 * with edges the answer is one for all; it is asked of the region itself, and near a crossing for each pixel, so
 * rounding of the crossings decides nothing.
 */
function fillRegion(
  region: PreparedRegion,
  width: number,
  height: number,
  downsample: number,
  fill: (from: number, to: number, row: number) => void,
): void {
  const { x0, y0, x1, y1 } = region.bounds;
  const first = Math.max(0, Math.floor(y0 / downsample - 0.5));
  const last = Math.min(height - 1, Math.ceil(y1 / downsample - 0.5));
  if (!(x1 >= x0) || last < first) return;
  const crossings: number[][] = Array.from({ length: last - first + 1 }, () => []);
  for (const { ax, ay, bx, by } of region.edges) {
    if (ay === by) continue;
    const top = Math.max(first, Math.floor(Math.min(ay, by) / downsample - 0.5));
    const bottom = Math.min(last, Math.ceil(Math.max(ay, by) / downsample - 0.5));
    for (let row = top; row <= bottom; row++) {
      const y = (row + 0.5) * downsample;
      const t = Math.min(1, Math.max(0, (y - ay) / (by - ay)));
      crossings[row - first]!.push(ax + t * (bx - ax));
    }
  }
  crossings.forEach((xs, index) => {
    const row = first + index;
    const y = (row + 0.5) * downsample;
    const isIn = (column: number): boolean => region.contains((column + 0.5) * downsample, y);
    const columns = xs.map((x) => x / downsample - 0.5).sort((p, q) => p - q);
    let next = 0;
    for (const at of columns) {
      const near = Math.min(width, Math.floor(at));
      if (near > next) {
        if (isIn(next)) fill(next, near, row);
        next = near;
      }
      // The pixels on both sides of the crossing, each by itself.
      for (; next < width && next <= near + 1; next++) if (next >= 0 && isIn(next)) fill(next, next + 1, row);
      next = Math.max(0, next);
    }
  });
}
