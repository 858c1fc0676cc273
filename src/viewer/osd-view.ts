import OpenSeadragon from "openseadragon";
import "./image-drawer-fix.ts";
import type { ImageCamera, SizePx } from "./camera-math.ts";
import { blankSource, viewerOptions } from "./osd-options.ts";

/** What OpenSeadragon can open: a source of ours, its own options, or the address of a DZI or IIIF description. */
export type TileSourceLike = OpenSeadragon.TileSource | OpenSeadragon.TileSourceOptions | string;

export interface OsdEvents {
  /** Right after OpenSeadragon drew, in the same task. */
  readonly frame: () => void;
  /** The camera came to rest. */
  readonly rest: () => void;
  /** True while the press that is held is not the picture's: nothing moves by it. */
  readonly taken: () => boolean;
  /** The user moved the camera. */
  readonly moved: () => void;
  /** The viewer's size changed; the new one holds. */
  readonly resized: () => void;
  /** A press and release without a drag. */
  readonly click: (clientX: number, clientY: number) => void;
  /** A tile could not be loaded after all tries; the coarser one stays. */
  readonly tileFailed: (detail: string) => void;
}

/**
 * OpenSeadragon's viewport in image pixels and CSS px. All values are the *current* ones (the getters without
 * `true` give the targets of running animations) unless `target` is said.
 */
export class OsdView {
  readonly #viewer: OpenSeadragon.Viewer;
  #widthPx = 1;
  #opacity = 1;
  #blank = true;
  #opening: ((reason: unknown) => void) | null = null;
  #resting = true;
  #drawn = "";

  constructor(element: HTMLElement, events: OsdEvents) {
    const viewer = OpenSeadragon(viewerOptions(element));
    this.#viewer = viewer;
    viewer.addHandler("update-viewport", () => {
      if (!this.open) return;
      events.frame();
      if (this.#moving()) {
        this.#resting = false;
        // A flip is drawn once and animates nothing: without a frame after it the camera never comes to rest. Asked
        // for when OpenSeadragon is done with this frame, which takes back what is asked for within it.
        queueMicrotask(() => {
          if (this.open) viewer.forceRedraw();
        });
      } else if (!this.#resting) {
        this.#resting = true;
        events.rest();
      }
    });
    viewer.addHandler("resize", () => {
      // Raised before the viewport takes the new size.
      queueMicrotask(() => {
        if (this.open) events.resized();
      });
    });
    viewer.addHandler("canvas-drag", (event) => {
      event.preventDefaultAction = events.taken();
      if (!event.preventDefaultAction) events.moved();
    });
    viewer.addHandler("canvas-drag-end", (event) => {
      // Else the picture flies on.
      event.preventDefaultAction = events.taken();
    });
    viewer.addHandler("canvas-scroll", events.moved);
    viewer.addHandler("canvas-pinch", events.moved);
    viewer.addHandler("canvas-double-click", (event) => {
      event.preventDefaultAction = events.taken();
      if (!event.preventDefaultAction) events.moved();
    });
    viewer.addHandler("canvas-click", (event) => {
      if (events.taken()) return;
      const original = event.originalEvent;
      if (event.quick && original instanceof MouseEvent) events.click(original.clientX, original.clientY);
    });
    viewer.addHandler("tile-load-failed", (event) => {
      if (event.maxReached) events.tileFailed(String(event.message ?? ""));
    });
  }

  /** True while something is shown. */
  get open(): boolean {
    return this.#opening === null && this.#viewer.world.getItemCount() > 0;
  }

  get canvas(): HTMLCanvasElement | null {
    const { canvas } = this.#viewer.drawer;
    return canvas instanceof HTMLCanvasElement ? canvas : null;
  }

