import type { MessageEntry } from "../messages.ts";

/** Failures and warnings of HDF5 files and of the GEF kept in them. */
export const hdf5Messages = {
  "hdf5-corrupt": {
    kind: "CorruptDataError",
    en: "{file}: the HDF5 structure is damaged at byte {offset} ({detail}). Copy or download the file again.",
    zh: "{file}：HDF5 结构在第 {offset} 字节处损坏（{detail}）。请重新复制或下载文件。",
  },
  "hdf5-feature": {
    kind: "UnsupportedFormatError",
    en: "{file}: {dataset} is stored in a way that Centiscope does not read ({found}). Rewrite the file plainly, with HDF5's own tool: h5repack -l CONTI {file} plain.h5",
    zh: "{file}：{dataset} 的存储方式 Centiscope 无法读取（{found}）。请用 HDF5 自带工具改写：h5repack -l CONTI {file} plain.h5",
  },
  "hdf5-missing": {
    kind: "CorruptDataError",
    en: "{file}: it has no {dataset}, which a file of this kind must have. The export was probably interrupted; make it again.",
    zh: "{file}：缺少此类文件必须包含的 {dataset}。导出可能中断，请重新生成。",
  },
  "gef-members": {
    kind: "UnsupportedFormatError",
    en: "{file}: {dataset} has no member {missing}; its members are: {found}. This is not a GEF of a version that is known; convert it with geftools or SAW to GEM and open that.",
    zh: "{file}：{dataset} 缺少成员 {missing}；现有成员：{found}。这不是已知版本的 GEF；请用 geftools 或 SAW 转为 GEM 后打开。",
  },
  "gef-gene-rows": {
    kind: "CorruptDataError",
    en: "{file}: {dataset}: gene {gene} claims rows {start} to {end}, but {fact}. The gene table does not belong to these rows; make the file again.",
    zh: "{file}：{dataset}：基因 {gene} 声明占有第 {start} 至 {end} 行，但{fact}。基因表与这些行不符，请重新生成文件。",
  },
  "gef-value": {
    kind: "CorruptDataError",
    en: "{file}: {dataset}, row {row}: {column} is {found}, which no chip has. The file is damaged; copy it again.",
    zh: "{file}：{dataset} 第 {row} 行：{column} 为 {found}，任何芯片都不会如此。文件已损坏，请重新复制。",
  },
  "gef-cells": {
    kind: "UnsupportedFormatError",
    en: "{file}: this is a cell-bin GEF ({cells} cells): it holds counts per cell, not the spots where they were found. Open the square-bin file of the same chip (its name ends in .tissue.gef or .raw.gef).",
    zh: "{file}：这是细胞分箱 GEF（{cells} 个细胞），只含每个细胞的计数，不含捕获点位置。请打开同一芯片的方形分箱文件（文件名以 .tissue.gef 或 .raw.gef 结尾）。",
  },
  "visium-positions": {
    kind: "MissingDataError",
    en: "{file}: this 10x matrix does not say where its spots or cells lie, so it cannot be opened. Of a Xenium run open transcripts.parquet; of Visium HD the folder binned_outputs/square_008um, with spatial/tissue_positions.parquet and spatial/scalefactors_json.json in it. Visium's spots of 55 µm: export a CSV table with x, y, gene and count, and open that.",
    zh: "{file}：此 10x 矩阵未说明其点或细胞的位置，无法打开。Xenium 请打开 transcripts.parquet；Visium HD 请打开 binned_outputs/square_008um 文件夹（其中应含 spatial/tissue_positions.parquet 与 spatial/scalefactors_json.json）。55 µm 的 Visium 点请导出为含 x、y、基因和计数列的 CSV 表格后打开。",
  },
  "visium-not-bins": {
    kind: "UnsupportedFormatError",
    en: "{file}: this file of Space Ranger holds the counts in another way, which is not opened. Open the folder binned_outputs/square_008um of the same run, or the run's whole outs folder.",
    zh: "{file}：此 Space Ranger 文件以其他方式保存计数，不能打开。请打开同一次运行的 binned_outputs/square_008um 文件夹，或整个 outs 文件夹。",
  },
  "visium-barcode": {
    kind: "CorruptDataError",
    en: "{file}: barcode {barcode} has no place in tissue_positions.parquet. The two files are not of one slide; copy the folder again.",
    zh: "{file}：条码 {barcode} 在 tissue_positions.parquet 中没有位置。两个文件不属于同一张切片，请重新复制文件夹。",
  },
  "warn-visium-fit": {
    kind: "CorruptDataError",
    en: "{file}: its positions fit the image only to {residual} px (root mean square), as they are not a plain grid on it; bins lie that far off.",
    zh: "{file}：其位置与图像的拟合误差为 {residual} px（均方根），因为它们在图像上不是规则网格；分箱位置存在相应偏差。",
  },
  "warn-gef-offset": {
    kind: "CorruptDataError",
    en: "{file}: whether its positions are the chip's or begin at its offset ({offsetX}, {offsetY}) cannot be told; they are taken to begin there, as geftools writes them.",
    zh: "{file}：无法判断其坐标是芯片绝对坐标还是从偏移 ({offsetX}, {offsetY}) 起算；已按 geftools 的写法视为从偏移起算。",
  },
  "warn-resolution": {
    kind: "MissingDataError",
    en: "{file}: it states no distance between spots (resolution 0); {source} is taken.",
    zh: "{file}：未注明点间距（resolution 为 0）；已采用 {source}。",
  },
} as const satisfies Record<string, MessageEntry>;
