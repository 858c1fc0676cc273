import type { Layer } from "@deck.gl/core";
import { outlineInWorker } from "../../workers/outline-client.ts";
import type { Affine } from "../core/affine.ts";
import type { Annotation, AnnotationClass, Rgb } from "../core/annotation.ts";
import { annotationColor, UNCLASSIFIED } from "../core/annotation-color.ts";
import { gripsOf } from "../core/annotation-grips.ts";
import type { Box } from "../core/region.ts";
import { AnnotationLayer } from "../layers/annotation-layer.ts";
import {
  type AnnotationMesh,
  annotationMesh,
  type DrawnAnnotation,
  type DrawnMarker,
} from "../layers/annotation-mesh.ts";
import type { DocumentState, DocumentStore } from "../state/document.ts";
import type { DrawingState, DrawingStore } from "../state/drawing.ts";
import type { History } from "../state/history.ts";
import { AnnotationChunks } from "./annotation-chunks.ts";
import { hasManyCorners, OutlineDetails } from "./outline-details.ts";
import { pause } from "./pauses.ts";

/** CSS px. */
const LINE_PX = 2;
const ACTIVE_PX = 4;
const BOX_UNDER_PX = 4;
const FILL_OPACITY = 0.2;
/** More than these are not drawn on top one by one, but marked where they rest. */
const ACTIVE_OF = 200;
const NONE: ReadonlySet<string> = new Set();
/** While many are being made, what is made is drawn so often: a frame may cost more than the making. */
const SHOWN_EVERY_MS = 300;
/** Of more selected annotations only the outlines are drawn, no handles. */
const HANDLES_OF = 4;

export interface AnnotationStageView {
  /** The part of the frame in view and its scale; null while nothing is shown. */
  readonly view: () => { readonly box: Box; readonly unitsPerPx: number } | null;
  readonly setLayers: (layers: readonly Layer[]) => void;
}

/**
 * Keeps the picture's annotation layers on what the document and the drawing say: one layer of all that rests, one of
 * what is selected, under the pointer or in a hand. What rests is remade when the document changes for good; a gesture
 * under way touches only the second.
 */
export class AnnotationView {
  readonly #stage: AnnotationStageView;
  readonly #document: DocumentStore;
  readonly #history: History;
  readonly #drawing: DrawingStore;
  readonly #stops: (() => void)[];
  readonly #details: OutlineDetails;
  readonly #chunks: AnnotationChunks;
  #frameToUm: Affine<"frame", "um"> | null = null;
  #queued = false;
  #filling = false;

  constructor(stage: AnnotationStageView, document: DocumentStore, history: History, drawing: DrawingStore) {
    this.#stage = stage;
    this.#document = document;
    this.#history = history;
    this.#drawing = drawing;
    this.#details = new OutlineDetails(outlineInWorker, (geometry) => {
      this.#chunks.detailed(geometry);
      this.refresh();
    });
    this.#chunks = new AnnotationChunks(this.#details);
    this.#stops = [document.subscribe(() => this.refresh()), drawing.subscribe(() => this.refresh())];
  }

  destroy(): void {
    for (const stop of this.#stops) stop();
  }

  /** Where the frame lies on the slide; null = no slide is shown. */
  setFrame(frameToUm: Affine<"frame", "um"> | null): void {
    this.#frameToUm = frameToUm;
    this.refresh();
  }

  /** Draws anew at the end of this task; the camera's coming to rest needs it for the handles. */
  refresh(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#draw();
    });
  }

  #draw(): void {
    const frameToUm = this.#frameToUm;
    const drawing = this.#drawing.getState();
    // Without anything to draw or to draw with, no program need be linked.
    const idle = this.#history.base.annotations.size === 0 && drawing.tool === "move" && !drawing.draft;
    if (!frameToUm || !drawing.shown || idle) {
      this.#stage.setLayers([]);
      return;
    }
    const { selected } = this.#document.getState();
    const marked = selected.size > ACTIVE_OF ? selected : NONE;
    const fillOpacity = drawing.filled ? FILL_OPACITY : 0;
    this.#stage.setLayers([
      new AnnotationLayer({
        id: "annotations",
        meshes: this.#chunks.update({ document: this.#history.base, omitted: drawing.omitted, marked }),
        frameToUm,
        fillOpacity,
        linePx: LINE_PX,
        boxUnderPx: BOX_UNDER_PX,
      }),
      new AnnotationLayer({
        id: "annotations-active",
        meshes: this.#active(drawing, this.#document.getState()),
        frameToUm,
        fillOpacity,
        linePx: ACTIVE_PX,
        boxUnderPx: 0,
      }),
    ]);
    void this.#fill();
  }

  /** Makes what the chunks could not make at once, one part a task, and shows it every so often and at the end. */
  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    let shown = performance.now();
    while (this.#chunks.pending) {
      await pause();
      this.#chunks.advance();
      if (performance.now() - shown < SHOWN_EVERY_MS && this.#chunks.pending) continue;
      shown = performance.now();
      this.refresh();
    }
    this.#filling = false;
  }

  #active(drawing: DrawingState, { document, selected }: DocumentState): AnnotationMesh[] {
    const { draft, omitted, hoverId, tool } = drawing;
    const { annotations, classes } = this.#history.base;
    const look = (annotation: Annotation): DrawnAnnotation => ({
      geometry: annotation.geometry,
      color: annotationColor(annotation, document.classes),
    });
    const gone = new Set(omitted);
    const few = selected.size > ACTIVE_OF ? NONE : selected;
    const still = [...new Set([...few, ...(hoverId === null ? [] : [hoverId])])].flatMap((id) => {
      const found = gone.has(id) ? undefined : annotations.get(id);
      return found && !found.hidden ? [found] : [];
    });
    const changed = draft?.changed ?? [];
    const next = colorOfNext(drawing.classification, classes);
    const many = (annotation: Annotation): boolean => hasManyCorners(annotation.geometry);
    const large = [
      ...still.filter(many).flatMap((annotation) => this.#details.meshes(look(annotation))),
      ...changed.filter(many).flatMap((annotation) => this.#details.meshes(look(annotation), true)),
    ];
    const drawn = [...still, ...changed].filter((annotation) => !many(annotation)).map(look);
    for (const geometry of draft?.shown ?? []) drawn.push({ geometry, color: next });
    const handles: DrawnMarker[] = (draft?.corners ?? []).map((at) => ({ at, kind: "handle", color: next }));
    const view = this.#stage.view();
    const held = [...still, ...changed].filter(({ id }) => selected.has(id));
    if (view && tool === "move" && held.length <= HANDLES_OF) {
      for (const annotation of held) {
        const color = annotationColor(annotation, classes);
        for (const grip of gripsOf(annotation, view.box, view.unitsPerPx))
          handles.push({ at: grip.at, kind: grip.kind === "middle" ? "midpoint" : "handle", color });
      }
    }
    return [...large, annotationMesh(drawn, handles)];
  }
}

/** The colour of what is drawn next. */
function colorOfNext(
  classification: AnnotationClass | null,
  classes: DocumentState["document"]["classes"],
): Rgb {
  return classification ? annotationColor({ color: null, classification }, classes) : UNCLASSIFIED;
}
