import type { MessageEntry } from "../messages.ts";

/** Failures and warnings of reading expression tables. */
export const tableMessages = {
  "hdf5-unsupported": {
    kind: "UnsupportedFormatError",
    en: "{file}: this is an HDF5 file, but not a Stereo-seq GEF (h5ad, perhaps), nor a 10x matrix, and cannot be opened directly. Export it as a CSV or Parquet table with x, y and gene, and open that.",
    zh: "{file}：这是 HDF5 文件，但既不是 Stereo-seq GEF，也不是 10x 矩阵（可能是 h5ad），不能直接打开。请导出为含 x、y、基因列的 CSV 或 Parquet 表格后打开。",
  },
  "matrix-market": {
    kind: "UnsupportedFormatError",
    en: "{file}: this is a Matrix Market table of counts by cell or spot number; it does not say where they lie, and is not opened. Of a Xenium run open transcripts.parquet, of Visium HD the folder binned_outputs/square_008um; else export a CSV table with x, y, gene and count.",
    zh: "{file}：这是按细胞或点编号的 Matrix Market 计数表，不含位置，不能打开。Xenium 请打开 transcripts.parquet，Visium HD 请打开 binned_outputs/square_008um 文件夹；其他请导出为含 x、y、基因和计数列的 CSV 表格。",
  },
  "xenium-zarr-zip": {
    kind: "UnsupportedFormatError",
    en: "{file}: this archive of Xenium transcripts is not opened directly. Open transcripts.parquet (or transcripts.csv.gz) of the same run, or convert the archive on the command line (npx centiscope convert).",
    zh: "{file}：此 Xenium 转录本压缩包不能直接打开。请打开同一次运行的 transcripts.parquet（或 transcripts.csv.gz），或在命令行中转换该压缩包（npx centiscope convert）。",
  },
  "zip-packed": {
    kind: "UnsupportedFormatError",
    en: "{file}: this is a zip archive, which is opened only where it is a store of Centiscope's. Unpack it, and open the folder or the file in it.",
    zh: "{file}：这是 zip 压缩包，只有 Centiscope 存储的压缩包才能直接打开。请解压后打开其中的文件夹或文件。",
  },
  "stereomap-file": {
    kind: "UnsupportedFormatError",
    en: "{file}: this file belongs to StereoMap (a list of files, tiles of a picture, or a record of image processing) and is not opened. Open the .tissue.gef or .gem.gz of the same chip, with its registered image (its name ends in _regist.tif).",
    zh: "{file}：这是 StereoMap 的文件（文件清单、图像切块或图像处理记录），不能打开。请打开同一芯片的 .tissue.gef 或 .gem.gz，以及其配准图像（文件名以 _regist.tif 结尾）。",
  },
  "file-kind-unknown": {
    kind: "UnsupportedFormatError",
    en: "{file}: its content is none that Centiscope knows. It opens GEM and GEF, Visium HD bins, Xenium, MERSCOPE, CosMx or SpatialData transcripts, CSV/TSV/Parquet tables with positions, and TIFF, SVS, Deep Zoom, IIIF, PNG, JPEG or WebP images.",
    zh: "{file}：内容不是 Centiscope 所知的格式。可打开：GEM 与 GEF、Visium HD 矩阵、Xenium、MERSCOPE、CosMx 或 SpatialData 转录本，含坐标的 CSV/TSV/Parquet 表格，以及 TIFF、SVS、Deep Zoom、IIIF、PNG、JPEG、WebP 图像。",
  },
  "zarr-array": {
    kind: "CorruptDataError",
    en: "{file}: the array {array} is damaged or not as its format says ({detail}). Copy the file again, or take the table beside it (Parquet, CSV).",
    zh: "{file}：数组 {array} 损坏或不符合格式（{detail}）。请重新复制该文件，或使用旁边的表格（Parquet、CSV）。",
  },
  "no-expression": {
    kind: "MissingDataError",
    en: "{file}: there is no expression table among these files. Add the transcripts or GEM file and open again.",
    zh: "{file}：这些文件中没有表达数据表。请加入转录本或 GEM 文件后重新打开。",
  },
  "not-a-table": {
    kind: "UnsupportedFormatError",
    en: "{file}: this is not a table ({detail}). Expected text with columns separated by tab, comma or semicolon.",
    zh: "{file}：这不是表格（{detail}）。应为以制表符、逗号或分号分隔各列的文本。",
  },
  "table-empty": {
    kind: "CorruptDataError",
    en: "{file}: the table has columns but no rows. Check that the export finished.",
    zh: "{file}：表格只有列名而没有数据行。请检查导出是否完成。",
  },
  "columns-missing": {
    kind: "UnsupportedFormatError",
    en: "{file}: no column for {missing} was found among: {columns}. Choose the columns by hand.",
    zh: "{file}：在以下各列中找不到 {missing}：{columns}。请手动选择列。",
  },
  "column-unknown": {
    kind: "MissingDataError",
    en: "{file}: it has no column “{column}”; its columns are: {columns}. Choose another column.",
    zh: "{file}：没有名为“{column}”的列；现有列：{columns}。请选择其他列。",
  },
  "column-type": {
    kind: "UnsupportedFormatError",
    en: "{file}: column “{column}” holds {found} values, but {expected} are needed. Choose another column.",
    zh: "{file}：列“{column}”的值类型为 {found}，而需要 {expected}。请选择其他列。",
  },
  "row-ragged": {
    kind: "CorruptDataError",
    en: "{file}: line {line} has {found} columns instead of {expected}. Correct or remove this line.",
    zh: "{file}：第 {line} 行有 {found} 列，应为 {expected} 列。请修正或删除该行。",
  },
  "line-too-long": {
    kind: "UnsupportedFormatError",
    en: "{file}: line {line} is longer than {limit}, so this is not a table of transcripts, or a quotation mark is never closed there. Check the file.",
    zh: "{file}：第 {line} 行长度超过 {limit}，因此不是转录本表格，或该处引号未闭合。请检查文件。",
  },
  "value-not-number": {
    kind: "CorruptDataError",
    en: "{file}: line {line}, column “{column}”: “{found}” is not a finite number. Correct the line, or choose another column.",
    zh: "{file}：第 {line} 行“{column}”列：“{found}”不是有限数值。请修正该行或选择其他列。",
  },
  "coordinate-not-integer": {
    kind: "CorruptDataError",
    en: "{file}: line {line}, column “{column}”: “{found}” is not a whole number, but GEM positions are. If this is another kind of table, give it the ending .csv and choose its columns.",
    zh: "{file}：第 {line} 行“{column}”列：“{found}”不是整数，而 GEM 坐标应为整数。若为其他表格，请改用 .csv 后缀并选择列。",
  },
  "coordinate-range": {
    kind: "CorruptDataError",
    en: "{file}: line {line}, column “{column}”: {found} lies beyond ±2 147 483 647, which no slide reaches. Check the column and its unit.",
    zh: "{file}：第 {line} 行“{column}”列：{found} 超出 ±2 147 483 647，任何切片都不会如此之大。请检查该列及其单位。",
  },
  "count-invalid": {
    kind: "CorruptDataError",
    en: "{file}: line {line}, column “{column}”: “{found}” is not a count (a whole number from 0 to 4 294 967 295). Normalised values cannot be opened as counts: use the raw table, or choose no count column.",
    zh: "{file}：第 {line} 行“{column}”列：“{found}”不是计数（0 至 4 294 967 295 的整数）。归一化数值不能当作计数：请使用原始表格，或不选择计数列。",
  },
  "too-many-rows": {
    kind: "LimitError",
    en: "{file}: more than {limit} rows, the most that is opened directly. Cut it to a region first, or count and bin all of it on the command line (npx centiscope count, npx centiscope bins).",
    zh: "{file}：超过 {limit} 行，这是可直接打开的上限。请先裁剪到一个区域，或在命令行中对全部数据计数和分箱（npx centiscope count、npx centiscope bins）。",
  },
  "too-many-genes": {
    kind: "LimitError",
    en: "{file}: more than {limit} different names in column “{column}”. It is probably not the gene column; choose another.",
    zh: "{file}：“{column}”列有超过 {limit} 个不同名称，可能不是基因列；请选择其他列。",
  },
  "parquet-corrupt": {
    kind: "CorruptDataError",
    en: "{file}: the Parquet file is damaged or incomplete ({detail}). Copy or download it again.",
    zh: "{file}：Parquet 文件损坏或不完整（{detail}）。请重新复制或下载。",
  },
  "parquet-too-large": {
    kind: "LimitError",
    en: "{file}: it announces {found} of data, more than the {limit} that is opened directly. Check the file, or cut it to a region first.",
    zh: "{file}：声明的数据量为 {found}，超过可直接打开的上限 {limit}。请检查文件，或先裁剪到一个区域。",
  },
  "parquet-memory": {
    kind: "LimitError",
    en: "{file}: one of its row groups needs more memory than there is. Close other slides and programs, or write the file with smaller row groups.",
    zh: "{file}：其中一个行组所需内存超过可用内存。请关闭其他切片和程序，或以较小的行组重新写出该文件。",
  },
  "transform-invalid": {
    kind: "CorruptDataError",
    en: "{file}: this is not a 3 × 3 transform ({detail}). Expected nine numbers, the last row 0 0 1.",
    zh: "{file}：这不是 3 × 3 变换矩阵（{detail}）。应为九个数值，末行为 0 0 1。",
  },
  "metadata-invalid": {
    kind: "InvalidManifestError",
    en: "{file}: it cannot be read as the JSON description it should be ({detail}). Copy it again from the instrument's output.",
    zh: "{file}：无法作为应有的 JSON 描述读取（{detail}）。请从仪器输出重新复制。",
  },
  "spatialdata-no-points": {
    kind: "MissingDataError",
    en: "{file}: this SpatialData store has no points element with Parquet parts. Choose a store that holds transcripts.",
    zh: "{file}：此 SpatialData 存储没有含 Parquet 分片的 points 元素。请选择含有转录本的存储。",
  },
  "store-metadata-missing": {
    kind: "MissingDataError",
    en: "{file}: this address has no consolidated metadata (zarr.json with consolidated_metadata, .zmetadata or zmetadata), so what the store holds cannot be told from afar. Check the address; if it is right, write them with sdata.write_consolidated_metadata() in spatialdata, or download the store and drop its folder here.",
    zh: "{file}：此网址下没有整合元数据（含 consolidated_metadata 的 zarr.json、.zmetadata 或 zmetadata），无法远程得知该存储的内容。请检查网址；若无误，请用 spatialdata 的 sdata.write_consolidated_metadata() 写入，或下载该存储后把整个文件夹拖到这里。",
  },
  "warn-store-part-refused": {
    kind: "MissingDataError",
    en: "{file}: the server refuses {part} instead of saying that it is not there ({code}); the parts before it are taken for all. If molecules are missing, open the files one by one, or drop the folder here.",
    zh: "{file}：服务器拒绝访问 {part}，而非说明该文件不存在（{code}）；已将其之前的分片视为全部。若缺少分子，请逐一指定文件，或把文件夹拖到这里。",
  },
  "spatialdata-part-missing": {
    kind: "MissingDataError",
    en: "{file}: part {part} is missing although part {last} is there. Copy the whole points folder.",
    zh: "{file}：缺少分片 {part}，而分片 {last} 存在。请复制完整的 points 文件夹。",
  },
  "spatialdata-transform": {
    kind: "UnsupportedFormatError",
    en: "{file}: its coordinate transformation “{found}” is not a planar affine one. Save the element with an affine transformation to its coordinate system.",
    zh: "{file}：其坐标变换“{found}”不是平面仿射变换。请以仿射变换保存该元素。",
  },
  "warn-file-skipped": {
    kind: "CorruptDataError",
    en: "{file}: this file could not be looked at and was left out ({reason}).",
    zh: "{file}：无法查看此文件，已跳过（{reason}）。",
  },
  "warn-files-many": {
    kind: "LimitError",
    en: "{file}: these are {files} files; {looked} of them were looked at, those that lie deepest were not. If something is missing, open the folder or the files that hold it.",
    zh: "{file}：共有 {files} 个文件，只查看了其中 {looked} 个，位于最深层文件夹的未查看。若缺少内容，请打开其所在的文件夹或文件。",
  },
  "warn-two-tables": {
    kind: "UnsupportedFormatError",
    en: "{file}: several tables hold transcripts; this one is shown ({others} not opened). Open the others one at a time.",
    zh: "{file}：有多个含转录本的表格，显示此表（未打开：{others}）。请逐个打开其他表格。",
  },
  "warn-two-images": {
    kind: "UnsupportedFormatError",
    en: "{file}: several images were given; this one is shown first ({others} not shown). Open the others one at a time.",
    zh: "{file}：提供了多幅图像，先显示此图（未显示：{others}）。请逐个打开其他图像。",
  },
  "warn-zero-counts": {
    kind: "CorruptDataError",
    en: "{file}: {rows} {rows|row has a count of 0 and is|rows have a count of 0 and are} left out; no molecule is lost by it.",
    zh: "{file}：{rows} 行计数为 0，已略去，不影响结果。",
  },
  "warn-gene-unnamed": {
    kind: "CorruptDataError",
    en: "{file}: {rows} {rows|row has|rows have} no gene name; {rows|it is|they are} shown as “{name}”.",
    zh: "{file}：{rows} 行没有基因名，显示为“{name}”。",
  },
  "warn-pitch-unknown": {
    kind: "MissingDataError",
    en: "{file}: the chip “{chip}” is not known, so the distance between spots is not either. Enter it to get a scale bar in µm.",
    zh: "{file}：未知芯片“{chip}”，因此不知道点间距。请输入点间距以显示微米比例尺。",
  },
  "warn-not-gzip": {
    kind: "CorruptDataError",
    en: "{file}: the name says gzip but the content is plain text; it is read as such.",
    zh: "{file}：文件名表示 gzip，但内容为纯文本，已按纯文本读取。",
  },
  "warn-qv-missing": {
    kind: "CorruptDataError",
    en: "{file}: {rows} {rows|row has no quality value; it counts|rows have no quality value; they count} as quality 0.",
    zh: "{file}：{rows} 行没有质量值，按 0 处理。",
  },
  "worker-died": {
    kind: "InternalError",
    en: "{file}: the background process that worked on it was ended by the browser, most likely for want of memory. Close other slides or tabs, then open it again.",
    zh: "{file}：处理它的后台进程被浏览器终止，多半是内存不足。请关闭其他切片或标签页，然后重新打开。",
  },
  "worker-silent": {
    kind: "InternalError",
    en: "{file}: the background process that worked on it has given no sign for {seconds} s and was ended. Open it again.",
    zh: "{file}：处理它的后台进程 {seconds} 秒没有响应，已被终止。请重新打开。",
  },
  "table-lost": {
    kind: "InternalError",
    en: "{file}: the browser ended a background process that held part of this table, most likely for want of memory. Close other slides or tabs, then reload the slide.",
    zh: "{file}：浏览器终止了保存该表格部分数据的后台进程，多半是内存不足。请关闭其他切片或标签页，然后重新加载该切片。",
  },
} as const satisfies Record<string, MessageEntry>;
