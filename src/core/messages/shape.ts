import type { MessageEntry } from "../messages.ts";

/** Refusals of geometry: what cannot be computed, and why nothing was changed. */
export const shapeMessages = {
  "shape-not-finite": {
    kind: "CorruptDataError",
    en: "A corner of this shape has no finite position ({x}, {y}), so nothing was changed. Draw the shape again, or repair the file that it came from.",
    zh: "该形状有一个角点没有有限的位置（{x}，{y}），因此未作任何更改。请重新绘制该形状，或修复其来源文件。",
  },
  "shape-out-of-range": {
    kind: "LimitError",
    en: "A corner of this shape lies at ({x}, {y}), further than {limit} from the origin, which no slide reaches; nothing was changed. Check the unit and offset with which it was imported.",
    zh: "该形状有一个角点位于（{x}，{y}），距原点超过 {limit}，任何切片都不会如此之大；未作任何更改。请检查导入时所用的单位和偏移。",
  },
  "shape-too-intricate": {
    kind: "LimitError",
    en: "These shapes have {corners} corners and cross each other too often to be combined exactly in reasonable time, so nothing was changed. Simplify them first, or combine fewer at once.",
    zh: "这些形状共有 {corners} 个角点，且相互交叉过多，无法在合理时间内精确合并，因此未作任何更改。请先简化，或一次合并较少的形状。",
  },
  "shape-map-singular": {
    kind: "CorruptDataError",
    en: "The scale from this slide's frame to µm is zero or not finite, so lengths in µm have no meaning. Set the pixel size of the image first.",
    zh: "该切片坐标系到 µm 的比例为零或非有限值，µm 长度没有意义。请先设置图像的像素大小。",
  },
  "raster-too-large": {
    kind: "LimitError",
    en: "The picture under the wand has {found} pixels, more than {limit}. Zoom out, or use a coarser level.",
    zh: "魔棒下的图像有 {found} 个像素，超过 {limit}。请缩小视图或使用较粗的层级。",
  },
} satisfies Record<string, MessageEntry>;
