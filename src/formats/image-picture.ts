import { CentiscopeError } from "../core/errors.ts";
import { isSixteenBitPng, pictureSize, sniffImage } from "../core/image-sniff.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { hasNativeDecoder, parseJpegFrame } from "./image-jpeg.ts";
import type { RawImage } from "./image-raw.ts";

const MAX_SIDE_PX = 16384;
const MAX_MEGAPIXELS = 160;
const MAX_BYTES = 512 << 20;
const TILE_PX = 512;
const FORMATS = { png: "PNG", jpeg: "JPEG", webp: "WebP" } as const;

/** Opens a PNG, JPEG or WebP of at most 16 384 pixels a side, decoded whole by the browser. */
export async function openPicture(source: ByteSource, signal?: AbortSignal): Promise<RawImage> {
  const file = source.name;
  const size = await source.size(signal);
  const head = await source.read(0, Math.min(size, 1 << 16), signal);
  const format = sniffImage(head);
  if (format !== "png" && format !== "jpeg" && format !== "webp") {
    throw new CentiscopeError("image-unknown", { file });
  }
  const name = FORMATS[format];
  const frame =
    format === "jpeg"
      ? parseJpegFrame(size > head.length ? await source.read(0, Math.min(size, 1 << 24), signal) : head)
      : undefined;
  const [width, height] = frame ? [frame.widthPx, frame.heightPx] : (pictureSize(head) ?? [0, 0]);
  if (width === 0 || height === 0) throw new CentiscopeError("image-undecodable", { file, format: name });
  const tooLarge = Math.max(width, height) > MAX_SIDE_PX || width * height > MAX_MEGAPIXELS * 1e6;
  if (tooLarge || size > MAX_BYTES) {
    const limits = { limit: MAX_SIDE_PX, megapixels: MAX_MEGAPIXELS };
    throw new CentiscopeError("image-too-large", { file, width, height, format: name, ...limits });
  }
  if (!hasNativeDecoder()) throw new CentiscopeError("image-undecodable", { file, format: name });
  const bytes = (await source.read(0, size, signal)) as Uint8Array<ArrayBuffer>;
  const bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${format}` }), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
    // As every other program shows it: turned as its Exif says.
    imageOrientation: "from-image",
  }).catch((cause: unknown) => {
    throw new CentiscopeError("image-undecodable", { file, format: name }, { cause });
  });
  const sixteen = isSixteenBitPng(head)
    ? [{ code: "image-sixteen-bit", params: { file, format: name } }]
    : [];
  return pictureImage(file, name, bitmap, sixteen);
}

function pictureImage(
  file: string,
  format: string,
  bitmap: ImageBitmap,
  warnings: RawImage["info"]["warnings"],
): RawImage {
  const { width: widthPx, height: heightPx } = bitmap;
  const range = [0, 255] as const;
  const channel = (name: string, color: string) => ({ name, color, dataRange: range, limits: range });
  return {
    info: {
      name: file,
      widthPx,
      heightPx,
      levels: [{ widthPx, heightPx, tileWidthPx: TILE_PX, tileHeightPx: TILE_PX, downsample: 1 }],
      umPerPx: null,
      magnification: null,
      kind: "rgb",
      channels: [channel("Red", "#ff0000"), channel("Green", "#00ff00"), channel("Blue", "#0000ff")],
      format,
      warnings,
    },
    alpha: true,
    places: [0, 1, 2].map((sample) => ({ plane: 0, sample })),
    async readTile(_level, col, row) {
      const w = Math.min(TILE_PX, widthPx - col * TILE_PX);
      const h = Math.min(TILE_PX, heightPx - row * TILE_PX);
      const context = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true });
      if (!context) throw new CentiscopeError("image-undecodable", { file, format });
      context.drawImage(bitmap, -col * TILE_PX, -row * TILE_PX);
      const { data } = context.getImageData(0, 0, w, h);
      return { widthPx: w, heightPx: h, samples: 4, data: new Uint8Array(data.buffer) };
    },
    close: () => bitmap.close(),
  };
}
