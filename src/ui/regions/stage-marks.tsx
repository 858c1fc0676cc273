import { Textarea, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Annotation, Position } from "../../core/annotation.ts";
import { formatDecimal, lengthUnit } from "../../core/format-number.ts";
import { measureGeometry } from "../../geometry/region-measure.ts";
import { removeAnnotations, renameAnnotations } from "../../state/annotation-commands.ts";
import { drawingStore } from "../../state/drawing.ts";
import { annotationHistory } from "../../state/history.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown } from "../stores.ts";
import { formatDistance } from "./region-words.ts";
import classes from "./tool-bar.module.css";
import { useDocument, useDrawing } from "./use-document.ts";
import { useFrameToUm } from "./use-frame.ts";

/** More notes and rulers have no words on the stage. */
const MOST_LABELS = 200;

/** Stands at a place of the frame while the picture moves; it writes the DOM itself. */
function At({ at, children }: { readonly at: Position; readonly children: ReactNode }) {
  const { annotationStage } = useCentiscope();
  const element = useRef<HTMLDivElement>(null);
  const [x, y] = at;
  useEffect(() => {
    const place = () => {
      const px = annotationStage.toPx([x, y]);
      const style = element.current?.style;
      if (!style) return;
      style.visibility = px ? "visible" : "hidden";
      if (px) style.transform = `translate(${px[0] + 10}px, ${px[1] - 10}px)`;
    };
    place();
    return annotationStage.onMove(place);
  }, [annotationStage, x, y]);
  return (
    <div ref={element} className={classes.label} data-stage-label>
      {children}
    </div>
  );
}

function labelOf(annotation: Annotation): { readonly at: Position } | null {
  const { geometry, hidden } = annotation;
  if (hidden) return null;
  if (geometry.shape === "note" && annotation.name) return { at: geometry.positions[0]! };
  const end = geometry.shape === "ruler" ? geometry.lines[0]?.at(-1) : undefined;
  return end ? { at: end } : null;
}

/** The words of notes and the lengths of rulers. */
function Labels() {
  const { language } = useWords();
  const scaleKnown = useScaleKnown();
  const annotations = useDocument((state) => state.document.annotations);
  const toUm = useFrameToUm();
  const shown = useDrawing((drawing) => drawing.shown);
  if (!shown || !toUm) return null;
  const labels: ReactNode[] = [];
  for (const annotation of annotations.values()) {
    const label = labelOf(annotation);
    if (!label) continue;
    const text =
      annotation.geometry.shape === "ruler"
        ? formatDistance(measureGeometry(annotation.geometry, toUm).lengthUm, language, scaleKnown)
        : annotation.name;
    labels.push(
      <At key={annotation.id} at={label.at}>
        {text}
      </At>,
    );
    if (labels.length >= MOST_LABELS) break;
  }
  return labels;
}

/** The field for the text of a note that was just put down. Nothing written: the note goes again. */
function Naming({ annotation }: { readonly annotation: Annotation }) {
  const { t } = useWords();
  const { annotationStage } = useCentiscope();
  const [text, setText] = useState("");
  if (annotation.geometry.type !== "points") return null;
  const px = annotationStage.toPx(annotation.geometry.positions[0] ?? [0, 0]);
  const end = (kept: string) => {
    drawingStore.setState({ namingId: null });
    const { base } = annotationHistory;
    if (!base.annotations.has(annotation.id)) return;
    if (kept.trim() === "") annotationHistory.run(removeAnnotations(base, [annotation.id], "keep"));
    else annotationHistory.run(renameAnnotations(base, [annotation.id], kept.trim()));
  };
  return (
    <Textarea
      className={classes.naming ?? ""}
      style={{ transform: `translate(${(px?.[0] ?? 0) + 12}px, ${(px?.[1] ?? 0) - 12}px)` }}
      aria-label={t("tools.noteField")}
      placeholder={t("tools.noteField")}
      autosize
      autoFocus
      maxRows={6}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(text)}
      onKeyDown={(event) => {
        if (event.key === "Escape") end("");
        else if (event.key === "Enter" && !event.shiftKey) end(text);
        else return;
        event.preventDefault();
        document.querySelector<HTMLElement>("[data-stage]")?.focus();
      }}
    />
  );
}

/** The keyboard's pointer, and where it is for those who hear it. */
function Crosshair() {
  const { t, language } = useWords();
  const { annotationStage } = useCentiscope();
  const scaleKnown = useScaleKnown();
  const px = useDrawing((drawing) => drawing.crosshairPx);
  const at = px && annotationStage.toFrame(px);
  const inUm = at && annotationStage.toUm(at);
  const word = (value: number) => formatDecimal(value, language, 0);
  return (
    <>
      {px && <div className={classes.crosshair} style={{ transform: `translate(${px[0]}px, ${px[1]}px)` }} />}
      <VisuallyHidden aria-live="polite">
        {inUm && t("tools.crosshair", { x: word(inUm[0]), y: word(inUm[1]), unit: lengthUnit(scaleKnown) })}
      </VisuallyHidden>
    </>
  );
}

/** What lies over the picture beside the layers: words, the crosshair, the field of a new note. */
export function StageMarks() {
  const namingId = useDrawing((drawing) => drawing.namingId);
  const naming = namingId === null ? undefined : annotationHistory.base.annotations.get(namingId);
  return (
    <>
      <Labels />
      <Crosshair />
      {naming && <Naming key={naming.id} annotation={naming} />}
    </>
  );
}
