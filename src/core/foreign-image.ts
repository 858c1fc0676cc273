import type { MessageCode } from "./messages.ts";

/** A picture of a kind that we do not read: the message that says so, and the kind's name. */
export interface ForeignImage {
  readonly code: MessageCode & `image-foreign-${string}`;
  readonly format: string;
}

/** ISO base media brands (ISO/IEC 14496-12, 4.3) of pictures. */
const BRANDS: Readonly<Record<string, string>> = { avif: "AVIF", avis: "AVIF", heic: "HEIC", mif1: "HEIF" };

/**
 * Tells pictures of other kinds by their first 512 bytes. By name go those that begin like a kind that we do read:
 * Olympus' VSI is a TIFF of label and overview, 3DHISTECH's MRXS a JPEG of the whole glass, the slide itself lying in a
 * folder beside it. Shown as slides they would be wrong, and may name the patient.
 */
export function foreignImage(name: string, head: Uint8Array): ForeignImage | undefined {
  const at = (start: number, text: string) =>
    [...text].every((letter, i) => head[start + i] === letter.charCodeAt(0));
  const slide = (format: string): ForeignImage => ({ code: "image-foreign-slide", format });
  const picture = (format: string): ForeignImage => ({ code: "image-foreign-picture", format });
  if (/\.vsi$/i.test(name)) return slide("Olympus / Evident (VSI)");
  if (/\.mrxs$/i.test(name)) return slide("3DHISTECH (MIRAX, MRXS)");
  if (at(0, "ZISRAWFILE")) return slide("Zeiss (CZI)");
  if (at(0, "SIS\0")) return slide("Olympus / Evident (ETS)");
  if (at(0, "\xda\xce\xbe\x0a")) return slide("Nikon (ND2)");
  if (at(0, "\x70\0\0\0") && head[8] === 0x2a) return slide("Leica (LIF)");
  if (at(128, "DICM")) return slide("DICOM");
  if (at(0, "[Virtual Microscope Specimen]")) return slide("Hamamatsu (VMS)");
  const text = String.fromCharCode(...head.subarray(0, 512));
  if (text.includes("DPUfsImport") && at(0, "<")) return slide("Philips (iSyntax)");
  if (/<(\w+:)?OME[\s>]/.test(text) && /<\?xml|^\s*</.test(text)) return companion(name);
  if (/<IMAGE_PROPERTIES\s/.test(text)) return { code: "image-foreign-pyramid", format: "Zoomify" };
  if (at(0, "PK\x03\x04") && /\.szi$/i.test(name)) return { code: "image-foreign-archive", format: "ZIP" };
  if (at(0, "GIF8")) return picture("GIF");
  if (at(0, "BM") && at(6, "\0\0\0\0") && at(15, "\0\0\0")) return picture("BMP");
  if (at(4, "jP  ") || at(0, "\xff\x4f\xff\x51")) return picture("JPEG 2000");
  if (at(4, "JXL ") || at(0, "\xff\x0a")) return picture("JPEG XL");
  const brand = at(4, "ftyp") ? BRANDS[text.slice(8, 12)] : undefined;
  return brand ? picture(brand) : undefined;
}

function companion(name: string): ForeignImage | undefined {
  return /\.companion\.ome$/i.test(name) ? { code: "image-foreign-companion", format: "OME-XML" } : undefined;
}
