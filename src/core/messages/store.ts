import type { MessageEntry } from "../messages.ts";

/** Failures of reading, checking and writing stores (`*.centiscope.zarr`). */
export const storeMessages = {
  "store-not": {
    kind: "UnsupportedFormatError",
    en: "{file}: this is not a Centiscope store ({detail} is missing or another's). Give the folder or address that holds zarr.json and manifest.json.",
    zh: "{file}：这不是 Centiscope 存储（缺少 {detail} 或并非本格式）。请指定含 zarr.json 与 manifest.json 的文件夹或网址。",
  },
  "store-newer": {
    kind: "UnsupportedFormatError",
    en: "{file}: the store was written by a newer Centiscope (format {found}; this one reads up to {known}). Update Centiscope.",
    zh: "{file}：该存储由更新版本的 Centiscope 写入（格式 {found}，当前最多支持 {known}）。请更新 Centiscope。",
  },
  "store-manifest": {
    kind: "InvalidManifestError",
    en: "{file}: {part} is damaged or not as the format says ({detail}). Copy the store again, or convert anew.",
    zh: "{file}：{part} 损坏或不符合格式（{detail}）。请重新复制该存储，或重新转换。",
  },
  "store-chunk-missing": {
    kind: "MissingDataError",
    en: "{file}: {array}, chunk {chunk}: its file {part} is missing. The rest still works; copy the store again, whole.",
    zh: "{file}：{array} 的块 {chunk}：缺少文件 {part}。其余部分仍可使用；请重新完整复制该存储。",
  },
  "store-chunk-corrupt": {
    kind: "CorruptDataError",
    en: "{file}: {array}, chunk {chunk} is damaged ({detail}). The rest still works; copy the store again and run “centiscope verify”.",
    zh: "{file}：{array} 的块 {chunk} 已损坏（{detail}）。其余部分仍可使用；请重新复制该存储并运行 “centiscope verify”。",
  },
  "store-decoder-died": {
    kind: "InternalError",
    en: "{file}: a background process that unpacked part of it was ended by the browser, most likely for want of memory. Another takes its place: try again, and close other slides or tabs if it repeats.",
    zh: "{file}：负责解压其中一部分的后台进程被浏览器终止，多半是内存不足。新的进程会接替它：请重试；若再次出现，请关闭其他切片或标签页。",
  },
  "store-shard-corrupt": {
    kind: "CorruptDataError",
    en: "{file}: {array}, the index of {part} is damaged ({detail}). The rest still works; copy the store again and run “centiscope verify”.",
    zh: "{file}：{array} 的文件 {part} 索引已损坏（{detail}）。其余部分仍可使用；请重新复制该存储并运行 “centiscope verify”。",
  },
  "store-values": {
    kind: "CorruptDataError",
    en: "{file}: {array} holds what cannot be ({detail}). The store was written wrongly; convert anew.",
    zh: "{file}：{array} 含有不可能的值（{detail}）。该存储写入有误，请重新转换。",
  },
  "region-invalid": {
    kind: "UnsupportedFormatError",
    en: "{file}: this is not a region that can be counted ({detail}). Draw or export polygons with at least three corners and finite positions.",
    zh: "{file}：无法统计该区域（{detail}）。请绘制或导出至少三个顶点、坐标有限的多边形。",
  },
  "bin-size-invalid": {
    kind: "UnsupportedFormatError",
    en: "{file}: bins of {found} µm cannot be made here ({detail}). Choose another size.",
    zh: "{file}：无法以 {found} µm 分箱（{detail}）。请选择其他大小。",
  },
  "gene-unknown": {
    kind: "MissingDataError",
    en: "{file}: it has no gene called {genes}. Names are told apart by case; “centiscope count” lists them.",
    zh: "{file}：没有名为 {genes} 的基因。名称区分大小写；可用 “centiscope count” 列出。",
  },
  "convert-row": {
    kind: "CorruptDataError",
    en: "{file}: row {row} cannot be kept ({detail}). Nothing was written; correct the file and convert again.",
    zh: "{file}：第 {row} 行无法保留（{detail}）。未写入任何内容；请修正文件后重新转换。",
  },
  "convert-unit": {
    kind: "MissingDataError",
    en: "{file}: nothing says how many µm one unit of x and y is. Give it with --um-per-unit.",
    zh: "{file}：没有任何信息说明 x、y 一个单位是多少微米。请用 --um-per-unit 指定。",
  },
  "convert-extent": {
    kind: "LimitError",
    en: "{file}: its rows lie {found} units apart, more than the {most} that a store spans. Check the columns of x and y and their unit.",
    zh: "{file}：各行坐标相距 {found} 单位，超过存储可容纳的 {most}。请检查 x、y 列及其单位。",
  },
  "convert-total": {
    kind: "LimitError",
    en: "{file}: its counts add up to more than {most}, which cannot be kept exactly. Check the count column.",
    zh: "{file}：计数总和超过 {most}，无法精确保存。请检查计数列。",
  },
  "convert-strings": {
    kind: "LimitError",
    en: "{file}: column “{column}” has more than {most} different values, too many to be kept. Leave it out, or raise --memory.",
    zh: "{file}：列“{column}”有超过 {most} 个不同取值，无法保存。请不保留该列，或增大 --memory。",
  },
  "convert-not-store": {
    kind: "UnsupportedFormatError",
    en: "{file}: it is there and is not a Centiscope store, so it is not replaced. Choose another name.",
    zh: "{file}：已存在且不是 Centiscope 存储，因此不会覆盖。请另选名称。",
  },
  "convert-busy": {
    kind: "UnsupportedFormatError",
    en: "{file}: another conversion (process {process}) is writing it. Wait for it; if there is none, remove {part}.",
    zh: "{file}：另一个转换进程（{process}）正在写入。请等待其完成；若并无此进程，请删除 {part}。",
  },
  "convert-taken": {
    kind: "UnsupportedFormatError",
    en: "{file}: another machine has begun the same step in {part} since, so this run ends without a result. Wait for that one.",
    zh: "{file}：另一台机器此后已在 {part} 中开始了同一步骤，因此本次运行不产生结果即告结束。请等待那一次完成。",
  },
  "convert-part": {
    kind: "UnsupportedFormatError",
    en: "{file}: {part} is there and no conversion made it, so it is left alone. Move it away, or choose another name.",
    zh: "{file}：{part} 已存在且并非由转换产生，因此不会改动。请将其移走，或另选名称。",
  },
  "convert-planned": {
    kind: "UnsupportedFormatError",
    en: "{file}: a conversion in parts lies in {part}. End it with --shards and --finish, or start anew with --plan and --force.",
    zh: "{file}：{part} 中有一个分部转换。请用 --shards 与 --finish 完成它，或用 --plan 加 --force 重新开始。",
  },
  "convert-no-plan": {
    kind: "MissingDataError",
    en: "{file}: {part} holds no plan ({detail}). Make one with --plan, on a disk that all processes share.",
    zh: "{file}：{part} 中没有计划（{detail}）。请在所有进程共享的磁盘上用 --plan 制定计划。",
  },
  "convert-plan-other": {
    kind: "UnsupportedFormatError",
    en: "{file}: the plan in {part} is of another input ({planned}; this one is {found}). Give the planned one, or plan anew with --plan and --force.",
    zh: "{file}：{part} 中的计划对应另一输入（{planned}；当前为 {found}）。请指定原输入，或用 --plan 加 --force 重新计划。",
  },
  "convert-parts-missing": {
    kind: "MissingDataError",
    en: "{file}: {done} of {of} parts are done. Missing: {parts}. Run --shards for these, then this again.",
    zh: "{file}：{of} 个部分中已完成 {done} 个。缺少：{parts}。请先对其运行 --shards，再重试。",
  },
  "convert-part-other": {
    kind: "CorruptDataError",
    en: "{file}: part {number} cannot be used ({detail}). Remove {part}/parts/{number} and run --shards {number}:{next} again.",
    zh: "{file}：第 {number} 部分无法使用（{detail}）。请删除 {part}/parts/{number} 并重新运行 --shards {number}:{next}。",
  },
  "verify-file": {
    kind: "CorruptDataError",
    en: "{file}: {part} is not what was written ({detail}). Copy the store again, or convert anew.",
    zh: "{file}：{part} 与写入时不同（{detail}）。请重新复制该存储，或重新转换。",
  },
  "verify-rows": {
    kind: "CorruptDataError",
    en: "{file}: its rows are not those of {against} ({detail}). Convert anew.",
    zh: "{file}：其数据行与 {against} 不一致（{detail}）。请重新转换。",
  },
} as const satisfies Record<string, MessageEntry>;