  /** True when the camera rests and every tile that the view needs is there or has failed. */
  get settled(): boolean {
    const item = this.#viewer.world.getItemAt(0);
    if (!this.#resting || this.#opening !== null) return false;
    // Of an image out of the view no tiles are asked for, and it is never said that none are needed.
    return !item || this.#hidden || item.getFullyLoaded() || !item.getDrawArea();
  }

  size(): SizePx {
    const size = this.#viewer.viewport.getContainerSize();
    return { width: size.x, height: size.y };
  }

  /** Opens an image; `null` opens a blank one of the given size. Rejects with an AbortError when another call supersedes it. */
  show(source: TileSourceLike | null, blankSize: SizePx): Promise<SizePx> {
    this.#opening?.(new DOMException("superseded", "AbortError"));
    this.#blank = source === null;
    const viewer = this.#viewer;
    return new Promise<SizePx>((resolve, reject) => {
      const finish = () => {
        viewer.removeHandler("open", opened);
        viewer.removeHandler("open-failed", failed);
        this.#opening = null;
      };
      const opened = () => {
        finish();
        const { x, y } = viewer.world.getItemAt(0).getContentSize();
        this.#widthPx = x;
        resolve({ width: x, height: y });
      };
      const failed = (event: { message?: string }) => {
        finish();
        reject(new Error(event.message ?? "open-failed"));
      };
      this.#opening = (reason) => {
        finish();
        reject(reason);
      };
      viewer.addHandler("open", opened);
      viewer.addHandler("open-failed", failed);
      viewer.open({
        tileSource: source ?? blankSource(blankSize.width, blankSize.height),
        opacity: this.#hidden ? 0 : this.#opacity,
      });
    });
  }

  close(): void {
    this.#opening?.(new DOMException("superseded", "AbortError"));
    this.#viewer.close();
    this.#resting = true;
  }

  setOpacity(opacity: number): void {
    this.#opacity = opacity;
    if (this.open) this.#viewer.world.getItemAt(0).setOpacity(this.#hidden ? 0 : opacity);
  }

  camera(target = false): ImageCamera {
    const { viewport } = this.#viewer;
    const center = viewport.getCenter(!target);
    return {
      centerPx: [center.x * this.#widthPx, center.y * this.#widthPx],
      scale: (viewport.getZoom(!target) * this.size().width) / this.#widthPx,
      rotationDeg: viewport.getRotation(!target),
      flipped: viewport.getFlip(),
    };
  }

  setCamera(camera: ImageCamera, animate: boolean): void {
    const { viewport } = this.#viewer;
    const [x, y] = camera.centerPx;
    viewport.zoomTo((camera.scale * this.#widthPx) / this.size().width, undefined, !animate);
    // OpenSeadragon.Point, not the constructor of what getCenter() returned: that one is Object.
    viewport.panTo(new OpenSeadragon.Point(x / this.#widthPx, y / this.#widthPx), !animate);
    viewport.rotateTo(camera.rotationDeg, undefined, !animate);
    viewport.setFlip(camera.flipped);
    this.#resting = false;
    this.#viewer.forceRedraw();
  }

  /** Bounds of the scale, CSS px per image px, that gestures keep. */
  setScaleLimits(min: number, max: number): void {
    const perScale = this.#widthPx / this.size().width;
    Object.assign(this.#viewer.viewport, { minZoomLevel: min * perScale, maxZoomLevel: max * perScale });
  }

  redraw(): void {
    this.#viewer.forceRedraw();
  }

  destroy(): void {
    this.#opening?.(new DOMException("closed", "AbortError"));
    this.#viewer.destroy();
  }

  /**
   * True while camera or size differ from the last drawn frame's, or the camera from its target: a stage that grows by
   * itself shows more under the same camera. Not by the `animation-finish`
   * event: setting a camera and setting it back within one frame raises none.
   */
  #moving(): boolean {
    const size = this.size();
    const now = JSON.stringify([this.camera(), size]);
    const moving = now !== this.#drawn || now !== JSON.stringify([this.camera(true), size]);
    this.#drawn = now;
    return moving;
  }

  get #hidden(): boolean {
    return this.#blank || this.#opacity === 0;
  }
}
