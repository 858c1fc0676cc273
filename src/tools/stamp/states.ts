import type { Position } from "../../core/annotation.ts";
import { ellipse, rectangle } from "../../core/annotation-shapes.ts";
import type { Tool, ToolContext } from "../tool.ts";

/** Where the pointer is; null while it is not over the picture. */
export type StampState = Position | null;

/** An area of a fixed size about a place. */
export function stamped([x, y]: Position, { shape, width, height }: ToolContext["stamp"]) {
  const least: Position = [x - width / 2, y - height / 2];
  const most: Position = [x + width / 2, y + height / 2];
  return shape === "rectangle" ? rectangle(least, most) : ellipse(least, most);
}

/** Puts down an area of a fixed size with each press, and shows before where it would lie. */
export const stampTool: Tool<StampState> = {
  name: "stamp",
  idle: null,
  takes: () => true,
  busy: () => false,
  step(state, event, context) {
    if (event.kind === "move") return { state: event.at, plan: null };
    // With the release: a press may turn out to be the first of two fingers.
    if (event.kind === "release")
      return { state: event.at, plan: { kind: "create", geometry: stamped(event.at, context.stamp) } };
    return { state: event.kind === "cancel" ? null : state, plan: null };
  },
  draft(state, context) {
    return state && { shown: [stamped(state, context.stamp)], kept: null, changed: [], corners: [] };
  },
};
