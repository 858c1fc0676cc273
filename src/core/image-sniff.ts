/** What the first bytes of a file say it is. */
export type ImageFormat = "tiff" | "png" | "jpeg" | "webp" | "dzi" | "iiif";

/** Told by content; undefined when it is none that we open. A few hundred bytes are enough. */
export function sniffImage(head: Uint8Array): ImageFormat | undefined {
  const at = (i: number) => head[i] ?? -1;
  const ascii = (start: number, text: string) =>
    [...text].every((ch, i) => at(start + i) === ch.charCodeAt(0));
  const tiff = (ascii(0, "II") && at(3) === 0) || (ascii(0, "MM") && at(2) === 0);
  const magic = ascii(0, "II") ? at(2) : at(3);
  if (tiff && (magic === 42 || magic === 43)) return "tiff";
  if (at(0) === 0x89 && ascii(1, "PNG\r\n")) return "png";
  if (at(0) === 0xff && at(1) === 0xd8 && at(2) === 0xff) return "jpeg";
  if (ascii(0, "RIFF") && ascii(8, "WEBP")) return "webp";
  const start = at(0) === 0xef && at(1) === 0xbb && at(2) === 0xbf ? 3 : 0;
  const text = String.fromCharCode(...head.subarray(start, 4096)).trimStart();
  if (text.startsWith("<") && /<Image[\s>]/.test(text) && /deepzoom|TileSize/i.test(text)) return "dzi";
  if (text.startsWith("{") && /iiif\.io|"protocol"\s*:\s*"http:\/\/iiif/.test(text)) return "iiif";
  return undefined;
}

/** Width and height of a PNG, JPEG or WebP from its header, before anything is decoded. */
export function pictureSize(head: Uint8Array): readonly [widthPx: number, heightPx: number] | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const format = sniffImage(head);
  if (format === "png" && head.length >= 24) return [view.getUint32(16), view.getUint32(20)];
  if (format === "webp" && head.length >= 30) return webpSize(view);
  return undefined;
}

/** True of a PNG that has 16 bits to a sample (PNG, 11.2.1 IHDR). */
export const isSixteenBitPng = (head: Uint8Array): boolean => sniffImage(head) === "png" && head[24] === 16;

/** WebP container (RFC 9649): lossy, lossless and extended forms. */
function webpSize(view: DataView): readonly [number, number] | undefined {
  const chunk = view.getUint32(12);
  if (chunk === 0x56503820) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (chunk === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
  }
  if (chunk === 0x56503858) {
    const u24 = (i: number) => view.getUint8(i) | (view.getUint8(i + 1) << 8) | (view.getUint8(i + 2) << 16);
    return [u24(24) + 1, u24(27) + 1];
  }
  return undefined;
}
