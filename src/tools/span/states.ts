import type { AnnotationGeometry, Position } from "../../core/annotation.ts";
import { ellipse, rectangle } from "../../core/annotation-shapes.ts";
import type { ToolName } from "../../state/drawing.ts";
import { CLICK_PX, distancePx, type Tool, type ToolPointer, type ToolStep } from "../tool.ts";

/** Between two places: the first is placed by a press, the second by the release of a drag or by a second press. */
export type SpanState =
  | { readonly kind: "idle" }
  | {
      readonly kind: "spanning";
      readonly from: Position;
      readonly fromPx: readonly [number, number];
      readonly to: Position;
      /** The press that placed the first is still held. */
      readonly held: boolean;
    };

type Shape = "rectangle" | "ellipse" | "ruler" | "arrow";

const idle: SpanState = { kind: "idle" };

/** Two places as the shape between them; null when they are one place, or an area would have none. */
export function spanGeometry(shape: Shape, from: Position, to: Position): AnnotationGeometry | null {
  if (shape === "rectangle" || shape === "ellipse") {
    if (from[0] === to[0] || from[1] === to[1]) return null;
    return shape === "rectangle" ? rectangle(from, to) : ellipse(from, to);
  }
  if (from[0] === to[0] && from[1] === to[1]) return null;
  return { type: "line", lines: [[from, to]], shape };
}

/** With Shift: a square or a circle; a line along an axis or a diagonal of the frame. */
export function constrained(shape: Shape, from: Position, to: Position): Position {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const side = Math.max(Math.abs(dx), Math.abs(dy));
  const along = shape === "ruler" || shape === "arrow";
  const flat = (short: number, long: number) => Math.abs(short) < Math.abs(long) * Math.tan(Math.PI / 8);
  if (along && flat(dy, dx)) return [to[0], from[1]];
  if (along && flat(dx, dy)) return [from[0], to[1]];
  return [from[0] + Math.sign(dx) * side, from[1] + Math.sign(dy) * side];
}

/** Rectangle, ellipse, ruler and arrow. */
export function spanTool(shape: Shape): Tool<SpanState> {
  const ends = (state: SpanState & { kind: "spanning" }, pointer: ToolPointer): ToolStep<SpanState> => {
    const to = pointer.shift ? constrained(shape, state.from, pointer.at) : pointer.at;
    const geometry = spanGeometry(shape, state.from, to);
    return { state: idle, plan: geometry && { kind: "create", geometry } };
  };
  return {
    name: shape satisfies ToolName,
    idle,
    takes: () => true,
    busy: (state) => state.kind !== "idle",
    step(state, event) {
      const stay = { state, plan: null };
      if (event.kind === "cancel" || event.kind === "back") return { state: idle, plan: null };
      if (event.kind === "interrupt")
        return state.kind === "spanning" && !state.held ? stay : { state: idle, plan: null };
      if (event.kind === "finish" || event.kind === "click") return stay;
      if (state.kind === "idle") {
        if (event.kind !== "press") return stay;
        const { at, atPx } = event;
        return { state: { kind: "spanning", from: at, fromPx: atPx, to: at, held: true }, plan: null };
      }
      if (event.kind === "press") return ends(state, event);
      if (event.kind === "move") {
        const to = event.shift ? constrained(shape, state.from, event.at) : event.at;
        return { state: { ...state, to }, plan: null };
      }
      if (!state.held) return stay;
      // A click: the second place is to come.
      if (distancePx(event.atPx, state.fromPx) < CLICK_PX)
        return { state: { ...state, held: false }, plan: null };
      return ends(state, event);
    },
    draft(state) {
      if (state.kind === "idle") return null;
      const geometry = spanGeometry(shape, state.from, state.to);
      return { shown: geometry ? [geometry] : [], kept: geometry, changed: [], corners: [state.from] };
    },
  };
}
