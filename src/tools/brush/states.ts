import type { Annotation, AnnotationGeometry, Position } from "../../core/annotation.ts";
import { hitsAnnotation } from "../../core/annotation-hit.ts";
import type { Region } from "../../core/region.ts";
import { regionBoolean } from "../../geometry/region-boolean.ts";
import { strokeRegion } from "../../geometry/stroke-region.ts";
import { distancePx, type Tool, type ToolContext, type ToolPlan } from "../tool.ts";

export type BrushState =
  | { readonly kind: "idle"; readonly at: Position | null }
  | {
      readonly kind: "painting";
      readonly path: readonly Position[];
      readonly radius: number;
      readonly subtract: boolean;
      /** What is painted on; null: a new area. */
      readonly target: Annotation | null;
    };

const idle: BrushState = { kind: "idle", at: null };

/** Places nearer to the last than this share of the radius change the stroke by less than a pixel of a usual brush. */
const STEP = 1 / 6;

/** The selected area that the brush touches, or (when it takes away) any selected one; null when there is none. */
function targetOf({ selected, brushRadius }: ToolContext, [x, y]: Position, subtract: boolean) {
  const areas = selected.filter(({ geometry, locked }) => geometry.type === "area" && !locked);
  return areas.find(({ geometry }) => subtract || hitsAnnotation(geometry, x, y, brushRadius)) ?? null;
}

/** What the stroke makes of the target, or the new area; null when nothing would be left. */
function painted({ target, path, radius, subtract }: BrushState & { kind: "painting" }) {
  const stroke = strokeRegion(path, radius);
  const before = target?.geometry.type === "area" ? target.geometry.region : null;
  const region: Region = before ? regionBoolean(subtract ? "subtract" : "union", before, stroke) : stroke;
  const geometry: AnnotationGeometry = { type: "area", region, shape: "polygon" };
  return region.length === 0 ? null : geometry;
}

function planOf(state: BrushState & { kind: "painting" }): ToolPlan | null {
  const { target, subtract } = state;
  if (subtract && !target) return null;
  const geometry = painted(state);
  if (!target) return geometry && { kind: "create", geometry };
  if (!geometry) return { kind: "remove", ids: [target.id] };
  return { kind: "change", label: "brush", after: [{ ...target, geometry }] };
}

/**
 * A round brush of a fixed size on the screen, so it is fine where one looks closely. It adds to the selected area that
 * it touches, else begins a new one; with Alt or Ctrl it takes away.
 */
export const brushTool: Tool<BrushState> = {
  name: "brush",
  idle,
  takes: () => true,
  busy: (state) => state.kind === "painting",
  step(state, event, context) {
    if (event.kind === "cancel" || event.kind === "interrupt") return { state: idle, plan: null };
    if (!("at" in event) || event.kind === "click") return { state, plan: null };
    if (event.kind === "press") {
      const subtract = event.alt || event.mod;
      const target = targetOf(context, event.at, subtract);
      const path = [event.at];
      return {
        state: { kind: "painting", path, radius: context.brushRadius, subtract, target },
        plan: null,
      };
    }
    if (state.kind === "idle")
      return { state: event.kind === "move" ? { kind: "idle", at: event.at } : state, plan: null };
    const far = distancePx(event.at, state.path.at(-1)!) >= state.radius * STEP;
    const next = far || event.kind === "release" ? { ...state, path: [...state.path, event.at] } : state;
    if (event.kind === "move") return { state: next, plan: null };
    return { state: { kind: "idle", at: event.at }, plan: planOf(next) };
  },
  draft(state, { brushRadius }) {
    const none = { kept: null, changed: [], corners: [] };
    if (state.kind === "idle") {
      if (!state.at) return null;
      return {
        ...none,
        shown: [{ type: "area", region: strokeRegion([state.at], brushRadius), shape: "polygon" }],
      };
    }
    if (state.subtract && !state.target) return null;
    const geometry = painted(state);
    if (state.target)
      return { ...none, shown: [], changed: geometry ? [{ ...state.target, geometry }] : [state.target] };
    return { ...none, shown: geometry ? [geometry] : [], kept: geometry };
  },
};
