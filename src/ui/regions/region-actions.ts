import type { Annotation } from "../../core/annotation.ts";
import { annotationBox } from "../../core/annotation-box.ts";
import { hideAnnotations, lockAnnotations, removeAnnotations } from "../../state/annotation-commands.ts";
import { documentStore, select } from "../../state/document.ts";
import { drawingStore, type ToolName } from "../../state/drawing.ts";
import { annotationHistory } from "../../state/history.ts";
import { viewStore } from "../../state/view.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";

export function selectedAnnotations(): readonly Annotation[] {
  const { selected } = documentStore.getState();
  const { annotations } = annotationHistory.base;
  return [...selected].flatMap((id) => annotations.get(id) ?? []);
}

export const hasSelection = (): boolean => documentStore.getState().selected.size > 0;

/** Chooses a tool; chosen again it stays after a drawing. The panel beside shows what comes of it. */
export function chooseTool(tool: ToolName): void {
  if (tool !== "move" && viewStore.getState().panel !== "regions") viewStore.setState({ panel: "regions" });
  drawingStore.setState((now) => ({ tool, keepTool: now.tool === tool && tool !== "move" && !now.keepTool }));
}

/** Removes what is selected; what lies in it stays, as QuPath does. */
export function removeSelected(): void {
  const { selected } = documentStore.getState();
  if (selected.size > 0) annotationHistory.run(removeAnnotations(annotationHistory.base, selected, "keep"));
}

export function selectAll(): void {
  select(documentStore, annotationHistory.base.annotations.keys());
}

/** Locks all that are selected, or unlocks them when all are locked. */
export function toggleLock(): void {
  const chosen = selectedAnnotations();
  const locked = !chosen.every((one) => one.locked);
  annotationHistory.run(
    lockAnnotations(
      annotationHistory.base,
      chosen.map(({ id }) => id),
      locked,
    ),
  );
}

export function hideSelected(): void {
  const { selected } = documentStore.getState();
  annotationHistory.run(hideAnnotations(annotationHistory.base, selected, true));
}

/** Selects the annotation after (or before) the selected one in drawing order, around the end, and shows it. */
export function selectNext(direction: 1 | -1, centiscope: Centiscope): void {
  const ids = [...annotationHistory.base.annotations.keys()];
  if (ids.length === 0) return;
  const [current] = documentStore.getState().selected;
  const at = current === undefined ? -1 : ids.indexOf(current);
  const next = at < 0 ? (direction > 0 ? 0 : ids.length - 1) : (at + direction + ids.length) % ids.length;
  const id = ids[next]!;
  select(documentStore, [id]);
  goTo(id, centiscope);
}

/** Brings an annotation into the middle, and near enough (or far enough) to see all of it. */
export function goTo(id: string, centiscope: Centiscope): void {
  const found = annotationHistory.base.annotations.get(id);
  const stage = centiscope.annotationStage;
  const [unitsPerPx, box] = [stage.unitsPerPx(), found && annotationBox(found.geometry)];
  const camera = centiscope.camera();
  if (!box || box.x0 > box.x1 || unitsPerPx === null || !camera) return;
  const middle = stage.toUm([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]);
  if (!middle) return;
  const { width, height } = stage.sizePx();
  const wanted = Math.max((box.x1 - box.x0) / (0.6 * width), (box.y1 - box.y0) / (0.6 * height));
  const scale = wanted / unitsPerPx;
  // What fits and is not tiny stays at its size: eyes need not adapt.
  const keeps = scale <= 1 && scale >= 0.1;
  centiscope.setCamera(
    { centerUm: middle, ...(keeps || wanted === 0 ? {} : { umPerPx: camera.umPerPx * scale }) },
    { animate: true },
  );
}
