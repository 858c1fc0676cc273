import type { MessageEntry } from "../messages.ts";

/**
 * Files of annotations: failures, and what a report of an import says. The codes that begin with `import-` stand in
 * an `ImportReport`; `first` names the first annotation in question.
 */
export const annotationFileMessages = {
  "annotations-alone": {
    kind: "UnsupportedFormatError",
    en: "{file}: these are annotations, not a slide. Open the slide first, then drop this file on it, or use Import in the panel Regions.",
    zh: "{file}：这是标注文件，不是切片。请先打开切片，再把此文件拖到切片上，或在“区域”面板中点击“导入”。",
  },
  "annotations-unknown": {
    kind: "UnsupportedFormatError",
    en: "{file}: its content is no annotation file that Centiscope knows ({detail}). It reads QuPath GeoJSON, ASAP and Aperio XML, HALO .annotations, Sectra and CAMELYON JSON, Xenium Explorer, Napari and WKT CSV, and SpatialData shapes (GeoParquet). Export one of these.",
    zh: "{file}：内容不是 Centiscope 所知的标注文件（{detail}）。可读取：QuPath GeoJSON、ASAP 与 Aperio XML、HALO .annotations、Sectra 与 CAMELYON JSON、Xenium Explorer、Napari 与 WKT CSV，以及 SpatialData 形状（GeoParquet）。请导出为其中一种。",
  },
  "annotations-json-invalid": {
    kind: "CorruptDataError",
    en: "{file}: this is not whole JSON ({detail}); nothing was imported. Check that the export finished, and export it again.",
    zh: "{file}：不是完整的 JSON（{detail}）；未导入任何内容。请检查导出是否完成，并重新导出。",
  },
  "annotations-xml-invalid": {
    kind: "CorruptDataError",
    en: "{file}: this is not whole XML (line {line}: {detail}); nothing was imported. Check that the export finished, and export it again.",
    zh: "{file}：不是完整的 XML（第 {line} 行：{detail}）；未导入任何内容。请检查导出是否完成，并重新导出。",
  },
  "annotations-too-deep": {
    kind: "LimitError",
    en: "{file}: its members are nested more than {limit} deep, which no annotation needs; nothing was imported. Export the annotations again from the program that drew them.",
    zh: "{file}：嵌套超过 {limit} 层，任何标注都不需要如此；未导入任何内容。请从绘制标注的程序重新导出。",
  },
  "annotations-too-large": {
    kind: "LimitError",
    en: "{file}: unpacked it is larger than {limit}, the most that is read as annotations; nothing was imported. Export fewer objects, or detections as a table of positions.",
    zh: "{file}：解压后超过 {limit}，这是可作为标注读取的上限；未导入任何内容。请减少导出的对象，或将检测对象导出为位置表格。",
  },
  "annotations-geoarrow": {
    kind: "UnsupportedFormatError",
    en: '{file}: its outlines are stored as nested lists (GeoArrow, “{encoding}”), which is not read; nothing was imported. Write it again as well-known binary: geopandas to_parquet(…, geometry_encoding="WKB"), or spatialdata with its setting shapes_geometry_encoding at "WKB".',
    zh: '{file}：其轮廓以嵌套列表存储（GeoArrow，“{encoding}”），无法读取；未导入任何内容。请以 WKB 重新写出：geopandas 的 to_parquet(…, geometry_encoding="WKB")，或将 spatialdata 的设置 shapes_geometry_encoding 设为 "WKB"。',
  },
  "annotations-none": {
    kind: "MissingDataError",
    en: "{file}: it is a {format} file, but holds no annotations; nothing was imported. Check what was selected when it was exported.",
    zh: "{file}：是 {format} 文件，但不含任何标注；未导入任何内容。请检查导出时所选的内容。",
  },
  "annotations-csv-invalid": {
    kind: "CorruptDataError",
    en: "{file}: line {line} does not fit its format, {format} ({detail}); nothing was imported. Correct or remove this line.",
    zh: "{file}：第 {line} 行不符合 {format} 格式（{detail}）；未导入任何内容。请修正或删除该行。",
  },
  "annotations-label-space": {
    kind: "LimitError",
    en: "{file}: the mask would need {found}, more than {limit}. Choose a larger downsample.",
    zh: "{file}：掩膜需要 {found}，超过 {limit}。请选择更大的下采样倍数。",
  },
  "import-id-made": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|annotation has|annotations have} no id in the file and {count|was|were} given one, made from {count|its|their} content; importing the file again finds the same {count|one|ones}. First: {first}.",
    zh: "{file}：{count} 个标注在文件中没有标识，已按内容生成；再次导入时可识别为同一标注。首个：{first}。",
  },
  "import-id-repeated": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|annotation shares its id|annotations share their id} with an earlier one and {count|was|were} given another. First: {first}.",
    zh: "{file}：{count} 个标注的标识与之前的重复，已另给标识。首个：{first}。",
  },
  "import-ring-open": {
    kind: "CorruptDataError",
    en: "{file}: the outlines of {count} {count|annotation|annotations} did not return to their start, and were closed. First: {first}.",
    zh: "{file}：{count} 个标注的轮廓未回到起点，已闭合。首个：{first}。",
  },
  "import-third-coordinate": {
    kind: "CorruptDataError",
    en: "{file}: positions of {count} {count|annotation|annotations} have a third number, which was left out: regions lie in the plane. First: {first}.",
    zh: "{file}：{count} 个标注的坐标含第三个数值，已略去：区域位于平面内。首个：{first}。",
  },
  "import-collection-member": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|member that describes|members that describe} the file as a whole {count|was|were} not kept. First: {first}.",
    zh: "{file}：{count} 个描述整个文件的成员未保留。首个：{first}。",
  },
  "import-collection-split": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|annotation mixes|annotations mix} areas, lines and points and became one annotation for each kind. First: {first}.",
    zh: "{file}：{count} 个标注混合了面、线和点，已按类型拆分为多个标注。首个：{first}。",
  },
  "import-class-empty": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|annotation has|annotations have} a class without a name; {count|it has|they have} no class now, but {count|keeps|keep} its colour. First: {first}.",
    zh: "{file}：{count} 个标注的类别没有名称；现为无类别，但保留颜色。首个：{first}。",
  },
  "import-number-words": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|number is|numbers are} written as NaN or Infinity, which JSON does not know; {count|it was|they were} read as meant.",
    zh: "{file}：{count} 个数值写作 NaN 或 Infinity，JSON 不认识；已按原意读取。",
  },
  "import-metadata-text": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|value of metadata was not text and is|values of metadata were not text and are} text now. First: {first}.",
    zh: "{file}：{count} 个元数据值不是文本，现已转为文本。首个：{first}。",
  },
  "import-measurement-invalid": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|measurement is not a number and was|measurements are not numbers and were} left out. First: {first}.",
    zh: "{file}：{count} 个测量值不是数字，已略去。首个：{first}。",
  },
  "import-null-member": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|member is|members are} null, which says nothing and which QuPath cannot read; {count|it was|they were} left out. First: {first}.",
    zh: "{file}：{count} 个成员为 null，没有意义且 QuPath 无法读取，已略去。首个：{first}。",
  },
  "import-crs": {
    kind: "UnsupportedFormatError",
    en: "{file}: it names a coordinate reference system ({first}), but slides have none; say in which unit its positions are.",
    zh: "{file}：文件声明了坐标参考系（{first}），但切片没有坐标参考系；请指明其坐标单位。",
  },
  "import-crossing": {
    kind: "CorruptDataError",
    en: "{file}: outlines of {count} {count|annotation|annotations} cross themselves or each other; they were kept as drawn, and places wound around twice count as outside. “Resolve crossings”, in the menu Shape, mends them. First: {first}.",
    zh: "{file}：{count} 个标注的轮廓自身或相互交叉；已按原样保留，绕行两次的地方视为在外。可用“形状”菜单中的“消除自相交”处理。首个：{first}。",
  },
  "import-no-area": {
    kind: "CorruptDataError",
    en: "{file}: outlines of {count} {count|annotation|annotations} enclose nothing; they were kept, and count nothing. First: {first}.",
    zh: "{file}：{count} 个标注的轮廓不围成任何面积；已保留，但不计数。首个：{first}。",
  },
  "import-geometry-missing": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|object has|objects have} no geometry and {count|was|were} not imported. First: {first}.",
    zh: "{file}：{count} 个对象没有几何形状，未导入。首个：{first}。",
  },
  "import-geometry-unknown": {
    kind: "UnsupportedFormatError",
    en: "{file}: {count} {count|object has|objects have} a kind of geometry that Centiscope does not know, and {count|was|were} not imported. First: {first}.",
    zh: "{file}：{count} 个对象的几何类型未知，未导入。首个：{first}。",
  },
  "import-position-invalid": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|object has|objects have} a position that is not two finite numbers within ±1 073 741 824, and {count|was|were} not imported. First: {first}.",
    zh: "{file}：{count} 个对象的坐标不是 ±1 073 741 824 以内的两个有限数值，未导入。首个：{first}。",
  },
  "import-too-few-positions": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|object has|objects have} an outline of fewer than three corners or a line of fewer than two, and {count|was|were} not imported. First: {first}.",
    zh: "{file}：{count} 个对象的轮廓少于三个角点或线少于两个点，未导入。首个：{first}。",
  },
  "import-hole-alone": {
    kind: "CorruptDataError",
    en: "{file}: {count} negative {count|region (hole) lies in no region of its|regions (holes) lie in no region of their} layer and {count|was|were} not imported. First: {first}.",
    zh: "{file}：{count} 个负区域（孔洞）不在其图层的任何区域内，未导入。首个：{first}。",
  },
  "import-object-invalid": {
    kind: "CorruptDataError",
    en: "{file}: {count} {count|entry is not a GeoJSON feature and was|entries are not GeoJSON features and were} not imported. First: {first}.",
    zh: "{file}：{count} 个条目不是 GeoJSON 要素，未导入。首个：{first}。",
  },
  "import-member-missing": {
    kind: "MissingDataError",
    en: "{file}: {count} {count|entry that tells|entries that tell} more about annotations {count|was|were} not kept. First: {first}.",
    zh: "{file}：{count} 个关于标注的附加条目未保留。首个：{first}。",
  },
} satisfies Record<string, MessageEntry>;
