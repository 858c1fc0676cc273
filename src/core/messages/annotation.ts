import type { MessageEntry } from "../messages.ts";

/** What cannot be done to an annotation. `{annotation}` is its name, or its id where it has none. */
export const annotationMessages = {
  "annotation-duplicate": {
    kind: "CorruptDataError",
    en: "{annotation}: an annotation with this id is already on the slide. Give the new one another id.",
    zh: "{annotation}：切片上已有此 id 的标注。请为新标注使用其他 id。",
  },
  "annotation-unknown": {
    kind: "MissingDataError",
    en: "{annotation}: this annotation is no longer on the slide, or was changed meanwhile. Look at it again, then repeat the change.",
    zh: "{annotation}：此标注已不在切片上，或刚刚被修改。请重新查看后再次操作。",
  },
  "annotation-parent-unknown": {
    kind: "MissingDataError",
    en: "{annotation}: the annotation that it should lie in ({parent}) is not on the slide. Choose another.",
    zh: "{annotation}：其上级标注（{parent}）不在切片上。请选择其他上级标注。",
  },
  "annotation-parent-cycle": {
    kind: "CorruptDataError",
    en: "{annotation}: it cannot lie in itself, nor in an annotation that lies in it. Choose another.",
    zh: "{annotation}：标注不能位于自身或其下级标注之内。请选择其他上级标注。",
  },
  "annotation-not-finite": {
    kind: "CorruptDataError",
    en: "{annotation}: one of its positions ({x}, {y}) is not a finite number. Correct it and try again.",
    zh: "{annotation}：其中一个坐标（{x}, {y}）不是有限数值。请更正后重试。",
  },
  "annotation-locked": {
    kind: "LimitError",
    en: "{annotation}: it is locked, so its outline stays as it is. Unlock it first.",
    zh: "{annotation}：标注已锁定，轮廓不能修改。请先解锁。",
  },
  "annotations-no-slide": {
    kind: "MissingDataError",
    en: "{file}: no slide is in view for it to lie on. Open a slide first.",
    zh: "{file}：当前没有可放置标注的切片。请先打开切片。",
  },
  "annotations-frame-unknown": {
    kind: "MissingDataError",
    en: "{file} does not say what its positions are. Say whether they are pixels of the image or µm, and where they begin.",
    zh: "{file} 未说明坐标的含义。请说明坐标是图像像素还是 µm，以及原点位置。",
  },
} as const satisfies Record<string, MessageEntry>;
