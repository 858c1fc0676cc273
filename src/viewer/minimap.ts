import OpenSeadragon from "openseadragon";
import {
  type Affine,
  applyAffine,
  applyAffineToBounds,
  composeAffine,
  invertAffine,
  scaleTranslate,
} from "../core/affine.ts";
import { type Bounds, bounds, boundsUnion, type Point, screenPx, um } from "../core/space.ts";
import { clipPolygon } from "./clip-polygon.ts";
import { positionIn } from "./gestures.ts";
import { minimapOptions } from "./osd-options.ts";
import type { TileSourceLike } from "./osd-view.ts";

/**
 * What the minimap shows: an image that tiles can be loaded of, in its place in the slide's `boundsUm`, or a painted
 * overview of them, or nothing.
 */
export type MinimapPicture =
  | {
      readonly kind: "image";
      readonly tileSource: TileSourceLike;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly umToImagePx: Affine<"um", "imagePx">;
      readonly boundsUm: Bounds<"um">;
      /** Hears once that the whole image is drawn, in the minimap's pixels; the canvas is drawn on again later. */
      readonly onDrawn: ((canvas: HTMLCanvasElement) => void) | null;
    }
  | { readonly kind: "canvas"; readonly canvas: HTMLCanvasElement | null; readonly boundsUm: Bounds<"um"> }
  | { readonly kind: "none" };

const SVG = "http://www.w3.org/2000/svg";
const FRAME_PX = 2;
/** Seen on black, on a bright slide and on every colour map alike. */
const FRAME_COLOR = "#e5484d";

/**
 * The whole slide, upright, with the view as a quadrilateral that turns. A press or drag moves the camera there;
 * keyboards have the main picture's own keys.
 */
export class Minimap {
  readonly #element: HTMLElement;
  readonly #navigate: (at: Point<"um">, dragging: boolean) => void;
  readonly #frame: SVGSVGElement;
  readonly #quad: SVGPolygonElement;
  readonly #host: HTMLElement;
  readonly #resize: ResizeObserver;
  #viewer: OpenSeadragon.Viewer | null = null;
  #picture: MinimapPicture = { kind: "none" };
  #corners: readonly Point<"um">[] = [];

