import { parseAperio } from "./aperio.ts";
import { unitUm } from "./ome-xml.ts";
import { parsePerkinElmer } from "./perkin-elmer.ts";
import { isPhilips, philipsUmPerPx } from "./philips.ts";
import type { TiffDirectory } from "./tiff-directory.ts";
import { TAG } from "./tiff-fields.ts";
import type { TiffReader } from "./tiff-ifd.ts";

/**
 * Resolution tags count as a scale only between 0.01 and 10 µm per pixel. Printers and screens write 72, 96,
 * 300 … 2400 dpi there (353 … 10.6 µm per pixel), which say nothing about tissue.
 */
const PLAUSIBLE_UM: readonly [number, number] = [0.01, 10];

export interface TiffScale {
  readonly umPerPx: readonly [x: number, y: number] | null;
  readonly magnification: number | null;
}

/** ImageJ's description as key=value lines; undefined when ImageJ did not write it. */
export function parseImageJ(description: string): ReadonlyMap<string, string> | undefined {
  if (!/^ImageJ=/.test(description)) return undefined;
  const pairs = description.split("\n").map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, Math.max(0, at)).trim(), line.slice(at + 1).trim()];
  });
  return new Map(pairs);
}

/** Scale of a TIFF that is not OME: Aperio, ImageJ, else the resolution tags if plausible. */
export async function readScale(
  reader: TiffReader,
  main: TiffDirectory,
  description: string,
  signal?: AbortSignal,
): Promise<TiffScale> {
  const aperio = parseAperio(description);
  if (aperio.umPerPx !== null) {
    return { umPerPx: [aperio.umPerPx, aperio.umPerPx], magnification: aperio.magnification };
  }
  const philips = isPhilips(description) ? philipsUmPerPx(description) : null;
  if (philips) return { umPerPx: philips, magnification: null };
  const number = async (tag: number): Promise<number> => {
    const field = main.ifd.fields.get(tag);
    return field ? ((await reader.numbersAt(field, 0, 1, signal))[0] ?? 0) : 0;
  };
  const x = await number(TAG.XResolution);
  const y = await number(TAG.YResolution);
  const imageJ = parseImageJ(description);
  const ijUnit = imageJ?.get("unit")?.replace(/\\u00B5/i, "µ");
  const unit = ijUnit === undefined ? resolutionUnitUm(await number(TAG.ResolutionUnit)) : unitUm(ijUnit);
  return {
    umPerPx: unit === null ? null : plausible(unit / x, unit / y),
    magnification: aperio.magnification ?? parsePerkinElmer(description)?.magnification ?? null,
  };
}

/** ResolutionUnit 2 = inch, 3 = centimetre; 1 = none, and an absent unit is no scale either. */
function resolutionUnitUm(code: number): number | null {
  return code === 2 ? 25400 : code === 3 ? 10000 : null;
}

function plausible(x: number, y: number): readonly [number, number] | null {
  const ok = (v: number) => v >= PLAUSIBLE_UM[0] && v <= PLAUSIBLE_UM[1];
  return ok(x) && ok(y) ? [x, y] : null;
}
