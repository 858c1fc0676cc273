import { CentiscopeError } from "../core/errors.ts";
import { TAG } from "./tiff-fields.ts";
import type { TiffIfd, TiffReader } from "./tiff-ifd.ts";

/** Of a slide with many tiles it lists how each joins its neighbours. */
const MAX_XMP_BYTES = 32 << 20;
/** Label, thumbnail and the slide's full resolution: of these one or two have it. */
const LOOKED_AT = 4;
/** `level=0 mag=40 quality=90`, as the ImageDescription of each level is. */
const LEVEL = /^level=\d+ mag=/;

/** What the XMP of a Ventana / Roche scanner says. */
export interface VentanaFacts {
  readonly umPerPx: readonly [x: number, y: number] | null;
  readonly magnification: number | null;
  /** Neighbouring tiles show the same tissue twice, or parts of the glass lie apart: a plain grid would be wrong. */
  readonly overlapping: boolean;
}

/** Undefined for a file of another kind ("BIF Whole Slide Image File Format", Roche 2020; OpenSlide's reading). */
export async function readVentana(
  reader: TiffReader,
  ifds: readonly TiffIfd[],
  description: string,
  signal?: AbortSignal,
): Promise<VentanaFacts | undefined> {
  if (!LEVEL.test(description)) return undefined;
  const texts: string[] = [];
  for (const { fields } of ifds.slice(0, LOOKED_AT)) {
    const field = fields.get(TAG.Xmp);
    if (!field) continue;
    try {
      texts.push(await reader.text(field, MAX_XMP_BYTES, signal));
    } catch (thrown) {
      // What is said besides the pixels must not keep them from being shown.
      if (!(thrown instanceof CentiscopeError)) throw thrown;
    }
  }
  return parseVentana(texts.join("\n"));
}

export function parseVentana(xml: string): VentanaFacts | undefined {
  const scan = /<iScan\b[^>]*>/.exec(xml)?.[0];
  if (scan === undefined) return undefined;
  const number = (element: string, name: string): number =>
    Number(new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`).exec(element)?.[1]);
  const [um, power] = [number(scan, "ScanRes"), number(scan, "Magnification")];
  const areas = xml.match(/<ImageInfo\b[^>]*\bAOIScanned="1"/g)?.length ?? 0;
  let overlapping = areas > 1;
  for (const [joint] of xml.matchAll(/<TileJointInfo\b[^>]*>/g)) {
    if (number(joint, "OverlapX") !== 0 || number(joint, "OverlapY") !== 0) overlapping = true;
  }
  return { umPerPx: um > 0 ? [um, um] : null, magnification: power > 0 ? power : null, overlapping };
}

/** Trestle's scanners write how far the tiles of each level overlap: `OverlapsXY= 64 64 32 32`. */
const TRESTLE = /\bOverlapsXY\s*=[\s0]*[1-9]/;

/** Throws where tiles overlap: laid side by side they would show tissue twice, at wrong places. */
export function checkOverlap(file: string, ventana: VentanaFacts | undefined, description: string): void {
  if (ventana?.overlapping || TRESTLE.test(description)) {
    throw new CentiscopeError("tiff-tiles-overlap", { file });
  }
}
