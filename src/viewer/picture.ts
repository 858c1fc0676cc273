import type { Layer } from "@deck.gl/core";
import { type Affine, applyAffine, invertAffine, scaleTranslate } from "../core/affine.ts";
import type { Camera } from "../core/camera.ts";
import { CentiscopeError, type ErrorFacts } from "../core/errors.ts";
import type { ViewArea } from "../core/expression.ts";
import { type Bounds, type Point, screenPx } from "../core/space.ts";
import { CameraControl } from "./camera-control.ts";
import type { SizePx } from "./camera-math.ts";
import type { CameraListener, CursorListener } from "./centiscope.ts";
import {
  followPointer,
  noScroll,
  type PointerReport,
  positionIn,
  watchDevicePixels,
  wholePixels,
} from "./gestures.ts";
import { type LayerSlot, LayersOverlay } from "./layers-overlay.ts";
import { Minimap } from "./minimap.ts";
import { OsdView, type TileSourceLike } from "./osd-view.ts";
import { TileFailures } from "./picture-failures.ts";
import { Listeners } from "./picture-listeners.ts";
import { composePicture } from "./screenshot.ts";
import { type PointerTaker, ToolPointers } from "./tool-pointer.ts";

/** What one slide's picture is made of. */
export interface PictureContent {
  /** `null`: the layers are the picture; the camera works the same. */
  readonly image: { readonly tileSource: TileSourceLike; readonly info: { readonly name: string } } | null;
  readonly umToImagePx: Affine<"um", "imagePx">;
  /** The slide: image and expression together. `fit()` shows it; the camera's centre stays in it. */
  readonly boundsUm: Bounds<"um">;
  /** A picture of exactly `boundsUm` for the minimap of a slide without an image; null while there is none. */
  readonly overview: HTMLCanvasElement | null;
  /** Hears once that the minimap shows the whole image. */
  readonly onImageDrawn?: (canvas: HTMLCanvasElement) => void;
}

/**
 * OpenSeadragon and deck.gl as one picture. Positions are slide µm (`um`) or CSS px of the stage (`screenPx`).
 * Every `on…` returns its own removal. Before the first `show`, cameras are null and projections undefined.
 */
export class Picture {
  readonly #stage: HTMLElement;
  readonly #host: HTMLElement;
  readonly #osd: OsdView;
  readonly #control: CameraControl;
  readonly #overlay: LayersOverlay;
  readonly #minimap: Minimap;
  readonly #failures: TileFailures;
  readonly #tools: ToolPointers;
  readonly #stops: (() => void)[] = [];
  readonly #cameraListeners = new Listeners<Camera>();
  readonly #restListeners = new Listeners<void>();
  readonly #cursorListeners = new Listeners<Parameters<CursorListener>[0]>();
  readonly #pointerListeners = new Listeners<PointerReport>();
  readonly #errorListeners = new Listeners<ErrorFacts>();
  #content: PictureContent | null = null;
  #imageSize: SizePx = { width: 1, height: 1 };
  #pointerPx: readonly [number, number] | null = null;
  #destroyed = false;
  #ratio = devicePixelRatio;

  constructor(stage: HTMLElement, minimap: HTMLElement) {
    this.#stage = stage;
    this.#host = document.createElement("div");
    Object.assign(this.#host.style, { position: "absolute", left: "0", top: "0", overflow: "hidden" });
    if (getComputedStyle(stage).position === "static") stage.style.position = "relative";
    const osdHost = document.createElement("div");
    Object.assign(osdHost.style, { position: "absolute", inset: "0" });
    this.#host.append(osdHost);
    stage.prepend(this.#host);
    noScroll(this.#host);
    this.#fillStage();
    const resize = new ResizeObserver(() => this.#fillStage());
    resize.observe(stage);

    this.#failures = new TileFailures((facts) => this.#errorListeners.emit(facts));
    this.#tools = new ToolPointers(this.#host, (dxPx, dyPx) => this.#control.panBy(dxPx, dyPx, false));
    this.#osd = new OsdView(osdHost, {
      taken: () => this.#tools.taken,
      frame: () => this.#drawFrame(),
      rest: () => this.#rested(),
      moved: () => this.#control.moved(),
      resized: () => this.#control.resized(),
      click: (clientX, clientY) =>
        this.#pointerListeners.emit({ kind: "click", atPx: positionIn(this.#host, clientX, clientY) }),
      tileFailed: (detail) => this.#failures.add(this.#content?.image?.info.name ?? "", detail),
    });
    this.#control = new CameraControl(this.#osd);
    this.#overlay = new LayersOverlay(this.#host, {
      stale: () => this.#osd.redraw(),
      error: (facts) => this.#errorListeners.emit(facts),
    });
    this.#minimap = new Minimap(minimap, (at, dragging) =>
      this.setCamera({ centerUm: [at[0], at[1]] }, { animate: !dragging }),
    );
    this.#stops.push(
      () => resize.disconnect(),
      watchDevicePixels(() => this.#fillStage()),
      followPointer(
        this.#host,
        (atPx) => {
          this.#pointerPx = atPx;
          this.#tellCursor();
        },
        (event) => {
          if (this.#content) this.#pointerListeners.emit(event);
        },
      ),
    );
  }

