import { scaleBar } from "./scale-bar.ts";

/** Widest scale bar of a saved picture, CSS px. */
const BAR_PX = 160;

/**
 * Draws canvases over each other on the background, with a scale bar at the bottom left, in device pixels.
 *
 * @param canvases bottom first; each fills the picture
 * @param widthPx CSS px, as is `heightPx`
 */
export function composePicture(
  canvases: readonly HTMLCanvasElement[],
  widthPx: number,
  heightPx: number,
  umPerPx: number,
  background: string,
): Promise<Blob> {
  const ratio = devicePixelRatio;
  const out = document.createElement("canvas");
  out.width = Math.round(widthPx * ratio);
  out.height = Math.round(heightPx * ratio);
  const context = out.getContext("2d");
  if (!context) throw new Error("The browser gave no 2D canvas.");
  context.fillStyle = background;
  context.fillRect(0, 0, out.width, out.height);
  for (const canvas of canvases) {
    if (canvas.width > 0 && canvas.height > 0) context.drawImage(canvas, 0, 0, out.width, out.height);
  }
  context.scale(ratio, ratio);
  drawScaleBar(context, umPerPx, heightPx);
  return new Promise((resolve, reject) => {
    out.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be encoded."))),
      "image/png",
    );
  });
}

function drawScaleBar(context: CanvasRenderingContext2D, umPerPx: number, heightPx: number): void {
  const bar = scaleBar(umPerPx, BAR_PX);
  const left = 24;
  const bottom = heightPx - 24;
  context.fillStyle = "rgba(0, 0, 0, 0.6)";
  context.beginPath();
  context.roundRect(left - 10, bottom - 30, Math.max(bar.widthPx, 48) + 20, 40, 6);
  context.fill();
  context.fillStyle = "#fff";
  context.fillRect(left, bottom - 2, bar.widthPx, 4);
  context.font = "600 13px system-ui, sans-serif";
  context.textBaseline = "bottom";
  context.fillText(`${bar.value} ${bar.unit}`, left, bottom - 6);
}
