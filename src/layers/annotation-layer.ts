import type { UpdateParameters } from "@deck.gl/core";
import { Buffer, type Device, type RenderPass } from "@luma.gl/core";
import type { Model } from "@luma.gl/engine";
import { type Affine, applyAffine, applyAffineToBounds, invertAffine, lengthScale } from "../core/affine.ts";
import { type Bounds, bounds, framePoint, um } from "../core/space.ts";
import { type AnnotationMesh, largeOnes, QUANTA_PER_UNIT } from "./annotation-mesh.ts";
import {
  annotationBoxModel,
  annotationFillModel,
  annotationLineModel,
  annotationMarkerModel,
} from "./annotation-models.ts";
import { type DrawnFrame, SlideLayer } from "./slide-layer.ts";

export interface AnnotationLayerProps {
  /** Drawn in order. One that was there before keeps its buffers. */
  readonly meshes: readonly AnnotationMesh[];
  /** The document's frame → slide µm. */
  readonly frameToUm: Affine<"frame", "um">;
  /** 0 = outlines only. */
  readonly fillOpacity: number;
  /** Width of outlines, CSS px, without the rim. */
  readonly linePx: number;
  /** Annotations smaller than this on the screen, CSS px, are drawn as their box. 0 = none are. */
  readonly boxUnderPx: number;
}

/** Width of the contrasting rim on each side, CSS px. */
const RIM_PX = 1;
const BOX_OPACITY = 0.9;

interface Buffers {
  readonly fills: Buffer | null;
  readonly lines: Buffer | null;
  readonly boxes: Buffer | null;
  readonly markers: Buffer | null;
}

type State = {
  fill: Model;
  line: Model;
  box: Model;
  marker: Model;
  buffers: Map<AnnotationMesh, Buffers>;
};

/**
 * Regions, lines and points of a document: fills with holes, outlines of constant width on the screen, markers. What
 * is drawn in full follows the scale of the very frame that is drawn, so nothing is uploaded while the camera moves.
 */
export class AnnotationLayer extends SlideLayer<AnnotationLayerProps> {
  static override layerName = "AnnotationLayer";
  declare state: State;

  override initializeState(): void {
    const { device } = this.context;
    this.state = {
      fill: annotationFillModel(device, `${this.id}-fill`),
      line: annotationLineModel(device, `${this.id}-line`),
      box: annotationBoxModel(device, `${this.id}-box`),
      marker: annotationMarkerModel(device, `${this.id}-marker`),
      buffers: new Map(),
    };
  }

  override updateState({ props, oldProps }: UpdateParameters<AnnotationLayer>): void {
    if (props.meshes === oldProps.meshes) return;
    const { buffers } = this.state;
    const wanted = new Set(props.meshes);
    for (const [mesh, held] of buffers) {
      if (wanted.has(mesh)) continue;
      destroy(held);
      buffers.delete(mesh);
    }
    for (const mesh of wanted) if (!buffers.has(mesh)) buffers.set(mesh, upload(this.context.device, mesh));
  }

  override finalizeState(context: this["context"]): void {
    super.finalizeState(context);
    const { fill, line, box, marker, buffers } = this.state;
    for (const model of [fill, line, box, marker]) model.destroy();
    for (const held of buffers.values()) destroy(held);
  }