  /**
   * Shows a slide, fitted and upright. Layers stay as they are. Rejects with a CentiscopeError when the image
   * cannot be opened, with an AbortError when another `show` or `clear` came first.
   */
  async show(content: PictureContent): Promise<void> {
    this.#forget();
    this.#overlay.revive();
    const { boundsUm, image } = content;
    const blank: SizePx = {
      width: Math.max(1, Math.ceil(boundsUm.maxX - boundsUm.minX)),
      height: Math.max(1, Math.ceil(boundsUm.maxY - boundsUm.minY)),
    };
    let size: SizePx;
    try {
      size = await this.#osd.show(image?.tileSource ?? null, blank);
    } catch (thrown) {
      if (thrown instanceof DOMException) throw thrown;
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      throw new CentiscopeError("image-unreachable", { file: image?.info.name ?? "", detail });
    }
    const umToImagePx = image
      ? content.umToImagePx
      : scaleTranslate<"um", "imagePx">(1, 1, -boundsUm.minX, -boundsUm.minY);
    this.#content = content;
    this.#imageSize = size;
    this.#minimap.show(
      image
        ? {
            kind: "image",
            tileSource: image.tileSource,
            widthPx: size.width,
            heightPx: size.height,
            umToImagePx,
            boundsUm,
            onDrawn: content.onImageDrawn ?? null,
          }
        : { kind: "canvas", canvas: content.overview, boundsUm },
    );
    this.#control.setFrame({ umToImagePx, boundsUm });
  }

  /**
   * The same image in a new frame: a table came with a transform, or made the slide larger. The picture does not
   * move, unless it still is the fit, which is made anew.
   */
  reframe(content: PictureContent): void {
    const { image, umToImagePx, boundsUm } = content;
    if (!image || image.tileSource !== this.#content?.image?.tileSource) return;
    this.#content = content;
    const { width: widthPx, height: heightPx } = this.#imageSize;
    this.#minimap.show({
      kind: "image",
      tileSource: image.tileSource,
      widthPx,
      heightPx,
      umToImagePx,
      boundsUm,
      onDrawn: content.onImageDrawn ?? null,
    });
    this.#control.reframe({ umToImagePx, boundsUm });
  }

  /** Shows nothing. */
  async clear(): Promise<void> {
    this.#forget();
    this.#osd.close();
    this.#minimap.show({ kind: "none" });
    this.#tellCursor();
  }

  /** Replaces the minimap's picture of a slide without an image. */
  setOverview(overview: HTMLCanvasElement): void {
    const content = this.#content;
    if (content && !content.image)
      this.#minimap.show({ kind: "canvas", canvas: overview, boundsUm: content.boundsUm });
  }

  setImage(image: { readonly visible: boolean; readonly opacity: number }): void {
    this.#osd.setOpacity(image.visible ? image.opacity : 0);
  }

  /**
   * Replaces deck.gl's layers of a slot; each must be new or the instance of before. Drawn bottom first, annotations
   * over expression.
   */
  setLayers(layers: readonly Layer[], slot: LayerSlot = "expression"): void {
    this.#overlay.setLayers(layers, slot);
  }

  /** Who is asked first about each press on the picture; `cursor` as in CSS. */
  setTaker(taker: PointerTaker | null, cursor = ""): void {
    this.#tools.setTaker(taker);
    this.setCursor(cursor);
  }

  setCursor(cursor: string): void {
    this.#host.style.cursor = cursor;
  }

  /** The live camera, in the middle of an animation too. */
  camera(): Camera | null {
    return this.#control.camera();
  }

  /** What is not given stays (as the running animation's target). Nothing is done before the first `show`. */
  setCamera(camera: Partial<Camera>, options: { readonly animate?: boolean } = {}): void {
    this.#control.setCamera(camera, options.animate ?? true);
  }

  fit(options: { readonly animate?: boolean } = {}): void {
    this.#control.fit(options.animate ?? true);
  }

  /** `factor` > 1 comes nearer, about the middle. */
  zoomBy(factor: number): void {
    this.#control.zoomBy(factor);
  }

  /** Moves the view, not the slide: positive `dxPx` shows what lies to the right. */
  panBy(dxPx: number, dyPx: number, options: { readonly animate?: boolean } = {}): void {
    this.#control.panBy(dxPx, dyPx, options.animate ?? true);
  }

  /** Clockwise on the screen. */
  rotateBy(degrees: number): void {
    this.#control.rotateBy(degrees);
  }

  /** Mirrors left to right, about the middle. */
  flip(): void {
    this.#control.flip();
  }

  onCamera(listener: CameraListener): () => void {
    return this.#cameraListeners.add(listener);
  }

  /** The camera came to rest. */
  onSettled(listener: () => void): () => void {
    return this.#restListeners.add(listener);
  }

  onCursor(listener: CursorListener): () => void {
    return this.#cursorListeners.add(listener);
  }

  onPointer(listener: (event: PointerReport) => void): () => void {
    return this.#pointerListeners.add(listener);
  }

  onError(listener: (facts: ErrorFacts) => void): () => void {
    return this.#errorListeners.add(listener);
  }

  sizePx(): SizePx {
    return this.#osd.size();
  }

  /** The axis-aligned box around the visible quadrilateral; empty before the first `show`. */
  viewBoundsUm(): Bounds<"um"> {
    return this.#control.viewBoundsUm();
  }

  /** What the view shows, its corners too when it is not a box of the slide; undefined before the first `show`. */
  viewArea(): ViewArea | undefined {
    return this.#control.viewArea();
  }

  project(at: Point<"um">): Point<"screenPx"> | undefined {
    const map = this.#control.umToScreen();
    return map && applyAffine(map, at);
  }

  unproject(at: Point<"screenPx">): Point<"um"> | undefined {
    const back = this.#control.screenToUm();
    return back && applyAffine(back, at);
  }

  /** Resolves once the camera rests, tiles are loaded (or failed) and the layers are drawn. */
  async settled(): Promise<void> {
    while (!this.#destroyed && !(this.#osd.settled && this.#overlay.settled))
      await new Promise((resolve) => requestAnimationFrame(resolve));
  }

  /** Draws the layers now. Their canvas can be read in the same task only. */
  redraw(): void {
    this.#overlay.redraw();
  }

  /** What the image alone looks like now; null where none is drawn. */
  get imageCanvas(): HTMLCanvasElement | null {
    return this.#content?.image ? this.#osd.canvas : null;
  }

  /** The picture as it stands, with its scale bar: PNG in device pixels. */
  screenshot(): Promise<Blob> {
    const camera = this.camera();
    const { width, height } = this.sizePx();
    this.redraw();
    const canvases = [this.#osd.canvas, this.#overlay.canvas].filter((canvas) => canvas !== null);
    const background = getComputedStyle(this.#stage).backgroundColor;
    return composePicture(canvases, width, height, camera?.umPerPx ?? 1, background);
  }

  destroy(): void {
    this.#destroyed = true;
    this.#forget();
    for (const stop of this.#stops) stop();
    this.#tools.destroy();
    this.#minimap.destroy();
    this.#overlay.destroy();
    this.#osd.destroy();
    this.#host.remove();
  }

  #forget(): void {
    this.#content = null;
    this.#control.setFrame(null);
    this.#failures.reset();
  }

  /** Whole CSS and device pixels, so that both canvases have the same size whatever the layout's fractions. */
  #fillStage(): void {
    this.#host.style.width = `${wholePixels(this.#stage.clientWidth, devicePixelRatio)}px`;
    this.#host.style.height = `${wholePixels(this.#stage.clientHeight, devicePixelRatio)}px`;
    if (this.#ratio === devicePixelRatio) return;
    this.#ratio = devicePixelRatio;
    // OpenSeadragon reads the ratio only on the window's resize, which a move to another screen may not raise.
    window.dispatchEvent(new Event("resize"));
  }

  /** In OpenSeadragon's own draw call: both canvases show this camera in this frame. */
  #drawFrame(): void {
    if (this.#ratio !== devicePixelRatio) this.#fillStage();
    const map = this.#control.umToScreen();
    const camera = this.camera();
    const back = map && invertAffine(map);
    if (!map || !camera || !back) return;
    this.#overlay.draw({ centerUm: camera.centerUm, linear: [map.a, map.b, map.c, map.d] });
    this.#minimap.setView(this.#control.cornersUm(back));
    this.#cameraListeners.emit(camera);
    if (this.#pointerPx) this.#tellCursor();
  }

  #rested(): void {
    if (this.#control.keepInReach()) this.#restListeners.emit();
  }

  #tellCursor(): void {
    const at = this.#pointerPx && this.unproject(screenPx(this.#pointerPx[0], this.#pointerPx[1]));
    const content = this.#content;
    if (!at || !content) {
      this.#cursorListeners.emit(null);
      return;
    }
    const inImage = content.image ? applyAffine(content.umToImagePx, at) : null;
    this.#cursorListeners.emit({
      xUm: at[0],
      yUm: at[1],
      xImagePx: inImage?.[0] ?? null,
      yImagePx: inImage?.[1] ?? null,
    });
  }
}

/** @param minimap an element that the minimap fills; the caller sizes and places it. */
export function createPicture(stage: HTMLElement, minimap: HTMLElement): Picture {
  return new Picture(stage, minimap);
}
