import "@annotorious/openseadragon/annotorious-openseadragon.css";
import { createOSDAnnotator } from "@annotorious/openseadragon";
import OpenSeadragon from "openseadragon";
import { cellOutlines, PICTURE } from "./regions-data.ts";

/** Annotorious over a plain picture of the same size, ready to be asked. */
export async function mountPeer(seed: number, count: number) {
  const element = document.createElement("div");
  Object.assign(element.style, { width: "736px", height: "720px" });
  document.body.append(element);
  const canvas = Object.assign(document.createElement("canvas"), PICTURE);
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.fillStyle = "#e8d8e4";
    pen.fillRect(0, 0, PICTURE.width, PICTURE.height);
  }
  const viewer = OpenSeadragon({
    element,
    tileSources: { type: "image", url: canvas.toDataURL("image/png") },
    showNavigationControl: false,
    gestureSettingsMouse: { clickToZoom: false },
  });
  await new Promise((resolve) => viewer.addOnceHandler("open", resolve));
  const annotator = createOSDAnnotator(viewer, { drawingEnabled: false });
  const annotations = cellOutlines(seed, count).map((ring, i) => {
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    const bounds = {
      minX: Math.min(...xs),
      minY: Math.min(...ys),
      maxX: Math.max(...xs),
      maxY: Math.max(...ys),
    };
    const id = String(i);
    return {
      id,
      bodies: [],
      target: { annotation: id, selector: { type: "POLYGON", geometry: { bounds, points: ring } } },
    };
  });
  return {
    bring: () => annotator.setAnnotations(annotations as never),
    count: () => annotator.getAnnotations().length,
    /** CSS px to an image pixel. */
    look: (scale: number | null) => {
      if (scale === null) viewer.viewport.goHome(true);
      else {
        viewer.viewport.zoomTo(viewer.viewport.imageToViewportZoom(scale), undefined, true);
        viewer.viewport.panTo(viewer.viewport.imageToViewportCoordinates(1110, 1480), true);
      }
    },
    pan: (dxPx: number) => {
      viewer.viewport.panBy(viewer.viewport.deltaPointsFromPixels(new OpenSeadragon.Point(dxPx, 0)), true);
    },
    draw: () => {
      // With the polygon before selected, nothing is drawn.
      annotator.cancelSelected();
      annotator.setDrawingEnabled(true);
      annotator.setDrawingTool("polygon");
    },
  };
}
