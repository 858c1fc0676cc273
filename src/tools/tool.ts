import type { Annotation, AnnotationGeometry, Position } from "../core/annotation.ts";
import type { Grip } from "../core/annotation-grips.ts";
import type { Region } from "../core/region.ts";
import type { Draft, ToolName } from "../state/drawing.ts";

/** Where something happened. The keyboard's crosshair is a pointer like any other. */
export interface ToolPointer {
  /** In the document's frame, snapped where that is on. */
  readonly at: Position;
  /** CSS px of the stage. */
  readonly atPx: readonly [x: number, y: number];
  readonly device: "mouse" | "pen" | "touch" | "keyboard";
  readonly shift: boolean;
  readonly alt: boolean;
  /** Ctrl, or Cmd. */
  readonly mod: boolean;
}

export type ToolEvent =
  /** `clicks`: 2 for the second press of a double click. */
  | (ToolPointer & { readonly kind: "press"; readonly clicks: number })
  | (ToolPointer & { readonly kind: "move"; readonly pressed: boolean })
  | (ToolPointer & { readonly kind: "release" })
  /** A press and release without a drag that the tool did not take. */
  | (ToolPointer & { readonly kind: "click" })
  /** Enter, where no crosshair is shown. */
  | { readonly kind: "finish" }
  /** Backspace, or undo in the middle of a drawing: the last corner goes. */
  | { readonly kind: "back" }
  /** A second finger came to zoom, or the browser took the pointer: the press that is held was none. */
  | { readonly kind: "interrupt" }
  /** Escape, another tool. */
  | { readonly kind: "cancel" };

/** What a tool knows of the world at an event. */
export interface ToolContext {
  /** Units of the frame per CSS px, and per µm (null: the scale is not known). */
  readonly unitsPerPx: number;
  readonly unitsPerUm: number | null;
  readonly selected: readonly Annotation[];
  /** The topmost annotation whose area, line or point lies at a place; `edgeOnly`: whose outline does. */
  pick(at: Position, edgeOnly: boolean): Annotation | null;
  /** The grip of a selected annotation nearest to a place, within reach of the device. */
  grip(pointer: ToolPointer): Grip | null;
  /** Ids of all annotations whose box lies wholly in the box between two places. */
  within(a: Position, b: Position): readonly string[];
  /** Side, in units of the frame, of what the stamp puts down. */
  readonly stamp: {
    readonly shape: "rectangle" | "ellipse";
    readonly width: number;
    readonly height: number;
  };
  /** Units of the frame. */
  readonly brushRadius: number;
  /**
   * What hangs together with a place (CSS px of the stage) and looks like it, in the frame, by how many of 255 levels
   * it may differ: of what is seen now. Null where there is nothing to see.
   */
  wand(atPx: readonly [x: number, y: number]): ((tolerance: number) => Region) | null;
}

/** What a gesture asks for. Whoever runs the tool turns it into one step of the history. */
export type ToolPlan =
  | { readonly kind: "create"; readonly geometry: AnnotationGeometry }
  | {
      readonly kind: "change";
      readonly label: "edit" | "move" | "brush";
      readonly after: readonly Annotation[];
    }
  /** `toggle`: those that are selected already are let go. */
  | {
      readonly kind: "select";
      readonly ids: readonly string[];
      readonly mode: "only" | "add" | "toggle";
    }
  /** Nothing is left of them. */
  | { readonly kind: "remove"; readonly ids: readonly string[] }
  /** The selected areas are cut along a chain. */
  | { readonly kind: "split"; readonly line: readonly Position[] };

export interface ToolStep<State> {
  readonly state: State;
  readonly plan: ToolPlan | null;
}

/**
 * A tool: a pure state machine. `State` is its own affair; `idle` is the state between gestures. The viewer is
 * handed in with each event.
 */
export interface Tool<State> {
  readonly name: ToolName;
  readonly idle: State;
  /** True when this press is the tool's; else the picture pans with it. */
  takes(state: State, press: ToolPointer, context: ToolContext): boolean;
  /** Something is under way that Escape would end. */
  busy(state: State): boolean;
  step(state: State, event: ToolEvent, context: ToolContext): ToolStep<State>;
  draft(state: State, context: ToolContext): Draft | null;
}

/** CSS px: a release nearer to its press than this was a click. */
export const CLICK_PX = 4;
/** CSS px within which a first corner, a grip or an edge is meant: fingers are wider than cursors. */
export function reachPx(device: ToolPointer["device"]): number {
  return device === "touch" ? 18 : 8;
}

export function distancePx(a: readonly [number, number], b: readonly [number, number]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
