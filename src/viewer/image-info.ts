import type { ImageInfo, ImageLevel } from "../io/image-source.ts";

/** Info of an 8-bit colour image whose tiles need no contrast. */
export function colourInfo(facts: {
  readonly name: string;
  readonly format: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly umPerPx: readonly [x: number, y: number] | null;
  readonly levels: readonly ImageLevel[];
}): ImageInfo {
  const range = [0, 255] as const;
  const channel = (name: string, color: string) => ({ name, color, dataRange: range, limits: range });
  return {
    ...facts,
    magnification: null,
    kind: "rgb",
    channels: [channel("Red", "#ff0000"), channel("Green", "#00ff00"), channel("Blue", "#0000ff")],
    warnings: [],
  };
}
