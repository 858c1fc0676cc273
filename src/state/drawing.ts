import { createStore } from "zustand/vanilla";
import type { Annotation, AnnotationClass, AnnotationGeometry, Position } from "../core/annotation.ts";

/** Every tool by name; `move` selects, moves and edits, and leaves the rest of a drag to the picture. */
export const toolNames = [
  "move",
  "rectangle",
  "ellipse",
  "polygon",
  "freehand",
  "brush",
  "wand",
  "polyline",
  "ruler",
  "arrow",
  "points",
  "note",
  "stamp",
  "split",
] as const;
export type ToolName = (typeof toolNames)[number];

/** What a tool wants seen while it works. */
export interface Draft {
  /** Drawn in the class to come; nobody's yet. */
  readonly shown: readonly AnnotationGeometry[];
  /** What a crash must leave of it: without the corner that is still at the pointer. */
  readonly kept: AnnotationGeometry | null;
  /** Annotations as they would be; drawn in place of those of these ids. */
  readonly changed: readonly Annotation[];
  /** Corners placed so far. */
  readonly corners: readonly Position[];
}

/** What the stamp puts down; sides in µm. */
export interface Stamp {
  readonly shape: "rectangle" | "ellipse";
  readonly widthUm: number;
  readonly heightUm: number;
}

/** How one draws: neither saved with the slide nor in the URL. */
export interface DrawingState {
  readonly tool: ToolName;
  /** The tool stays when a drawing is done; else the move tool comes back, as in QuPath. */
  readonly keepTool: boolean;
  readonly draft: Draft | null;
  /** Ids that the gesture under way draws itself. */
  readonly omitted: readonly string[];
  readonly hoverId: string | null;
  /** False while all annotations are out of the way (A). */
  readonly shown: boolean;
  /** Areas are filled (F). */
  readonly filled: boolean;
  readonly snapping: boolean;
  /** The class of what is drawn next. */
  readonly classification: AnnotationClass | null;
  /** Diameter of the brush on the screen, CSS px: fine where one looks closely. */
  readonly brushPx: number;
  readonly stamp: Stamp;
  /** A note that waits for its text. */
  readonly namingId: string | null;
  /** The keyboard's pointer, CSS px of the stage; null while it is not used. */
  readonly crosshairPx: Position | null;
}

export const MIN_BRUSH_PX = 4;
export const MAX_BRUSH_PX = 400;

export function createDrawingStore() {
  return createStore<DrawingState>()(() => ({
    tool: "move",
    keepTool: false,
    draft: null,
    omitted: [],
    hoverId: null,
    shown: true,
    filled: true,
    snapping: false,
    classification: null,
    brushPx: 40,
    // A high-power field of 0.5 mm in diameter has 0.196 mm²; a core of a tissue array 1 mm².
    stamp: { shape: "rectangle", widthUm: 1000, heightUm: 1000 },
    namingId: null,
    crosshairPx: null,
  }));
}

export type DrawingStore = ReturnType<typeof createDrawingStore>;
export const drawingStore = createDrawingStore();
