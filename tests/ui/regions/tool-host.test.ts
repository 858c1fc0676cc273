import { expect, test } from "vitest";
import { drawingStore } from "../../../src/state/drawing.ts";
import { ToolHost } from "../../../src/ui/regions/tool-host.ts";
import type { AnnotationStage } from "../../../src/viewer/annotation-stage.ts";

test("a tool that was chosen before the drawing code had come is the one that draws", () => {
  const cursors: string[] = [];
  const stage = {
    setTaker: () => undefined,
    setCursor: (cursor: string) => cursors.push(cursor),
    onClick: () => () => undefined,
    unitsPerPx: () => null,
    viewBox: () => null,
  } as unknown as AnnotationStage;
  drawingStore.setState({ tool: "wand" });
  const stop = new ToolHost(stage).start();
  expect(cursors.at(-1)).toBe("crosshair");
  stop();
  drawingStore.setState({ tool: "move" });
});
