import type { Annotation, AnnotationGeometry } from "../../core/annotation.ts";
import { hitsAnnotation } from "../../core/annotation-hit.ts";
import type { Region } from "../../core/region.ts";
import { regionBoolean } from "../../geometry/region-boolean.ts";
import { distancePx, type Tool, type ToolPlan } from "../tool.ts";

/** Grey levels of 256 that a press alone takes in, and how many more each CSS px of a drag does. */
const TOLERANCE = 12;
const PER_PX = 0.5;

export type WandState =
  | { readonly kind: "idle" }
  | {
      readonly kind: "held";
      readonly fromPx: readonly [number, number];
      readonly subtract: boolean;
      /** What it is added to or taken from; null: a new area. */
      readonly target: Annotation | null;
      /** Of what was seen at the press; a wider tolerance gives a larger region. */
      readonly regionAt: (tolerance: number) => Region;
      readonly region: Region;
    };

const idle: WandState = { kind: "idle" };

/** What becomes of the target, or the new area; null when nothing is left. */
function changed({ target, subtract, region }: WandState & { kind: "held" }): AnnotationGeometry | null {
  const before = target?.geometry.type === "area" ? target.geometry.region : null;
  const after = before ? regionBoolean(subtract ? "subtract" : "union", before, region) : region;
  return after.length === 0 ? null : { type: "area", region: after, shape: "polygon" };
}

function planOf(state: WandState & { kind: "held" }): ToolPlan | null {
  const { target, subtract, region } = state;
  if (region.length === 0 || (subtract && !target)) return null;
  const geometry = changed(state);
  if (!target) return geometry && { kind: "create", geometry };
  if (!geometry) return { kind: "remove", ids: [target.id] };
  return { kind: "change", label: "edit", after: [{ ...target, geometry }] };
}

/**
 * Takes what hangs together with the place pressed and looks like it; dragging away takes in what is less alike. Adds
 * to the selected area under the press, else makes a new one; with Alt or Ctrl it takes away.
 */
export const wandTool: Tool<WandState> = {
  name: "wand",
  idle,
  takes: () => true,
  busy: (state) => state.kind === "held",
  step(state, event, context) {
    if (event.kind === "cancel" || event.kind === "interrupt") return { state: idle, plan: null };
    if (event.kind === "press") {
      const subtract = event.alt || event.mod;
      const [x, y] = event.at;
      const areas = context.selected.filter(({ geometry, locked }) => geometry.type === "area" && !locked);
      const target = areas.find(({ geometry }) => subtract || hitsAnnotation(geometry, x, y, 0)) ?? null;
      const regionAt = context.wand(event.atPx);
      if (!regionAt) return { state: idle, plan: null };
      const region = regionAt(TOLERANCE);
      return {
        state: { kind: "held", fromPx: event.atPx, subtract, target, regionAt, region },
        plan: null,
      };
    }
    if (state.kind === "idle" || !("at" in event) || event.kind === "click") return { state, plan: null };
    const region = state.regionAt(TOLERANCE + PER_PX * distancePx(state.fromPx, event.atPx));
    if (event.kind === "release") return { state: idle, plan: planOf({ ...state, region }) };
    return { state: { ...state, region }, plan: null };
  },
  draft(state) {
    if (state.kind === "idle" || (state.subtract && !state.target)) return null;
    const geometry = state.region.length > 0 ? changed(state) : null;
    const none = { kept: null, changed: [], corners: [] };
    if (state.target) {
      return { ...none, shown: [], changed: geometry ? [{ ...state.target, geometry }] : [state.target] };
    }
    return { ...none, shown: geometry ? [geometry] : [], kept: geometry };
  },
};
