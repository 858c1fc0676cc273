import type { UpdateParameters } from "@deck.gl/core";
import { Buffer, type Device, type RenderPass, type Texture } from "@luma.gl/core";
import type { Model } from "@luma.gl/engine";
import { type Affine, applyAffine, applyAffineToBounds, invertAffine, lengthScale } from "../core/affine.ts";
import { type Bounds, bounds, framePoint, um } from "../core/space.ts";
import { type AnnotationMesh, LINE_BYTES, largeOnes, QUANTA_PER_UNIT } from "./annotation-mesh.ts";
import {
  annotationBoxModel,
  annotationFillModel,
  annotationLineModel,
  annotationMarkerModel,
  segmentTexture,
} from "./annotation-models.ts";
import { type DrawnFrame, SlideLayer } from "./slide-layer.ts";

export interface AnnotationLayerProps {
  /** Drawn in order, kind by kind: all fills, all outlines, boxes, markers. One that was there before keeps its buffers. */
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

/** Of a mesh; undefined: not drawn yet, null: there is nothing to draw. */
interface Buffers {
  fills?: Buffer | null;
  lines?: Texture | null;
  markers?: Buffer | null;
}

/** A mesh that is in view. */
interface Seen {
  readonly mesh: AnnotationMesh;
  readonly held: Buffers;
  /** How many of its annotations are drawn in full. */
  readonly full: number;
}

type State = {
  fill: Model;
  line: Model;
  box: Model;
  marker: Model;
  buffers: Map<AnnotationMesh, Buffers>;
  /** Boxes of all meshes. */
  boxes: { readonly buffer: Buffer; readonly count: number } | null;
};

/**
 * Regions, lines and points of a document: fills with holes, outlines of constant width on the screen, markers. What
 * is drawn in full follows the scale of the very frame that is drawn. A mesh is uploaded when it is first drawn, its
 * outlines when they are: from afar fifty thousand annotations are as many boxes, and of an area of very many corners
 * most parts are never seen.
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
      boxes: null,
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
    this.state.boxes?.buffer.destroy();
    this.state.boxes = props.boxUnderPx > 0 ? joinBoxes(this.context.device, props.meshes) : null;
  }

  override finalizeState(context: this["context"]): void {
    super.finalizeState(context);
    const { fill, line, box, marker, buffers, boxes } = this.state;
    boxes?.buffer.destroy();
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
      boxUnder: 0,
      opacity,
    };
    const seen: Seen[] = meshes.flatMap((mesh) => {
      const { pxPerUnit, view } = placed;
      if (!isSeen(mesh, view, (linePx + 20) / pxPerUnit) || !isOfScale(mesh, 1 / pxPerUnit)) return [];
      const full = largeOnes(mesh, boxUnderPx / pxPerUnit);
      return [{ mesh, held: this.held(mesh, full > 0), full }];
    });
    // Kind by kind: uniforms that change between two draws cost more than the draws.
    const { fill, line, box, marker, boxes } = this.state;
    if (fillOpacity > 0) {
      fill.shaderInputs.setProps({ annotation: { ...shared, opacity: fillOpacity * opacity } });
      for (const { mesh, held, full } of seen)
        draw(renderPass, fill, held.fills ?? null, "vertices", mesh.fillEnds[full - 1] ?? 0);
    }
    for (const edgePx of [RIM_PX, 0]) {
      line.shaderInputs.setProps({ annotation: { ...shared, edgePx } });
      for (const { mesh, held, full } of seen) {
        const segments = mesh.lineEnds[full - 1] ?? 0;
        if (!held.lines || segments === 0) continue;
        line.setBindings({ segments: held.lines });
        line.setVertexCount(6 * segments);
        line.draw(renderPass);
      }
    }
    if (boxes) {
      const boxUnder = (boxUnderPx / placed.pxPerUnit) * QUANTA_PER_UNIT;
      box.shaderInputs.setProps({ annotation: { ...shared, opacity: BOX_OPACITY * opacity, boxUnder } });
      draw(renderPass, box, boxes.buffer, "vertices", boxes.count);
    }
    marker.shaderInputs.setProps({ annotation: shared });
    for (const { mesh, held } of seen)
      draw(renderPass, marker, held.markers ?? null, "instances", mesh.markers.byteLength / LINE_BYTES);
  }

  /** What the graphics card has of a mesh; `outlines`: some are drawn in full, not as boxes. */
  private held(mesh: AnnotationMesh, outlines: boolean): Buffers {
    const { device } = this.context;
    const { buffers } = this.state;
    const held: Buffers = buffers.get(mesh) ?? {};
    buffers.set(mesh, held);
    if (held.markers === undefined) held.markers = vertexBuffer(device, mesh.markers);
    if (outlines && held.lines === undefined) {
      held.fills = vertexBuffer(device, mesh.fills);
      held.lines = mesh.lines.byteLength === 0 ? null : segmentTexture(device, mesh.lines);
    }
    return held;
  }
}

/** `of`: whether `count` is of vertices, or of instances of the model's own vertices. */
function draw(
  renderPass: RenderPass,
  model: Model,
  record: Buffer | null,
  of: "vertices" | "instances",
  count: number,
): void {
  if (!record || count === 0) return;
  model.setAttributes({ record });
  if (of === "vertices") model.setVertexCount(count);
  else model.setInstanceCount(count);
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

function isOfScale({ scales }: AnnotationMesh, unitsPerPx: number): boolean {
  return !scales || (unitsPerPx >= scales[0] && unitsPerPx < scales[1]);
}

function vertexBuffer(device: Device, bytes: ArrayBuffer): Buffer | null {
  if (bytes.byteLength === 0) return null;
  return device.createBuffer({ usage: Buffer.VERTEX, data: new Uint8Array(bytes) });
}

/** One draw for all: at a scale at which all are boxes, a draw for each mesh takes longer than the boxes do. */
function joinBoxes(device: Device, meshes: readonly AnnotationMesh[]): State["boxes"] {
  const count = meshes.reduce((sum, { boxes }) => sum + boxes.byteLength, 0) / LINE_BYTES;
  if (count === 0) return null;
  const data = new Uint8Array(count * LINE_BYTES);
  let at = 0;
  for (const { boxes } of meshes) {
    data.set(new Uint8Array(boxes), at);
    at += boxes.byteLength;
  }
  return { buffer: device.createBuffer({ usage: Buffer.VERTEX, data }), count };
}

function destroy({ fills, lines, markers }: Buffers): void {
  for (const held of [fills, lines, markers]) held?.destroy();
}
