import type { MessageEntry } from "../messages.ts";

/** Failures and warnings of opening and drawing images. */
export const imageMessages = {
  "zarr-image-invalid": {
    kind: "CorruptDataError",
    en: "{file}: its metadata describe no OME-Zarr image ({detail}). Check that the folder was copied whole, or write the image again with its program.",
    zh: "{file}：其元数据未描述有效的 OME-Zarr 图像（{detail}）。请检查文件夹是否完整复制，或用原程序重新写出图像。",
  },
  "zarr-image-unsupported": {
    kind: "UnsupportedFormatError",
    en: "{file}: this OME-Zarr image cannot be drawn: {detail}. Values are to be integers of 8 to 32 bits or floats of 32 or 64, in chunks of at most 256 MiB. Write it again so, or as OME-TIFF.",
    zh: "{file}：无法绘制此 OME-Zarr 图像：{detail}。数值须为 8 至 32 位整数或 32、64 位浮点数，每个分块不超过 256 MiB。请据此重新写出，或另存为 OME-TIFF。",
  },
  "zarr-image-chunk": {
    kind: "CorruptDataError",
    en: "{file}: chunk {chunk} cannot be decoded ({detail}). The file is damaged or cut off, or the host sent something else: copy it again.",
    zh: "{file}：无法解码分块 {chunk}（{detail}）。文件已损坏或被截断，或服务器返回了其他内容：请重新复制。",
  },
  "image-unknown": {
    kind: "UnsupportedFormatError",
    en: "{file}: not an image that Centiscope knows. Open a TIFF, OME-TIFF, Aperio SVS, Deep Zoom, IIIF, PNG, JPEG or WebP image, or convert it with Bio-Formats or libvips.",
    zh: "{file}：不是 Centiscope 认识的图像。请打开 TIFF、OME-TIFF、Aperio SVS、Deep Zoom、IIIF、PNG、JPEG 或 WebP 图像，或用 Bio-Formats 或 libvips 转换。",
  },
  "image-foreign-slide": {
    kind: "UnsupportedFormatError",
    en: "{file}: is a slide of {format}, which Centiscope cannot read. Convert it to OME-TIFF with bioformats2raw and raw2ometiff, or export it as OME-TIFF from QuPath.",
    zh: "{file}：是 {format} 格式的切片，Centiscope 不能读取。请用 bioformats2raw 与 raw2ometiff 转换为 OME-TIFF，或从 QuPath 导出为 OME-TIFF。",
  },
  "image-foreign-picture": {
    kind: "UnsupportedFormatError",
    en: "{file}: is a {format} picture, which Centiscope does not read. Save it as PNG, JPEG or TIFF.",
    zh: "{file}：是 {format} 图片，Centiscope 不能读取。请另存为 PNG、JPEG 或 TIFF。",
  },
  "image-foreign-pyramid": {
    kind: "UnsupportedFormatError",
    en: "{file}: is a folder of {format} tiles, which Centiscope does not read from disk. Make a Deep Zoom pyramid of the image: vips dzsave IN OUT",
    zh: "{file}：是 {format} 图块文件夹，Centiscope 不能从磁盘读取。请将图像制成 Deep Zoom 金字塔：vips dzsave IN OUT",
  },
  "image-foreign-archive": {
    kind: "UnsupportedFormatError",
    en: "{file}: is a {format} archive, which Centiscope does not look into. Unpack it and open what it holds, a Deep Zoom image by its .dzi file together with the folder of its tiles.",
    zh: "{file}：是 {format} 压缩包，Centiscope 不会查看其内容。请解压后打开其中的文件；Deep Zoom 图像请将 .dzi 文件与图块文件夹一起打开。",
  },
  "image-foreign-companion": {
    kind: "UnsupportedFormatError",
    en: "{file}: is {format} that describes images and holds no pixels. Open the OME-TIFF files that it names.",
    zh: "{file}：是描述图像的 {format}，不含像素。请打开其中所列的 OME-TIFF 文件。",
  },
  "tiff-not-tiff": {
    kind: "UnsupportedFormatError",
    en: "{file}: does not begin like a TIFF file. Check that the file is complete and is the one you meant.",
    zh: "{file}：文件开头不是 TIFF。请检查文件是否完整、是否选对。",
  },
  "tiff-truncated": {
    kind: "CorruptDataError",
    en: "{file}: the file ends at byte {size}, but its {what} lies at bytes {start}–{end}. The file is cut off or damaged: copy or download it again.",
    zh: "{file}：文件只有 {size} 字节，但其中的 {what} 位于第 {start}–{end} 字节。文件被截断或已损坏：请重新复制或下载。",
  },
  "tiff-cyclic": {
    kind: "CorruptDataError",
    en: "{file}: its list of images points back to itself (at byte {offset}). The file is damaged: write it again with the program that made it.",
    zh: "{file}：图像目录指回自身（第 {offset} 字节）。文件已损坏：请用生成它的程序重新写出。",
  },
  "tiff-too-many-images": {
    kind: "LimitError",
    en: "{file}: holds more than {limit} images. Split it into single images, or convert it to one pyramidal OME-TIFF with bioformats2raw and raw2ometiff.",
    zh: "{file}：包含超过 {limit} 幅图像。请拆分，或用 bioformats2raw 与 raw2ometiff 转换为单个金字塔 OME-TIFF。",
  },
  "tiff-bad-field": {
    kind: "CorruptDataError",
    en: "{file}: the TIFF field {field} is absent or makes no sense ({found}). The file is damaged: write it again with the program that made it.",
    zh: "{file}：TIFF 字段 {field} 缺失或不合理（{found}）。文件已损坏：请用生成它的程序重新写出。",
  },
  "tiff-no-pixels": {
    kind: "CorruptDataError",
    en: "{file}: says where no pixel of its image lies: it was not written to the end. Write it again with the program that made it.",
    zh: "{file}：未记录图像任何像素的位置：文件没有写完。请用生成它的程序重新写出。",
  },
  "tiff-no-image": {
    kind: "MissingDataError",
    en: "{file}: holds no slide image (labels, macro pictures and thumbnails are not opened). Open the file that holds the slide.",
    zh: "{file}：不含切片图像（标签、宏观图与缩略图不会被打开）。请打开包含切片的文件。",
  },
  "tiff-tile-too-large": {
    kind: "LimitError",
    en: "{file}: its tiles are {width} × {height} pixels, above the limit of {limit} megapixels. Convert it with: vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
    zh: "{file}：图块为 {width} × {height} 像素，超过 {limit} 百万像素的上限。请转换：vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
  },
  "tiff-huge-strip": {
    kind: "LimitError",
    en: "{file}: {width} × {height} pixels are stored as compressed strips of {rows} rows, which cannot be read in parts. Convert it with: vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
    zh: "{file}：{width} × {height} 像素以每条 {rows} 行的压缩条带存储，无法分块读取。请转换：vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
  },
  "image-no-pyramid": {
    kind: "LimitError",
    en: "{file}: {width} × {height} pixels without smaller versions are too many to show an overview of. Convert it with: vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
    zh: "{file}：{width} × {height} 像素且没有缩小层级，无法生成总览。请转换：vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
  },
  "tiff-compression": {
    kind: "UnsupportedFormatError",
    en: "{file}: is compressed with {compression}, which Centiscope cannot read yet. Convert it with: vips tiffsave IN OUT.tif --tile --pyramid --compression jpeg (or bioformats2raw and raw2ometiff).",
    zh: "{file}：使用 {compression} 压缩，Centiscope 暂不能读取。请转换：vips tiffsave IN OUT.tif --tile --pyramid --compression jpeg（或 bioformats2raw 与 raw2ometiff）。",
  },
  "tiff-tiles-overlap": {
    kind: "UnsupportedFormatError",
    en: "{file}: its tiles overlap (Ventana BIF, Trestle), and Centiscope cannot join them; side by side they would show tissue twice. Convert it with bioformats2raw and raw2ometiff, or with: vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
    zh: "{file}：图块相互重叠（Ventana BIF、Trestle），Centiscope 不能拼接；直接并排会重复显示组织。请用 bioformats2raw 与 raw2ometiff 转换，或：vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
  },
  "tiff-over-4-gb": {
    kind: "UnsupportedFormatError",
    en: "{file}: is a TIFF of {gigabytes} GB, and a TIFF that is not BigTIFF ends at 4 GB. Hamamatsu's NDPI goes on in a way of its own, which Centiscope cannot read; else the file is damaged. Convert it with bioformats2raw and raw2ometiff, or with: vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
    zh: "{file}：大小为 {gigabytes} GB，而非 BigTIFF 的 TIFF 只能寻址 4 GB。滨松 NDPI 以自有方式扩展，Centiscope 不能读取；否则文件已损坏。请用 bioformats2raw 与 raw2ometiff 转换，或：vips tiffsave IN OUT.tif --tile --pyramid --bigtiff",
  },
  "tiff-pixel-type": {
    kind: "UnsupportedFormatError",
    en: "{file}: its pixels are of a kind that Centiscope cannot read ({found}). Convert it to 8- or 16-bit grey or RGB.",
    zh: "{file}：像素类型无法读取（{found}）。请转换为 8 位或 16 位灰度或 RGB。",
  },
  "image-tile-corrupt": {
    kind: "CorruptDataError",
    en: "{file}: the tile in column {col}, row {row} of level {level} cannot be decoded ({detail}). Copy or download the file again; if it repeats, the file is damaged there.",
    zh: "{file}：第 {level} 层第 {col} 列第 {row} 行的图块无法解码（{detail}）。请重新复制或下载；若再次出现，文件该处已损坏。",
  },
  "image-too-large": {
    kind: "LimitError",
    en: "{file}: {width} × {height} pixels are too many for one {format} picture (limit {limit} pixels a side and {megapixels} megapixels). Convert it with: vips dzsave IN OUT or vips tiffsave IN OUT.tif --tile --pyramid",
    zh: "{file}：{width} × {height} 像素对单幅 {format} 图片过大（每边上限 {limit} 像素，共 {megapixels} 百万像素）。请转换：vips dzsave IN OUT 或 vips tiffsave IN OUT.tif --tile --pyramid",
  },
  "image-undecodable": {
    kind: "CorruptDataError",
    en: "{file}: the {format} picture cannot be decoded. The file is cut off or damaged: copy or download it again.",
    zh: "{file}：无法解码该 {format} 图片。文件被截断或已损坏：请重新复制或下载。",
  },
  "dzi-invalid": {
    kind: "InvalidManifestError",
    en: "{file}: is not a valid Deep Zoom descriptor ({detail}). Make it again with: vips dzsave IN OUT",
    zh: "{file}：不是有效的 Deep Zoom 描述文件（{detail}）。请重新生成：vips dzsave IN OUT",
  },
  "dzi-tiles-missing": {
    kind: "MissingDataError",
    en: "{file}: the folder {folder} with its tiles was not found. Drop the descriptor and that folder together.",
    zh: "{file}：未找到图块文件夹 {folder}。请将描述文件与该文件夹一起拖入。",
  },
  "image-tile-missing": {
    kind: "MissingDataError",
    en: "{file}: the tile {tile} is missing ({detail}). Check that every tile was copied to the server or folder.",
    zh: "{file}：缺少图块 {tile}（{detail}）。请检查所有图块是否已复制到服务器或文件夹。",
  },
  "iiif-invalid": {
    kind: "InvalidManifestError",
    en: "{file}: is not a valid IIIF image description ({detail}). Use the address of an image's info.json.",
    zh: "{file}：不是有效的 IIIF 图像描述（{detail}）。请使用图像的 info.json 网址。",
  },
  "image-unreachable": {
    kind: "NetworkError",
    en: "{file}: cannot be fetched ({detail}). Check the address and your connection, and that the server allows other sites to read it (CORS).",
    zh: "{file}：无法获取（{detail}）。请检查网址与网络，并确认服务器允许其他网站读取（CORS）。",
  },
  "image-worker-died": {
    kind: "InternalError",
    en: "{file}: the image decoder stopped and was started anew. Try again; if it repeats, the file may be damaged.",
    zh: "{file}：图像解码器停止，已重新启动。请重试；若再次出现，文件可能已损坏。",
  },
  "image-deadline": {
    kind: "InternalError",
    en: "{file}: {what} took longer than {seconds} s and was stopped. Try again; if it repeats, convert the image to a tiled pyramid.",
    zh: "{file}：{what} 超过 {seconds} 秒，已停止。请重试；若再次出现，请将图像转换为分块金字塔。",
  },
  "image-middle-picked": {
    kind: "UnsupportedFormatError",
    en: "{file}: holds {z} focal planes and {t} time points; the middle plane of the first time is shown. Split the image to see the others.",
    zh: "{file}：含 {z} 个焦平面与 {t} 个时间点；显示第一个时间点的中间平面。如需其他，请拆分图像。",
  },
  "image-plane-picked": {
    kind: "UnsupportedFormatError",
    en: "{file}: holds {z} focal planes and {t} time points; the first of each is shown. Split the file to see the others.",
    zh: "{file}：含 {z} 个焦平面与 {t} 个时间点；显示各自的第一个。如需其他，请拆分文件。",
  },
  "image-multi-file": {
    kind: "MissingDataError",
    en: "{file}: {count} of its {total} channels {count|lies|lie} in other files, such as {other}, and {count|is|are} not shown. Open those files as well, or merge them into one OME-TIFF.",
    zh: "{file}：{total} 个通道中有 {count} 个位于其他文件（如 {other}），未显示。请同时打开这些文件，或合并为一个 OME-TIFF。",
  },
  "image-companion": {
    kind: "MissingDataError",
    en: "{file}: its description lies in {other}, which Centiscope does not read, so that names, scale and the order of its planes are unknown. Convert both to one OME-TIFF with Bio-Formats: bfconvert {other} OUT.ome.tif",
    zh: "{file}：其描述位于 {other}，Centiscope 不读取该文件，故通道名称、比例与平面顺序未知。请用 Bio-Formats 合并为一个 OME-TIFF：bfconvert {other} OUT.ome.tif",
  },
  "image-orientation": {
    kind: "UnsupportedFormatError",
    en: "{file}: is shown turned or mirrored, as it asks for (orientation {orientation}). Programs that leave this out count positions otherwise: check that regions and transcripts from elsewhere lie where they belong.",
    zh: "{file}：已按文件要求旋转或镜像显示（方向 {orientation}）。不理会此标记的程序会以另一方式计算位置：请检查来自别处的区域与转录本是否位于应在之处。",
  },
  "image-sixteen-bit": {
    kind: "UnsupportedFormatError",
    en: "{file}: is a {format} picture of 16 bits, of which the browser gives the upper 8; weak signal is lost. Save it as TIFF to see all of it and set its contrast.",
    zh: "{file}：是 16 位 {format} 图片，浏览器只提供其中高 8 位，弱信号会丢失。请另存为 TIFF 以查看全部信号并调节对比度。",
  },
  "image-other-images": {
    kind: "UnsupportedFormatError",
    en: "{file}: holds {count} more {count|image that is not a smaller version|images that are not smaller versions} of the one shown, which is the largest. Save each as a file of its own to see {count|it|them}.",
    zh: "{file}：另含 {count} 幅图像，并非所示图像（最大的一幅）的缩小版本。如需查看，请将各幅另存为单独文件。",
  },
  "image-channels-limited": {
    kind: "LimitError",
    en: "{file}: has {total} channels; the first {limit} are shown. Split the file to see the others.",
    zh: "{file}：有 {total} 个通道；显示前 {limit} 个。如需其他，请拆分文件。",
  },
} as const satisfies Record<string, MessageEntry>;
