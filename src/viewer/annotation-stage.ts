import { type Affine, applyAffine, applyAffineToBounds, invertAffine, lengthScale } from "../core/affine.ts";
import type { Position } from "../core/annotation.ts";
import type { Box, Region } from "../core/region.ts";
import { framePoint, screenPx, um } from "../core/space.ts";
import type { Picture } from "./picture.ts";
import { Listeners } from "./picture-listeners.ts";
import type { PointerTaker } from "./tool-pointer.ts";
import { binWand, imageWand, type ShownBins } from "./wand-view.ts";

/** Where the document's frame lies on a slide. */
export interface FramePlace {
  readonly umToFrame: Affine<"um", "frame">;
  /** False: "µm" are units of unknown size. */
  readonly scaleKnown: boolean;
}

/**
 * The stage as tools see it: the document's frame on the screen, and the pointer before the picture takes it. Lives as
 * long as the application; while no slide is shown positions are null.
 */
export class AnnotationStage {
  #picture: Picture | null = null;
  #place: FramePlace | null = null;
  #taker: PointerTaker | null = null;
  #cursor = "";
  #bins: () => ShownBins | null = () => null;
  #imageShown: () => boolean = () => true;
  readonly #places = new Listeners<void>();
  readonly #moves = new Listeners<void>();
  readonly #clicks = new Listeners<Position>();

  /** @returns to be called before the picture goes */
  attach(picture: Picture): () => void {
    this.#picture = picture;
    picture.setTaker(this.#taker, this.#cursor);
    const stops = [
      picture.onCamera(() => this.#moves.emit()),
      picture.onSettled(() => this.#moves.emit()),
      picture.onPointer(({ kind, atPx }) => {
        if (kind === "click") this.#clicks.emit(atPx);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#picture = null;
    };
  }

  /** What the wand looks at: the image where it is shown, else the bins on screen. */
  setSeen(imageShown: () => boolean, bins: () => ShownBins | null): void {
    this.#imageShown = imageShown;
    this.#bins = bins;
  }

  /**
   * What the wand would take at a place (CSS px of the stage), by its tolerance in 255ths: of the image where one is
   * shown, else of the bins.
   */
  wand(atPx: readonly [number, number]): ((tolerance: number) => Region) | null {
    const [picture, place] = [this.#picture, this.#place];
    const at = picture?.unproject(screenPx(atPx[0], atPx[1]));
    if (!picture || !place || !at) return null;
    const canvas = this.#imageShown() ? picture.imageCanvas : null;
    const [zero, right, below] = [this.toFrame([0, 0]), this.toFrame([1, 0]), this.toFrame([0, 1])];
    if (canvas && zero && right && below) {
      const pxToFrame = {
        a: right[0] - zero[0],
        b: right[1] - zero[1],
        c: below[0] - zero[0],
        d: below[1] - zero[1],
        e: zero[0],
        f: zero[1],
      };
      return imageWand(canvas, picture.sizePx(), atPx, pxToFrame);
    }
    const bins = this.#bins();
    return bins && binWand(bins, at, place.umToFrame);
  }

  setPlace(place: FramePlace | null): void {
    this.#place = place;
    this.#places.emit();
    this.#moves.emit();
  }

  get place(): FramePlace | null {
    return this.#place;
  }

  setTaker(taker: PointerTaker | null): void {
    this.#taker = taker;
    this.#picture?.setTaker(taker, this.#cursor);
  }

  setCursor(cursor: string): void {
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    this.#picture?.setCursor(cursor);
  }

  /** CSS px of the stage → frame. */
  toFrame(atPx: readonly [number, number]): Position | null {
    const at = this.#picture?.unproject(screenPx(atPx[0], atPx[1]));
    if (!at || !this.#place) return null;
    const [x, y] = applyAffine(this.#place.umToFrame, at);
    return [x, y];
  }

  /** Frame → slide µm. */
  toUm(at: Position): readonly [x: number, y: number] | null {
    const back = this.#place && invertAffine(this.#place.umToFrame);
    return (back && applyAffine(back, framePoint(at[0], at[1]))) ?? null;
  }

  /** Frame → CSS px of the stage. */
  toPx(at: Position): Position | null {
    const inUm = this.toUm(at);
    const found = inUm && this.#picture?.project(um(inUm[0], inUm[1]));
    return found ? [found[0], found[1]] : null;
  }

  /** Units of the frame per CSS px. */
  unitsPerPx(): number | null {
    const camera = this.#picture?.camera();
    return camera && this.#place ? camera.umPerPx * lengthScale(this.#place.umToFrame) : null;
  }

  /** Units of the frame per µm; null when nobody knows how large a unit is. */
  unitsPerUm(): number | null {
    return this.#place?.scaleKnown ? lengthScale(this.#place.umToFrame) : null;
  }

  /** The box of the frame around what is in view. */
  viewBox(): Box | null {
    if (!this.#picture?.camera() || !this.#place) return null;
    const { minX, minY, maxX, maxY } = applyAffineToBounds(
      this.#place.umToFrame,
      this.#picture.viewBoundsUm(),
    );
    return { x0: minX, y0: minY, x1: maxX, y1: maxY };
  }

  sizePx(): { readonly width: number; readonly height: number } {
    return this.#picture?.sizePx() ?? { width: 0, height: 0 };
  }

  /** Shows what lies `dxPx` to the right, `dyPx` below. */
  panBy(dxPx: number, dyPx: number): void {
    this.#picture?.panBy(dxPx, dyPx, { animate: false });
  }

  /** Another slide is shown, or it has another transform. */
  onPlace(listener: () => void): () => void {
    return this.#places.add(listener);
  }

  /** The frame has moved on the screen. */
  onMove(listener: () => void): () => void {
    return this.#moves.add(listener);
  }

  /** A press and release without a drag that no tool took. */
  onClick(listener: (atPx: Position) => void): () => void {
    return this.#clicks.add(listener);
  }
}
