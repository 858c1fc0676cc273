/** Where the viewer looks. Saved in the URL; the live one never passes through React. */
export interface Camera {
  /** Slide µm at the middle of the viewer. */
  readonly centerUm: readonly [x: number, y: number];
  /** Slide micrometres per CSS pixel. */
  readonly umPerPx: number;
  /** Clockwise rotation of the picture on the screen, degrees in [0, 360). */
  readonly rotationDeg: number;
  /** Mirrored left to right on the screen (after rotation). */
  readonly flipped: boolean;
}

/**
 * Objective magnification that a camera corresponds to: a 40× scan has 0.25 µm a pixel by convention
 * (10 µm / magnification), so m = 10 / umPerPx. Screens differ; it is the scanner's, not the eyepiece's.
 */
export function magnificationOf(umPerPx: number): number {
  return 10 / umPerPx;
}

/** Inverse of `magnificationOf`: µm per CSS pixel at an objective magnification. */
export function umPerPxAt(magnification: number): number {
  return 10 / magnification;
}
