import { Layer, type LayerProps } from "@deck.gl/core";
import type { RenderPass } from "@luma.gl/core";
import type { Model } from "@luma.gl/engine";
import { SlideViewport } from "./slide-viewport.ts";

/** The frame that is being drawn. */
export interface DrawnFrame {
  readonly viewport: SlideViewport;
  /** Device px per CSS px. */
  readonly ratio: number;
  /** CSS px (y down, from the middle) → clip space. */
  readonly clipPerPx: [x: number, y: number];
  /** Height of the drawing buffer, device px. */
  readonly bufferHeight: number;
}

/**
 * What our layers share: they read the camera when they draw (a `redraw` in OpenSeadragon's frame does not update
 * layers), compute in float64 on the CPU, and use none of deck.gl's shader modules, attributes or picking.
 */
export abstract class SlideLayer<Props extends object> extends Layer<Props & LayerProps> {
  static override layerName = "SlideLayer";

  /** None that deck.gl should touch: it would set uniforms of its own modules, which our shaders do not have. */
  override getModels(): Model[] {
    return [];
  }

  override draw({ renderPass }: { renderPass: RenderPass }): void {
    const { viewport, device } = this.context;
    if (!(viewport instanceof SlideViewport)) return;
    const canvas = device.getDefaultCanvasContext();
    const ratio = canvas.cssToDeviceRatio();
    const [, bufferHeight] = canvas.getDrawingBufferSize();
    this.drawFrame(renderPass, {
      viewport,
      ratio,
      clipPerPx: [2 / viewport.width, -2 / viewport.height],
      bufferHeight,
    });
  }

  protected abstract drawFrame(renderPass: RenderPass, frame: DrawnFrame): void;
}

/** Blending for flat layers: painter's order, straight alpha in, premultiplied canvas out. */
export const flatParameters = {
  depthCompare: "always",
  depthWriteEnabled: false,
  blend: true,
  blendColorOperation: "add",
  blendColorSrcFactor: "src-alpha",
  blendColorDstFactor: "one-minus-src-alpha",
  blendAlphaOperation: "add",
  blendAlphaSrcFactor: "one",
  blendAlphaDstFactor: "one-minus-src-alpha",
} as const;
