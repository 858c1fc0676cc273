import type { Annotation, AnnotationGeometry, Position } from "../../core/annotation.ts";
import {
  insertCorner,
  moveCorner,
  moveGeometry,
  pullBox,
  removeCorner,
} from "../../core/annotation-corners.ts";
import type { Grip } from "../../core/annotation-grips.ts";
import { rectangle } from "../../core/annotation-shapes.ts";
import {
  CLICK_PX,
  distancePx,
  type Tool,
  type ToolContext,
  type ToolPointer,
  type ToolStep,
} from "../tool.ts";

/** Selecting, and changing what is selected. */
export type EditState =
  | { readonly kind: "idle" }
  | (Gesture & { readonly kind: "grip"; readonly grip: Grip; readonly before: Annotation })
  | (Gesture & { readonly kind: "move"; readonly before: readonly Annotation[] })
  | (Gesture & { readonly kind: "marquee" });

interface Gesture {
  readonly from: Position;
  readonly fromPx: readonly [number, number];
  readonly to: Position;
  /** It has moved further than a click may. */
  readonly moved: boolean;
  /** Carried by the keyboard: the next press puts it down. */
  readonly carried: boolean;
}

const idle: EditState = { kind: "idle" };
const nothing: ToolStep<EditState> = { state: idle, plan: null };

/** What a pulled grip makes of the annotation; null when it would be nothing. */
function pulled(grip: Grip, geometry: AnnotationGeometry, to: Position): AnnotationGeometry | null {
  if (grip.kind === "box") return pullBox(geometry, grip.index, to);
  if (grip.kind === "middle") return insertCorner(geometry, grip.part, grip.index, to);
  return moveCorner(geometry, grip.part, grip.index, to);
}

/** The annotations as the gesture leaves them. */
function changed(state: EditState): readonly Annotation[] {
  if (state.kind === "grip") {
    const geometry = pulled(state.grip, state.before.geometry, state.to);
    return geometry ? [{ ...state.before, geometry }] : [];
  }
  if (state.kind !== "move") return [];
  const [dx, dy] = [state.to[0] - state.from[0], state.to[1] - state.from[1]];
  return state.before.map((one) => ({ ...one, geometry: moveGeometry(one.geometry, dx, dy) }));
}

function begin(press: ToolPointer, context: ToolContext): ToolStep<EditState> {
  const gesture = { from: press.at, fromPx: press.atPx, to: press.at, moved: false, carried: false };
  const grip = context.grip(press);
  const before = grip && context.selected.find(({ id }) => id === grip.id);
  if (grip && before) {
    if (!press.alt) return { state: { kind: "grip", ...gesture, grip, before }, plan: null };
    if (grip.kind !== "corner") return nothing;
    const geometry = removeCorner(before.geometry, grip.part, grip.index);
    return {
      state: idle,
      plan: geometry && { kind: "change", label: "edit", after: [{ ...before, geometry }] },
    };
  }
  const movable = movableAt(press, context);
  if (movable.length > 0) return { state: { kind: "move", ...gesture, before: movable }, plan: null };
  if (press.shift) return { state: { kind: "marquee", ...gesture }, plan: null };
  return { state: idle, plan: press.device === "keyboard" ? selection(press, context) : null };
}

/** All selected that are not locked, when the press is on the outline of one of them. */
function movableAt(press: ToolPointer, { selected, pick }: ToolContext): readonly Annotation[] {
  const edge = pick(press.at, true);
  if (!edge || edge.locked || !selected.some(({ id }) => id === edge.id)) return [];
  return selected.filter(({ locked }) => !locked);
}

function selection({ at, shift, mod }: ToolPointer, context: ToolContext) {
  const found = context.pick(at, false);
  const add = shift || mod;
  if (!found) return add ? null : { kind: "select" as const, ids: [], mode: "only" as const };
  return { kind: "select" as const, ids: [found.id], mode: add ? ("toggle" as const) : ("only" as const) };
}

/**
 * The tool between drawings. A drag pans, unless it begins on a grip or an outline of what is selected: nobody moves
 * a region by mistake. With Shift a drag selects all that a box holds. Alt and a press take a corner away.
 */
export const editTool: Tool<EditState> = {
  name: "move",
  idle,
  takes: (state, press, context) =>
    state.kind !== "idle" ||
    press.device === "keyboard" ||
    context.grip(press) !== null ||
    press.shift ||
    movableAt(press, context).length > 0,
  busy: (state) => state.kind !== "idle",
  step(state, event, context) {
    if (!("at" in event)) return nothing;
    if (event.kind === "click") return { state: idle, plan: selection(event, context) };
    if (state.kind === "idle") {
      return event.kind === "press" ? begin(event, context) : { state, plan: null };
    }
    const moved = state.moved || distancePx(event.atPx, state.fromPx) >= CLICK_PX;
    const next: EditState = { ...state, to: moved ? event.at : state.to, moved };
    if (event.kind === "move") return { state: next, plan: null };
    if (event.kind === "release" && event.device === "keyboard" && !moved && state.kind !== "marquee")
      return { state: { ...next, carried: true }, plan: null };
    if (event.kind === "release" && state.carried) return { state: next, plan: null };
    if (!moved) return { state: idle, plan: selection(event, context) };
    if (next.kind === "marquee")
      return { state: idle, plan: { kind: "select", ids: context.within(next.from, next.to), mode: "add" } };
    const after = changed(next);
    const label = next.kind === "move" ? "move" : "edit";
    return { state: idle, plan: after.length > 0 ? { kind: "change", label, after } : null };
  },
  draft(state) {
    if (state.kind === "idle" || !state.moved) return null;
    if (state.kind === "marquee")
      return { shown: [rectangle(state.from, state.to)], kept: null, changed: [], corners: [] };
    return { shown: [], kept: null, changed: changed(state), corners: [] };
  },
};
