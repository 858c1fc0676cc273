import type { MessageEntry } from "../messages.ts";

/** Failures and notes of a slide as a whole: what belongs together, and whether it fits. */
export const slideMessages = {
  "sample-list-invalid": {
    kind: "InvalidManifestError",
    en: "{file}: the list of samples cannot be read ({detail}). Open your own files instead, or install Centiscope again.",
    zh: "{file}：无法读取示例列表（{detail}）。请改为打开您自己的文件，或重新安装 Centiscope。",
  },
  cancelled: {
    kind: "MissingDataError",
    en: "{file}: loading was cancelled. Choose Retry to load it again.",
    zh: "{file}：加载已取消。选择“重试”可重新加载。",
  },
  "nothing-known": {
    kind: "UnsupportedFormatError",
    en: "{file}: nothing here is an image or an expression table that Centiscope knows. Open a TIFF, SVS, DZI or IIIF image, or a GEM, CSV or Parquet table of transcripts.",
    zh: "{file}：其中没有 Centiscope 能识别的图像或表达数据表。请打开 TIFF、SVS、DZI 或 IIIF 图像，或 GEM、CSV、Parquet 转录本表。",
  },
  "image-laid-by-pixels": {
    kind: "MissingDataError",
    en: "{file}: nobody says how large its pixels are, so each is laid on one unit of the table: image and transcripts may not fit. Load the slide again and enter the size, or use a file that records µm per pixel.",
    zh: "{file}：像素大小未知，因此将每个像素对应表格中的一个单位：图像与转录本可能不吻合。请重新加载切片并输入像素大小，或使用记录了每像素 µm 数的文件。",
  },
  "image-no-scale": {
    kind: "MissingDataError",
    en: "{file}: the image does not state the size of its pixels, so lengths are shown in pixels. Use a file that records µm per pixel to measure in µm.",
    zh: "{file}：图像未说明像素大小，因此长度以像素显示。如需以 µm 测量，请使用记录了每像素 µm 数的文件。",
  },
  "table-outside-image": {
    kind: "CorruptDataError",
    en: "{file}: every transcript lies outside the image. The transform or the units do not belong to this image; check that the files are of one slide.",
    zh: "{file}：所有转录本都位于图像之外。变换矩阵或单位与该图像不符；请确认这些文件属于同一张切片。",
  },
  "image-scale-differs": {
    kind: "CorruptDataError",
    en: "{file}: the image states {stated} µm per pixel, the transform beside the table means an image of {transform}. It may be of another image: transcripts may not lie where they belong. Add this image's own transform (of a Xenium run its imagealignment.csv), or open the image that the transform is for.",
    zh: "{file}：图像标明每像素 {stated} µm，而表格所附变换对应的图像为每像素 {transform} µm。该变换可能属于另一幅图像，转录本位置可能不正确。请添加此图像自己的变换（Xenium 为 imagealignment.csv），或打开该变换对应的图像。",
  },
  "sample-list": {
    kind: "NetworkError",
    en: "{file}: the list of samples could not be read ({detail}). Check that the site's samples folder was copied with it.",
    zh: "{file}：无法读取示例列表（{detail}）。请确认站点的 samples 文件夹已一同复制。",
  },
  "picture-lost": {
    kind: "InternalError",
    en: "{file}: the browser took the graphics card away {times} times and the picture could not be restored. Save your link and reload the page.",
    zh: "{file}：浏览器已 {times} 次收回显卡，画面无法恢复。请保存链接并重新加载页面。",
  },
  "graphics-unavailable": {
    kind: "UnsupportedFormatError",
    en: "{file}: this browser gives no WebGL 2 ({detail}), so transcripts cannot be drawn. Switch on hardware acceleration in its settings, or use a current Chrome, Edge, Firefox or Safari.",
    zh: "{file}：此浏览器未提供 WebGL 2（{detail}），无法绘制转录本。请在浏览器设置中启用硬件加速，或改用最新版 Chrome、Edge、Firefox 或 Safari。",
  },
  "tiles-failed": {
    kind: "NetworkError",
    en: "{file}: {count} image {count|tile|tiles} could not be loaded ({detail}). What is shown there is a lower resolution. Check the connection, then choose Retry.",
    zh: "{file}：有 {count} 个图像瓦片无法加载（{detail}），该处显示的是较低分辨率。请检查连接后选择“重试”。",
  },
  "bins-too-many": {
    kind: "LimitError",
    en: "{file}: {bins} bins of {binUm} µm are more than Centiscope computes at once ({limit}). Choose a larger bin or zoom in.",
    zh: "{file}：{binUm} µm 的分箱共 {bins} 个，超过一次可计算的上限（{limit}）。请增大分箱或放大视图。",
  },
} as const satisfies Record<string, MessageEntry>;