  constructor(element: HTMLElement, navigate: (at: Point<"um">, dragging: boolean) => void) {
    this.#element = element;
    this.#navigate = navigate;
    this.#host = document.createElement("div");
    Object.assign(this.#host.style, { position: "absolute", pointerEvents: "none" });
    this.#frame = document.createElementNS(SVG, "svg");
    Object.assign(this.#frame.style, {
      position: "absolute",
      inset: "0",
      width: "100%",
      height: "100%",
      pointerEvents: "none",
    });
    this.#frame.setAttribute("aria-hidden", "true");
    this.#quad = document.createElementNS(SVG, "polygon");
    this.#quad.setAttribute("class", "minimap-view");
    this.#quad.setAttribute("fill", "none");
    this.#quad.setAttribute("stroke", FRAME_COLOR);
    this.#quad.setAttribute("stroke-width", String(FRAME_PX));
    this.#quad.setAttribute("stroke-linejoin", "round");
    this.#frame.append(this.#quad);
    if (getComputedStyle(element).position === "static") element.style.position = "relative";
    element.style.touchAction = "none";
    element.append(this.#host, this.#frame);
    element.addEventListener("pointerdown", this.#press);
    element.addEventListener("pointermove", this.#drag);
    this.#resize = new ResizeObserver(() => {
      this.#placePicture();
      this.#viewer?.viewport?.goHome(true);
      this.#drawQuad();
    });
    this.#resize.observe(element);
  }

  show(picture: MinimapPicture): void {
    this.#picture = picture;
    this.#viewer?.destroy();
    this.#viewer = null;
    this.#host.replaceChildren();
    this.#placePicture();
    if (picture.kind === "image") {
      const viewer = OpenSeadragon(minimapOptions(this.#host));
      this.#viewer = viewer;
      viewer.open({ tileSource: picture.tileSource });
      if (picture.onDrawn) whenDrawn(viewer, picture.onDrawn);
    } else if (picture.kind === "canvas" && picture.canvas) {
      Object.assign(picture.canvas.style, {
        width: "100%",
        height: "100%",
        objectFit: "contain",
        display: "block",
      });
      this.#host.append(picture.canvas);
    }
    this.#drawQuad();
  }

  /** Corners of the view, clockwise from the top left of the screen. */
  setView(corners: readonly Point<"um">[]): void {
    this.#corners = corners;
    this.#drawQuad();
  }

  destroy(): void {
    this.#resize.disconnect();
    this.#viewer?.destroy();
    this.#element.removeEventListener("pointerdown", this.#press);
    this.#element.removeEventListener("pointermove", this.#drag);
    this.#host.remove();
    this.#frame.remove();
  }

  /** The image's own box; all of the minimap for an overview, which fits itself in. */
  #placePicture(): void {
    const picture = this.#picture;
    const map = this.#map();
    let box = { left: "0", top: "0", width: "100%", height: "100%" };
    const toUm = picture.kind === "image" ? invertAffine(picture.umToImagePx) : undefined;
    if (picture.kind === "image" && map && toUm) {
      const { minX, minY, maxX, maxY } = applyAffineToBounds(
        composeAffine(map, toUm),
        bounds<"imagePx">(0, 0, picture.widthPx, picture.heightPx),
      );
      box = { left: `${minX}px`, top: `${minY}px`, width: `${maxX - minX}px`, height: `${maxY - minY}px` };
    }
    Object.assign(this.#host.style, box);
  }

  /** µm → CSS px of the minimap: all of the slide, centred, undistorted. */
  #map(): Affine<"um", "screenPx"> | undefined {
    const picture = this.#picture;
    const width = this.#element.clientWidth;
    const height = this.#element.clientHeight;
    if (picture.kind === "none" || width === 0 || height === 0) return undefined;
    if (picture.kind === "image") {
      const { widthPx, heightPx, umToImagePx, boundsUm } = picture;
      const image = bounds<"imagePx">(0, 0, widthPx, heightPx);
      const slide = boundsUnion(image, applyAffineToBounds(umToImagePx, boundsUm));
      return composeAffine(fitted(slide, width, height), umToImagePx);
    }
    return fitted(picture.boundsUm, width, height);
  }

  #drawQuad(): void {
    const map = this.#map();
    const { clientWidth, clientHeight } = this.#element;
    const corners = map ? this.#corners.map((corner) => applyAffine(map, corner)) : [];
    const seen = clipPolygon(corners, clientWidth, clientHeight, FRAME_PX / 2);
    this.#quad.style.display = seen.length > 0 ? "" : "none";
    const points = seen.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`);
    this.#quad.setAttribute("points", points.join(" "));
  }

  #go(event: PointerEvent, dragging: boolean): void {
    const map = this.#map();
    const back = map && invertAffine(map);
    if (!back) return;
    const [x, y] = positionIn(this.#element, event.clientX, event.clientY);
    const at = applyAffine(back, screenPx(x, y));
    this.#navigate(um(at[0], at[1]), dragging);
  }

  readonly #press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#element.setPointerCapture(event.pointerId);
    this.#go(event, false);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (event.buttons === 1 && this.#element.hasPointerCapture(event.pointerId)) this.#go(event, true);
  };
}

function whenDrawn(viewer: OpenSeadragon.Viewer, listener: (canvas: HTMLCanvasElement) => void): void {
  const onUpdate = () => {
    if (!viewer.world.getItemAt(0)?.getFullyLoaded()) return;
    viewer.removeHandler("update-viewport", onUpdate);
    listener(viewer.drawer.canvas as HTMLCanvasElement);
  };
  viewer.addHandler("update-viewport", onUpdate);
}

/** All of a box, centred, in `width` × `height` CSS px. */
function fitted<S extends "um" | "imagePx">(
  { minX, minY, maxX, maxY }: Bounds<S>,
  width: number,
  height: number,
): Affine<S, "screenPx"> {
  const scale = Math.min(width / (maxX - minX || 1), height / (maxY - minY || 1));
  return scaleTranslate<S, "screenPx">(
    scale,
    scale,
    width / 2 - ((minX + maxX) / 2) * scale,
    height / 2 - ((minY + maxY) / 2) * scale,
  );
}
