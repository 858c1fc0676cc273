import { type OrthographicViewState, View, Viewport } from "@deck.gl/core";
import { Matrix4 } from "@math.gl/core";

/** Linear part of µm → CSS px, y down: `x' = a·x + c·y`, `y' = b·x + d·y` (the order of CSS `matrix`). */
export type Linear = readonly [a: number, b: number, c: number, d: number];

/** What the camera gives to deck.gl: float64, exact under rotation, flip and anisotropic pixels. */
export type SlideViewState = OrthographicViewState & {
  /** Slide µm in the middle of the canvas. */
  readonly centerUm: readonly [x: number, y: number];
  readonly linear: Linear;
};

interface SlideViewportOptions extends Partial<Pick<SlideViewState, "centerUm" | "linear">> {
  readonly id?: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

/**
 * The slide seen through any invertible linear map. deck.gl's own `OrthographicView` knows neither rotation nor
 * flip (visgl/deck.gl#9981). Our layers read `centerUm` and `linear`; stock layers with coordinates in slide µm
 * work through the matrices.
 */
export class SlideViewport extends Viewport {
  static override displayName = "SlideViewport";
  readonly centerUm: readonly [x: number, y: number];
  readonly linear: Linear;

  constructor(options: SlideViewportOptions) {
    const { width = 1, height = 1, centerUm = [0, 0], linear = [1, 0, 0, 1] } = options;
    const [a, b, c, d] = linear;
    super({
      id: options.id ?? "slide",
      x: options.x ?? 0,
      y: options.y ?? 0,
      width,
      height,
      zoom: Math.log2(Math.sqrt(Math.abs(a * d - b * c))),
      position: [centerUm[0], centerUm[1], 0],
      viewMatrix: new Matrix4([a, -b, 0, 0, c, -d, 0, 0, 0, 0, 1, 0, 0, 0, -1, 1]),
      projectionMatrix: new Matrix4().ortho({
        left: -width / 2,
        right: width / 2,
        bottom: -height / 2,
        top: height / 2,
        near: 0.1,
        far: 1000,
      }),
    });
    this.centerUm = centerUm;
    this.linear = linear;
  }

  /** Screen offset from the middle of the canvas, CSS px y down, of a slide position; float64. */
  offsetPx(xUm: number, yUm: number): [x: number, y: number] {
    const dx = xUm - this.centerUm[0];
    const dy = yUm - this.centerUm[1];
    const [a, b, c, d] = this.linear;
    return [a * dx + c * dy, b * dx + d * dy];
  }

  /** µm per CSS px: the inverse of `linear`. */
  inverseLinear(): Linear {
    const [a, b, c, d] = this.linear;
    const det = a * d - b * c;
    return [d / det, -b / det, -c / det, a / det];
  }
}

/** The one view. It has no controller: OpenSeadragon takes the gestures. */
export class SlideView extends View<SlideViewState> {
  override getViewportType(): typeof SlideViewport {
    return SlideViewport;
  }

  protected override get ControllerType(): never {
    throw new Error("SlideView has no controller.");
  }
}
