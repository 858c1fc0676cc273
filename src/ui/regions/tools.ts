import type { Draft, ToolName } from "../../state/drawing.ts";
import { brushTool } from "../../tools/brush/index.ts";
import { chainTool } from "../../tools/chain/index.ts";
import { editTool } from "../../tools/edit/index.ts";
import { pointsTool } from "../../tools/points/index.ts";
import { spanTool } from "../../tools/span/index.ts";
import { stampTool } from "../../tools/stamp/index.ts";
import type { Tool, ToolContext, ToolEvent, ToolPlan, ToolPointer } from "../../tools/tool.ts";
import { wandTool } from "../../tools/wand/index.ts";

/** A tool with its state inside, so that all are of one type. */
export interface RunningTool {
  readonly name: ToolName;
  /** Something is under way that Escape would end. */
  readonly busy: boolean;
  takes(press: ToolPointer, context: ToolContext): boolean;
  run(event: ToolEvent, context: ToolContext): ToolPlan | null;
  draft(context: ToolContext): Draft | null;
}

function running<State>(tool: Tool<State>): RunningTool {
  let state = tool.idle;
  return {
    name: tool.name,
    get busy() {
      return tool.busy(state);
    },
    takes: (press, context) => tool.takes(state, press, context),
    run(event, context) {
      const step = tool.step(state, event, context);
      state = step.state;
      return step.plan;
    },
    draft: (context) => tool.draft(state, context),
  };
}

/** The tool of a name, at rest. */
export function toolOf(name: ToolName): RunningTool {
  switch (name) {
    case "rectangle":
    case "ellipse":
    case "ruler":
    case "arrow":
      return running(spanTool(name));
    case "polygon":
    case "freehand":
    case "polyline":
    case "split":
      return running(chainTool(name));
    case "points":
    case "note":
      return running(pointsTool(name));
    case "brush":
      return running(brushTool);
    case "wand":
      return running(wandTool);
    case "stamp":
      return running(stampTool);
    case "move":
      return running(editTool);
  }
}
