import {
  type Affine,
  applyAffine,
  applyAffineToBounds,
  composeAffine,
  invertAffine,
} from "../core/affine.ts";
import type { Camera } from "../core/camera.ts";
import type { ViewArea } from "../core/expression.ts";
import { type Bounds, bounds, type Point, screenPx } from "../core/space.ts";
import {
  cameraFromImage,
  fitImage,
  type ImageCamera,
  imageFromCamera,
  maxScale,
  minScale,
  normalDegrees,
  umToScreen,
} from "./camera-math.ts";
import type { OsdView } from "./osd-view.ts";

/** The slide as OpenSeadragon sees it: in its image's pixels, or in 1 µm pixels of a blank one. */
export interface SlideFrame {
  readonly umToImagePx: Affine<"um", "imagePx">;
  /** `fit` shows this box; the camera's centre stays in it. */
  readonly boundsUm: Bounds<"um">;
}

/** OpenSeadragon's camera in slide µm. Before a frame is given, cameras are null and moves do nothing. */
export class CameraControl {
  readonly #osd: OsdView;
  #frame: SlideFrame | null = null;
  /** True until the camera is moved after a fit: the fit then follows the stage's size. */
  #fitted = false;

  constructor(osd: OsdView) {
    this.#osd = osd;
  }

  /** Shows a new slide, fitted and upright; `null` = none. */
  setFrame(frame: SlideFrame | null): void {
    this.#frame = frame;
    if (!frame) return;
    this.#limitScale();
    this.#osd.setCamera({ ...this.#osd.camera(), rotationDeg: 0, flipped: false }, false);
    this.fit(false);
  }

  /** The same image in a new frame. The picture does not move, unless it still is the fit, which is made anew. */
  reframe(frame: SlideFrame): void {
    this.#frame = frame;
    this.resized();
    this.#osd.redraw();
  }

  /** The live camera, in the middle of an animation too. */
  camera(): Camera | null {
    return this.#frame && cameraFromImage(this.#osd.camera(), this.#frame.umToImagePx);
  }

  umToScreen(): Affine<"um", "screenPx"> | undefined {
    return this.#frame
      ? umToScreen(this.#osd.camera(), this.#frame.umToImagePx, this.#osd.size())
      : undefined;
  }

  screenToUm(): Affine<"screenPx", "um"> | undefined {
    const map = this.umToScreen();
    return map && invertAffine(map);
  }

  /** The axis-aligned box around the visible quadrilateral; empty without a slide. */
  viewBoundsUm(): Bounds<"um"> {
    const back = this.screenToUm();
    const { width, height } = this.#osd.size();
    return back ? applyAffineToBounds(back, bounds(0, 0, width, height)) : bounds(0, 0, 0, 0);
  }

  /** The corners of the view, clockwise from the top left of the screen. */
  cornersUm(back: Affine<"screenPx", "um">): Point<"um">[] {
    const { width, height } = this.#osd.size();
    return [screenPx(0, 0), screenPx(width, 0), screenPx(width, height), screenPx(0, height)].map((corner) =>
      applyAffine(back, corner),
    );
  }

  /** What the view shows, its corners too when it is not a box of the slide. */
  viewArea(): ViewArea | undefined {
    const back = this.screenToUm();
    if (!back) return undefined;
    const upright = (back.b === 0 && back.c === 0) || (back.a === 0 && back.d === 0);
    return { boundsUm: this.viewBoundsUm(), cornersUm: upright ? null : this.cornersUm(back) };
  }

  /** What is not given stays as the running animation's target. */
  setCamera(camera: Partial<Camera>, animate: boolean): void {
    if (!this.#frame) return;
    this.#fitted = false;
    const target = cameraFromImage(this.#osd.camera(true), this.#frame.umToImagePx);
    this.#moveTo(imageFromCamera({ ...target, ...camera }, this.#frame.umToImagePx), animate);
  }

  fit(animate: boolean): void {
    const view = this.#fitView();
    if (!view) return;
    this.#moveTo(view, animate);
    this.#fitted = true;
  }

  zoomBy(factor: number): void {
    this.#change((view) => ({ ...view, scale: view.scale * factor }));
  }

  panBy(dxPx: number, dyPx: number, animate = true): void {
    const frame = this.#frame;
    if (!frame) return;
    const { width, height } = this.#osd.size();
    this.#change((view) => {
      const back = invertAffine(umToScreen(view, frame.umToImagePx, { width, height }));
      if (!back) return view;
      const at = screenPx(width / 2 + dxPx, height / 2 + dyPx);
      const [x, y] = applyAffine(composeAffine(frame.umToImagePx, back), at);
      return { ...view, centerPx: [x, y] };
    }, animate);
  }

  rotateBy(degrees: number): void {
    this.#change((view) => ({ ...view, rotationDeg: normalDegrees(view.rotationDeg + degrees) }));
  }

  flip(): void {
    this.#change((view) => ({ ...view, flipped: !view.flipped }));
  }

  /** A gesture moved the camera. */
  moved(): void {
    this.#fitted = false;
  }

  /** The stage has a new size. */
  resized(): void {
    this.#limitScale();
    if (this.#fitted) this.fit(false);
    else this.#keepScale();
  }

  /** A slide flung out of sight comes back: the centre stays in its bounds. True when nothing is to be done. */
  keepInReach(): boolean {
    const camera = this.camera();
    if (!camera || !this.#frame) return false;
    const { minX, minY, maxX, maxY } = this.#frame.boundsUm;
    const [x, y] = camera.centerUm;
    const kept = [Math.min(maxX, Math.max(minX, x)), Math.min(maxY, Math.max(minY, y))] as const;
    const slack = 0.5 * camera.umPerPx;
    if (Math.abs(kept[0] - x) <= slack && Math.abs(kept[1] - y) <= slack) return true;
    this.setCamera({ centerUm: kept }, true);
    return false;
  }

  #change(next: (view: ImageCamera) => ImageCamera, animate = true): void {
    if (!this.#frame) return;
    this.#fitted = false;
    this.#moveTo(next(this.#osd.camera(true)), animate);
  }

  #moveTo(view: ImageCamera, animate: boolean): void {
    const { min, max } = this.#scaleLimits();
    this.#osd.setCamera({ ...view, scale: Math.min(max, Math.max(min, view.scale)) }, animate);
  }

  #fitView(): ImageCamera | undefined {
    if (!this.#frame) return undefined;
    const { boundsUm, umToImagePx } = this.#frame;
    const { rotationDeg, flipped } = this.#osd.camera(true);
    return fitImage(boundsUm, umToImagePx, this.#osd.size(), rotationDeg, flipped);
  }

  #scaleLimits(): { readonly min: number; readonly max: number } {
    const fit = this.#fitView();
    if (!fit || !this.#frame) return { min: 0, max: Number.POSITIVE_INFINITY };
    const { boundsUm, umToImagePx } = this.#frame;
    return {
      min: minScale(boundsUm, umToImagePx, this.#osd.size()),
      max: Math.max(fit.scale, maxScale(umToImagePx)),
    };
  }

  /** What a stage or frame before allowed: else the next move, or a link, would jump. */
  #keepScale(): void {
    const { min, max } = this.#scaleLimits();
    const view = this.#osd.camera(true);
    if (view.scale < min || view.scale > max) this.#moveTo(view, false);
  }

  #limitScale(): void {
    const { min, max } = this.#scaleLimits();
    if (this.#frame) this.#osd.setScaleLimits(min, max);
  }
}
