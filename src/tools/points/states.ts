import type { Annotation, AnnotationGeometry } from "../../core/annotation.ts";
import type { Tool, ToolStep } from "../tool.ts";

type Waiting = "waiting";

/** Points: each press and release adds one to the selected set of points, or begins a set. Note: each begins one. */
export function pointsTool(shape: "points" | "note"): Tool<Waiting> {
  return {
    name: shape,
    idle: "waiting",
    takes: () => true,
    busy: () => false,
    step(state, event, context): ToolStep<Waiting> {
      // With the release: a press may turn out to be the first of two fingers.
      if (event.kind !== "release") return { state, plan: null };
      const [only] = context.selected;
      if (shape === "points" && only && context.selected.length === 1 && isSet(only)) {
        const geometry: AnnotationGeometry = {
          ...only.geometry,
          positions: [...only.geometry.positions, event.at],
        };
        return { state, plan: { kind: "change", label: "edit", after: [{ ...only, geometry }] } };
      }
      return { state, plan: { kind: "create", geometry: { type: "points", positions: [event.at], shape } } };
    },
    draft: () => null,
  };
}

function isSet(
  annotation: Annotation,
): annotation is Annotation & { geometry: AnnotationGeometry & { type: "points" } } {
  const { geometry, locked } = annotation;
  return !locked && geometry.type === "points" && geometry.shape === "points";
}
