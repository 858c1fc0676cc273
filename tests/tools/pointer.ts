import type { Annotation, AnnotationGeometry } from "../../src/core/annotation.ts";
import { gripsOf, nearestGrip } from "../../src/core/annotation-grips.ts";
import { hitsAnnotation, hitsOutline } from "../../src/core/annotation-hit.ts";
import type { Tool, ToolContext, ToolEvent, ToolPlan, ToolPointer } from "../../src/tools/tool.ts";

/** An event at a place; a unit of the frame is a CSS px here. */
export function at<K extends "press" | "move" | "release" | "click">(
  kind: K,
  x: number,
  y: number,
  more: Partial<ToolPointer> & { readonly clicks?: number } = {},
): ToolEvent {
  const pointer = {
    at: [x, y] as const,
    atPx: [x, y] as const,
    device: "mouse" as const,
    shift: false,
    alt: false,
    mod: false,
    clicks: 1,
    pressed: true,
    ...more,
  };
  return { kind, ...pointer } as ToolEvent;
}

export function annotation(
  id: string,
  geometry: AnnotationGeometry,
  more: Partial<Annotation> = {},
): Annotation {
  return {
    id,
    parentId: null,
    geometry,
    objectType: "annotation",
    name: null,
    description: null,
    classification: null,
    color: null,
    locked: false,
    hidden: false,
    measurements: {},
    metadata: {},
    extra: {},
    ...more,
  };
}

export function square(x: number, y: number, side: number): AnnotationGeometry {
  return {
    type: "area",
    shape: "polygon",
    region: [
      [
        [
          [x, y],
          [x + side, y],
          [x + side, y + side],
          [x, y + side],
        ],
      ],
    ],
  };
}

/** All of `present` are selected. */
export function context(...present: readonly Annotation[]): ToolContext {
  const view = { x0: -1e4, y0: -1e4, x1: 1e4, y1: 1e4 };
  return {
    unitsPerPx: 1,
    unitsPerUm: 1,
    selected: present,
    pick: ([x, y], edgeOnly) =>
      present.find(({ geometry }) =>
        edgeOnly ? hitsOutline(geometry, x, y, 8) : hitsAnnotation(geometry, x, y, 8),
      ) ?? null,
    grip: (pointer) =>
      nearestGrip(
        present.flatMap((one) => gripsOf(one, view, 1)),
        pointer.at,
        8,
      ),
    within: () => present.map(({ id }) => id),
    stamp: { shape: "rectangle", width: 20, height: 10 },
    brushRadius: 10,
    wand: () => null,
  };
}

/** Runs a tool through events as its host does: presses it does not take never reach it. */
export function run<State>(tool: Tool<State>, events: readonly ToolEvent[], world: ToolContext = context()) {
  let state = tool.idle;
  const plans: ToolPlan[] = [];
  for (const event of events) {
    if (event.kind === "press" && !tool.takes(state, event, world)) continue;
    const step = tool.step(state, event, world);
    state = step.state;
    if (step.plan) plans.push(step.plan);
  }
  return { plans, busy: tool.busy(state), draft: (now: ToolContext) => tool.draft(state, now) };
}