  protected override drawFrame(renderPass: RenderPass, frame: DrawnFrame): void {
    const { meshes, frameToUm, fillOpacity, linePx, boxUnderPx } = this.props;
    const placed = placeFrame(frameToUm, frame);
    if (!placed) return;
    const opacity = Number(this.props.opacity ?? 1);
    const shared = {
      ...placed.uniforms,
      clipPerPx: frame.clipPerPx,
      halfViewPx: [frame.viewport.width / 2, frame.viewport.height / 2] as [number, number],
      pxRatio: frame.ratio,
      corePx: linePx / 2,
      edgePx: 0,
      opacity,
    };
    const { fill, line, box, marker, buffers } = this.state;
    for (const mesh of meshes) {
      const held = buffers.get(mesh);
      if (!held || !isSeen(mesh, placed.view, (linePx + 20) / placed.pxPerUnit)) continue;
      const full = largeOnes(mesh, boxUnderPx / placed.pxPerUnit);
      const segments = mesh.lineEnds[full - 1] ?? 0;
      if (fillOpacity > 0) {
        const uniforms = { ...shared, opacity: fillOpacity * opacity };
        draw(renderPass, fill, held.fills, "vertices", mesh.fillEnds[full - 1] ?? 0, uniforms);
      }
      draw(renderPass, line, held.lines, "instances", segments, { ...shared, edgePx: RIM_PX });
      draw(renderPass, line, held.lines, "instances", segments, shared);
      draw(renderPass, box, held.boxes, "instances", mesh.sizes.length - full, {
        ...shared,
        opacity: BOX_OPACITY * opacity,
      });
      draw(renderPass, marker, held.markers, "instances", mesh.markers.byteLength / 20, shared);
    }
  }
}

type Uniforms = Readonly<Record<string, unknown>>;

/** `of`: whether `count` is of vertices, or of instances of the model's own vertices. */
function draw(
  renderPass: RenderPass,
  model: Model,
  record: Buffer | null,
  of: "vertices" | "instances",
  count: number,
  annotation: Uniforms,
): void {
  if (!record || count === 0) return;
  model.setAttributes({ record });
  if (of === "vertices") model.setVertexCount(count);
  else model.setInstanceCount(count);
  model.shaderInputs.setProps({ annotation });
  model.draw(renderPass);
}

/** Where the frame's middle lies, in whole quanta, and the part of the frame that the view shows. */
function placeFrame(frameToUm: Affine<"frame", "um">, { viewport }: DrawnFrame) {
  const back = invertAffine(frameToUm);
  if (!back) return undefined;
  const [a, b, c, d] = viewport.linear;
  const { a: fa, b: fb, c: fc, d: fd } = frameToUm;
  const center = applyAffine(back, um(viewport.centerUm[0], viewport.centerUm[1]));
  const reference = center.map((value) => Math.round(value * QUANTA_PER_UNIT)) as [number, number];
  const at = applyAffine(
    frameToUm,
    framePoint(reference[0] / QUANTA_PER_UNIT, reference[1] / QUANTA_PER_UNIT),
  );
  const linear = [a * fa + c * fb, b * fa + d * fb, a * fc + c * fd, b * fc + d * fd] as const;
  const [ia, ib, ic, id] = viewport.inverseLinear();
  const [hw, hh] = [viewport.width / 2, viewport.height / 2];
  const reachX = Math.abs(ia) * hw + Math.abs(ic) * hh;
  const reachY = Math.abs(ib) * hw + Math.abs(id) * hh;
  const [x, y] = viewport.centerUm;
  return {
    uniforms: {
      pxPerQuantum: linear.map((value) => value / QUANTA_PER_UNIT) as [number, number, number, number],
      originPx: viewport.offsetPx(at[0], at[1]),
      reference,
    },
    pxPerUnit: viewport.scale * lengthScale(frameToUm),
    view: applyAffineToBounds(back, bounds<"um">(x - reachX, y - reachY, x + reachX, y + reachY)),
  };
}

function isSeen(
  { bounds: [x0, y0, x1, y1] }: AnnotationMesh,
  view: Bounds<"frame">,
  margin: number,
): boolean {
  return (
    x0 <= view.maxX + margin &&
    x1 >= view.minX - margin &&
    y0 <= view.maxY + margin &&
    y1 >= view.minY - margin
  );
}

function upload(device: Device, mesh: AnnotationMesh): Buffers {
  const make = (bytes: ArrayBuffer) =>
    bytes.byteLength === 0
      ? null
      : device.createBuffer({ usage: Buffer.VERTEX, data: new Uint8Array(bytes) });
  return {
    fills: make(mesh.fills),
    lines: make(mesh.lines),
    boxes: make(mesh.boxes),
    markers: make(mesh.markers),
  };
}

function destroy({ fills, lines, boxes, markers }: Buffers): void {
  for (const buffer of [fills, lines, boxes, markers]) buffer?.destroy();
}
