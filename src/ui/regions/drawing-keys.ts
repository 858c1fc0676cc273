import { documentStore, select } from "../../state/document.ts";
import { drawingStore } from "../../state/drawing.ts";
import type { AnnotationStage } from "../../viewer/annotation-stage.ts";
import { removeSelected } from "./region-actions.ts";
import type { ToolHost } from "./tool-host.ts";

const STEP_PX = 10;
const FINE_PX = 1;
/** The crosshair comes no nearer to the stage's edge: the picture moves instead. */
const MARGIN_PX = 24;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * What the keys mean to a drawing hand; true when the key was one. Enter shows a crosshair where nothing is under way;
 * then the arrows move it (Shift: a pixel at a time) and Enter presses there, Escape puts it away.
 */
export function drawingKey(event: KeyboardEvent, host: ToolHost, stage: AnnotationStage): boolean {
  const { crosshairPx, tool } = drawingStore.getState();
  const { selected } = documentStore.getState();
  const modifiers = { shift: event.shiftKey, alt: event.altKey, mod: event.ctrlKey || event.metaKey };
  const arrow = ARROWS[event.key];
  if (arrow && crosshairPx && !modifiers.mod && !modifiers.alt) {
    moveCrosshair(stage, arrow, event.shiftKey ? FINE_PX : STEP_PX);
    return true;
  }
  switch (event.key) {
    case "Enter":
      if (crosshairPx) host.pressCrosshair(modifiers);
      else if (host.busy) host.finish();
      else {
        const { width, height } = stage.sizePx();
        drawingStore.setState({ crosshairPx: [Math.round(width / 2), Math.round(height / 2)] });
      }
      return true;
    case "Escape":
      if (host.busy) host.cancel();
      else if (crosshairPx) drawingStore.setState({ crosshairPx: null });
      else if (tool !== "move") drawingStore.setState({ tool: "move", keepTool: false });
      else if (selected.size > 0) select(documentStore, []);
      else return false;
      return true;
    case "Backspace":
      if (host.busy) host.back();
      else if (selected.size > 0) removeSelected();
      else return false;
      return true;
    case "Delete":
      if (host.busy || selected.size === 0) return false;
      removeSelected();
      return true;
    default:
      return false;
  }
}

function moveCrosshair(stage: AnnotationStage, [dx, dy]: readonly [number, number], step: number): void {
  const { crosshairPx } = drawingStore.getState();
  if (!crosshairPx) return;
  const { width, height } = stage.sizePx();
  const [x, y] = [crosshairPx[0] + dx * step, crosshairPx[1] + dy * step];
  const kept = [
    Math.min(width - MARGIN_PX, Math.max(MARGIN_PX, x)),
    Math.min(height - MARGIN_PX, Math.max(MARGIN_PX, y)),
  ] as const;
  if (kept[0] !== x || kept[1] !== y) stage.panBy(x - kept[0], y - kept[1]);
  // A new place even where the picture moved instead: what is drawn follows the slide.
  drawingStore.setState({ crosshairPx: [kept[0], kept[1]] });
}
