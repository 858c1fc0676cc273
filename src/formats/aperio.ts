/** What an Aperio ImageDescription says. */
export interface AperioFacts {
  readonly umPerPx: number | null;
  readonly magnification: number | null;
}

/** True when a description is written by Aperio software. */
export const isAperio = (description: string): boolean => /^Aperio /.test(description);

/** `|MPP = 0.4990|AppMag = 20|…` (Aperio, "Digital slides and third-party data interchange"). */
export function parseAperio(description: string): AperioFacts {
  const value = (key: string): number | null => {
    const match = new RegExp(`\\|\\s*${key}\\s*=\\s*([0-9.]+)`).exec(description);
    const number = match ? Number(match[1]) : Number.NaN;
    return Number.isFinite(number) && number > 0 ? number : null;
  };
  return { umPerPx: value("MPP"), magnification: value("AppMag") };
}

/**
 * True when a directory's description says that it is a label, an overview or a thumbnail. Those may show the
 * patient's name, so their pixels are never decoded.
 */
export function isAncillaryDescription(description: string): boolean {
  const head = description.slice(0, 300);
  if (isAperio(description)) return /^(label|macro)\b/im.test(head);
  // Ventana's "Label_Image" and "Probability_Image".
  return /^\W*(label|macro|overview|thumbnail|probability_image)(?![a-z])/i.test(head);
}
