import type { AnnotationGeometry, Position } from "../../core/annotation.ts";
import type { ToolName } from "../../state/drawing.ts";
import { CLICK_PX, distancePx, reachPx, type Tool, type ToolPlan, type ToolPointer } from "../tool.ts";

/** Corners one after another: by clicks, or along a drag. */
export type ChainState =
  | { readonly kind: "idle" }
  | {
      readonly kind: "drawing";
      readonly corners: readonly Position[];
      /** Where the last corner, and the first, were placed on the screen. */
      readonly lastPx: readonly [number, number];
      readonly firstPx: readonly [number, number];
      /** Where the pointer is: the corner to come. */
      readonly next: Position;
      readonly held: boolean;
      /** Corners there were before the press that is held, or was released last. */
      readonly kept: number;
      /** The press that is held, or was released last, has left corners along its way. */
      readonly dragged: boolean;
    };

type Shape = "polygon" | "freehand" | "polyline" | "split";

const idle: ChainState = { kind: "idle" };

/** CSS px: corners along a drag are at least so far from each other. */
const STEP_PX = 2;
/** CSS px: a press nearer to the last corner than this is a wish to end. */
const SAME_PX = 3;

const closes = (shape: Shape) => shape === "polygon" || shape === "freehand";

/** Null when there are too few corners to be anything. Corners that repeat the one before are left out. */
export function chainGeometry(shape: Shape, corners: readonly Position[]): AnnotationGeometry | null {
  const kept = corners.filter(([x, y], i) => {
    const before = corners[i - 1];
    return !before || before[0] !== x || before[1] !== y;
  });
  if (!closes(shape)) return kept.length < 2 ? null : { type: "line", lines: [kept], shape: "polyline" };
  const [first, last] = [kept[0], kept.at(-1)];
  if (first && last && kept.length > 1 && first[0] === last[0] && first[1] === last[1]) kept.pop();
  return kept.length < 3 ? null : { type: "area", region: [[kept]], shape: "polygon" };
}

function planOf(shape: Shape, corners: readonly Position[]): ToolPlan | null {
  const geometry = chainGeometry(shape, corners);
  if (!geometry) return null;
  if (shape === "split" && geometry.type === "line") return { kind: "split", line: geometry.lines[0] ?? [] };
  return { kind: "create", geometry };
}

/** Polygon, freehand, polyline, and the line that splits. */
export function chainTool(shape: Shape): Tool<ChainState> {
  const end = (corners: readonly Position[]) => ({ state: idle, plan: planOf(shape, corners) });
  const begin = ({ at, atPx }: ToolPointer): ChainState => ({
    kind: "drawing",
    corners: [at],
    lastPx: atPx,
    firstPx: atPx,
    next: at,
    held: true,
    kept: 0,
    dragged: false,
  });
  return {
    name: shape satisfies ToolName,
    idle,
    takes: () => true,
    busy: (state) => state.kind !== "idle",
    step(state, event, context) {
      const stay = { state, plan: null };
      if (event.kind === "cancel") return { state: idle, plan: null };
      if (state.kind === "idle") return event.kind === "press" ? { state: begin(event), plan: null } : stay;
      const { corners } = state;
      if (event.kind === "click") return stay;
      if (event.kind === "finish") return end(corners);
      if (event.kind === "interrupt") {
        if (!state.held) return stay;
        const left = corners.slice(0, state.kept);
        return {
          state: left.length === 0 ? idle : { ...state, corners: left, held: false, dragged: false },
          plan: null,
        };
      }
      if (event.kind === "back") {
        const left = corners.slice(0, -1);
        return { state: left.length === 0 ? idle : { ...state, corners: left, dragged: false }, plan: null };
      }
      if (event.kind === "press") {
        const [first, last] = [corners[0]!, corners.at(-1)!];
        const near = (at: Position, px: number) => distancePx(event.at, at) <= px * context.unitsPerPx;
        const ends =
          event.clicks > 1 ||
          near(last, SAME_PX) ||
          (closes(shape) && corners.length > 2 && near(first, reachPx(event.device)));
        if (ends && corners.length > 1) return end(corners);
        return {
          state: {
            ...state,
            corners: [...corners, event.at],
            lastPx: event.atPx,
            next: event.at,
            held: true,
            kept: corners.length,
            dragged: false,
          },
          plan: null,
        };
      }
      if (event.kind === "move") {
        if (!state.held || distancePx(event.atPx, state.lastPx) < STEP_PX)
          return { state: { ...state, next: event.at }, plan: null };
        return {
          state: {
            ...state,
            corners: [...corners, event.at],
            lastPx: event.atPx,
            next: event.at,
            dragged: true,
          },
          plan: null,
        };
      }
      // Freehand and a cut end with the drag; the others go on with clicks, as does a cut whose click slipped.
      if (shape === "freehand" && state.dragged) return end(corners);
      const wayPx = distancePx(event.at, corners[state.kept]!) / context.unitsPerPx;
      if (shape === "split" && state.dragged && wayPx >= CLICK_PX) return end(corners);
      return { state: { ...state, held: false }, plan: null };
    },
    draft(state) {
      if (state.kind === "idle") return null;
      const shown = state.dragged && state.held ? state.corners : [...state.corners, state.next];
      // Open while it is drawn: its last edge is the pointer's.
      const geometry = chainGeometry("polyline", shown);
      return {
        shown: geometry ? [geometry] : [],
        kept: shape === "split" ? null : chainGeometry(shape, state.corners),
        changed: [],
        corners: state.dragged ? state.corners.slice(0, 1) : state.corners,
      };
    },
  };
}
