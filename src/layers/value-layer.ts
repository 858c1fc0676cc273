import type { UpdateParameters } from "@deck.gl/core";
import type { Device, Texture } from "@luma.gl/core";
import type { Model } from "@luma.gl/engine";
import type { BinRaster } from "../core/expression.ts";
import { SlideLayer } from "./slide-layer.ts";
import { createColormap, type ValueColorProps } from "./value-color.ts";

export interface ValueLayerProps extends ValueColorProps {
  /** A new object is uploaded. */
  readonly raster: BinRaster;
}

/**
 * What layers of bins share: one model, one colour map, and the raster on the GPU as `Uploaded`, each freed with the
 * layer. What lives longer than one update stands in `state`, for deck.gl makes a new layer object each time.
 */
export abstract class ValueLayer<Props extends ValueLayerProps, Uploaded> extends SlideLayer<Props> {
  static override layerName = "ValueLayer";
  declare state: { model: Model; colormap: Texture; uploaded: Uploaded | undefined };

  protected abstract createModel(device: Device): Model;
  protected abstract upload(raster: BinRaster): Uploaded;
  protected abstract free(uploaded: Uploaded): void;

  override initializeState(): void {
    const { device } = this.context;
    const model = this.createModel(device);
    const colormap = createColormap(device, this.props.colormap);
    model.shaderInputs.setProps({ valueColor: { colormap } });
    this.state = { model, colormap, uploaded: undefined };
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    const { state } = this;
    if (oldProps.colormap && props.colormap !== oldProps.colormap) state.colormap.writeData(props.colormap);
    if (props.raster === oldProps.raster) return;
    if (state.uploaded !== undefined) this.free(state.uploaded);
    state.uploaded = this.upload(props.raster);
  }

  override finalizeState(context: this["context"]): void {
    super.finalizeState(context);
    const { model, colormap, uploaded } = this.state;
    model.destroy();
    colormap.destroy();
    if (uploaded !== undefined) this.free(uploaded);
  }
}
