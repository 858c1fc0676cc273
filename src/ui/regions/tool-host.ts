import type { Annotation, AnnotationGeometry, AnnotationPatch, Position } from "../../core/annotation.ts";
import { annotationBox } from "../../core/annotation-box.ts";
import { gripsOf, nearestGrip } from "../../core/annotation-grips.ts";
import { AnnotationIndex } from "../../core/annotation-index.ts";
import { pickAnnotation } from "../../core/annotation-pick.ts";
import { snapped } from "../../core/annotation-snap.ts";
import type { Box } from "../../core/region.ts";
import { addAnnotations, removeAnnotations, replaceGeometries } from "../../state/annotation-commands.ts";
import { type DocumentStore, documentStore, select } from "../../state/document.ts";
import { type DrawingStore, drawingStore, type ToolName } from "../../state/drawing.ts";
import { annotationHistory, type History } from "../../state/history.ts";
import {
  reachPx,
  type ToolContext,
  type ToolEvent,
  type ToolPlan,
  type ToolPointer,
} from "../../tools/tool.ts";
import type { AnnotationStage } from "../../viewer/annotation-stage.ts";
import type { PointerTaker, StagePointer } from "../../viewer/tool-pointer.ts";
import { splitSelected } from "./region-operations.ts";
import { type RunningTool, toolOf } from "./tools.ts";

/** After these the tool stays: one puts down many. */
const REPEATING: ReadonlySet<ToolName> = new Set(["points", "stamp", "brush", "wand", "move"]);

/** These show before the press where they would act. */
const HOVERING: ReadonlySet<ToolName> = new Set(["stamp", "brush"]);

/**
 * Runs the tool that is chosen: gives it the stage's pointer and the keyboard's crosshair, shows its draft, and makes
 * one step of the history of each plan. What is being drawn stands in the history as a gesture, so that a crash loses
 * nothing of it.
 */
export class ToolHost implements PointerTaker {
  readonly #stage: AnnotationStage;
  readonly #document: DocumentStore;
  readonly #history: History;
  readonly #drawing: DrawingStore;
  readonly #index = new AnnotationIndex();
  #tool: RunningTool = toolOf("move");
  /** Id of the annotation that the gesture under way makes. */
  #newId: string | null = null;
  /** The gesture in the history is ours. */
  #begun = false;
  #drafting = false;
  #lastPointer: StagePointer | null = null;

  constructor(
    stage: AnnotationStage,
    document: DocumentStore = documentStore,
    history: History = annotationHistory,
    drawing: DrawingStore = drawingStore,
  ) {
    this.#stage = stage;
    this.#document = document;
    this.#history = history;
    this.#drawing = drawing;
  }

  /** @returns stops it */
  start(): () => void {
    // A tool may have been chosen while this was being fetched.
    this.#changeTool(this.#drawing.getState().tool);
    this.#stage.setTaker(this);
    const stops = [
      this.#stage.onClick((atPx) => this.#clicked(atPx)),
      this.#drawing.subscribe((now, before) => {
        if (now.tool !== before.tool) this.#changeTool(now.tool);
        if (now.crosshairPx !== before.crosshairPx) this.#crosshairMoved();
      }),
      this.#document.subscribe((now, before) => {
        if (now.document.slideKey !== before.document.slideKey) this.cancel();
      }),
    ];
    return () => {
      this.cancel();
      this.#stage.setTaker(null);
      for (const stop of stops) stop();
    };
  }

  get busy(): boolean {
    return this.#tool.busy;
  }

  press(pointer: StagePointer, clicks: number): boolean {
    this.#drawing.setState({ crosshairPx: null });
    return this.#press(pointer, clicks);
  }

  move(pointer: StagePointer, pressed: boolean): void {
    this.#lastPointer = pointer;
    const at = this.#toolPointer(pointer);
    if (!at) return;
    if (pressed || this.#tool.busy || HOVERING.has(this.#tool.name))
      this.#run({ ...at, kind: "move", pressed });
    else this.#hover(at);
  }

  release(pointer: StagePointer): void {
    const at = this.#toolPointer(pointer);
    if (at) this.#run({ ...at, kind: "release" });
    else this.cancel();
  }

  interrupt(): void {
    this.#run({ kind: "interrupt" });
  }

  /** What hovered with the pointer goes with it: a finger that was lifted leaves no ghost. */
  leave(): void {
    if (!this.#tool.busy && HOVERING.has(this.#tool.name)) this.cancel();
  }

  cancel(): void {
    this.#run({ kind: "cancel" });
  }

  /** Enter without a crosshair. */
  finish(): void {
    this.#run({ kind: "finish" });
  }

  /** Backspace, or undo, in the middle of a drawing. */
  back(): void {
    this.#run({ kind: "back" });
  }

  /** A press of the crosshair. */
  pressCrosshair(modifiers: { readonly shift: boolean; readonly alt: boolean; readonly mod: boolean }): void {
    const atPx = this.#drawing.getState().crosshairPx;
    if (!atPx) return;
    const pointer = { atPx, device: "keyboard" as const, ...modifiers };
    if (!this.#press(pointer, 1)) return;
    const at = this.#toolPointer(pointer);
    if (at) this.#run({ ...at, kind: "release" });
  }

  #press(pointer: Omit<StagePointer, "device"> & Pick<ToolPointer, "device">, clicks: number): boolean {
    const at = this.#toolPointer(pointer);
    const context = at && this.#context();
    // While it is not known which slide this is, nothing could be kept.
    const known = this.#document.getState().document.slideKey !== "";
    if (!at || !context || !known || !this.#drawing.getState().shown || !this.#tool.takes(at, context))
      return false;
    this.#run({ ...at, kind: "press", clicks });
    return true;
  }

  #clicked(atPx: Position): void {
    const last = this.#lastPointer;
    const { shift = false, alt = false, mod = false } = last ?? {};
    const at = this.#toolPointer({ atPx, device: last?.device ?? "mouse", shift, alt, mod });
    if (at && this.#drawing.getState().shown) this.#run({ ...at, kind: "click" });
  }

  #crosshairMoved(): void {
    const atPx = this.#drawing.getState().crosshairPx;
    const at = atPx && this.#toolPointer({ atPx, device: "keyboard", shift: false, alt: false, mod: false });
    if (at) this.#run({ ...at, kind: "move", pressed: false });
  }

  #changeTool(name: ToolName): void {
    this.cancel();
    this.#tool = toolOf(name);
    this.#drawing.setState({ hoverId: null, draft: null });
    this.#stage.setCursor(name === "move" ? "" : "crosshair");
  }

  #run(event: ToolEvent): void {
    const context = this.#context();
    if (!context) return;
    const plan = this.#tool.run(event, context);
    if (plan) this.#perform(plan);
    else if (event.kind === "cancel" || event.kind === "interrupt") this.#showDraft();
    else if (!this.#drafting) {
      // One drawing for all positions that came in one event.
      this.#drafting = true;
      queueMicrotask(() => {
        this.#drafting = false;
        this.#showDraft();
      });
    }
  }

  #hover(pointer: ToolPointer): void {
    if (this.#tool.name !== "move") return;
    const context = this.#context();
    if (!context || !this.#drawing.getState().shown) return;
    const grip = context.grip(pointer);
    const found = grip ? null : context.pick(pointer.at, false);
    const edge = found && this.#isSelected(found.id) ? context.pick(pointer.at, true) : null;
    this.#stage.setCursor(grip ? "crosshair" : edge ? "move" : found ? "pointer" : "");
    const hoverId = found?.id ?? null;
    if (hoverId !== this.#drawing.getState().hoverId) this.#drawing.setState({ hoverId });
  }

  #isSelected(id: string): boolean {
    return this.#document.getState().selected.has(id);
  }

  #showDraft(): void {
    const context = this.#context();
    const draft = context && this.#tool.draft(context);
    if (!draft) {
      this.#endGesture();
      this.#drawing.setState({ draft: null, omitted: [] });
      return;
    }
    const { base } = this.#history;
    if (draft.changed.length > 0) {
      this.#begin("edit");
      const geometries = new Map(draft.changed.map(({ id, geometry }) => [id, geometry]));
      this.#history.update(replaceGeometries(base, "edit", geometries));
    } else if (draft.kept) {
      const id = this.#ownId();
      this.#begin("draw");
      this.#newId = id;
      this.#history.update(this.#drawn(id, draft.kept));
    }
    const omitted = draft.changed.map(({ id }) => id);
    const { omitted: before } = this.#drawing.getState();
    const same = omitted.length === before.length && omitted.every((id, i) => id === before[i]);
    this.#drawing.setState({ draft, omitted: same ? before : omitted });
  }

  /**
   * The id of what is being drawn. Another step may have ended our gesture meanwhile, and kept what there was of it: it
   * goes on as that annotation, or as a new one where that was taken away since.
   */
  #ownId(): string {
    const isEnded = this.#begun && this.#document.getState().gesture === null;
    const isGone = isEnded && this.#newId !== null && !this.#history.base.annotations.has(this.#newId);
    return (isGone ? null : this.#newId) ?? this.#history.newId();
  }

  /** Makes the annotation of this id, or gives the one that is there its outline. */
  #drawn(id: string, geometry: AnnotationGeometry): AnnotationPatch {
    const { base } = this.#history;
    return base.annotations.has(id)
      ? replaceGeometries(base, "draw", new Map([[id, geometry]]))
      : addAnnotations(base, [this.#annotation(id, geometry)], "draw");
  }

  #begin(label: string): void {
    if (this.#begun && this.#document.getState().gesture !== null) return;
    this.#history.begin(label);
    this.#begun = true;
  }

  #endGesture(): void {
    if (this.#begun) this.#history.cancel();
    this.#begun = false;
    this.#newId = null;
  }

  #perform(plan: ToolPlan): void {
    const id = this.#ownId();
    this.#endGesture();
    const { base } = this.#history;
    switch (plan.kind) {
      case "select":
        select(this.#document, this.#selection(plan.ids, plan.mode));
        break;
      case "create":
        this.#history.run(this.#drawn(id, plan.geometry));
        select(this.#document, [id]);
        // OpenSeadragon takes the focus at the end of this event; the field must have it.
        if (this.#tool.name === "note") setTimeout(() => this.#drawing.setState({ namingId: id }));
        break;
      case "remove":
        this.#history.run(removeAnnotations(base, plan.ids, "keep"));
        break;
      case "split":
        splitSelected(plan.line);
        break;
      case "change":
        this.#history.run(
          replaceGeometries(base, plan.label, new Map(plan.after.map((one) => [one.id, one.geometry]))),
        );
        break;
    }
    this.#drawing.setState({ draft: null, omitted: [] });
    const { tool, keepTool } = this.#drawing.getState();
    if (!keepTool && !REPEATING.has(tool)) this.#drawing.setState({ tool: "move" });
    else this.#showDraft();
  }

  #selection(ids: readonly string[], mode: "only" | "add" | "toggle"): readonly string[] {
    if (mode === "only") return ids;
    const { selected } = this.#document.getState();
    const kept = mode === "add" ? [...selected] : [...selected].filter((id) => !ids.includes(id));
    return [...kept, ...ids.filter((id) => !selected.has(id))];
  }

  #annotation(id: string, geometry: AnnotationGeometry): Annotation {
    return {
      id,
      parentId: null,
      geometry,
      objectType: "annotation",
      name: null,
      description: null,
      classification: this.#drawing.getState().classification,
      color: null,
      locked: false,
      hidden: false,
      measurements: {},
      metadata: {},
      extra: {},
    };
  }

  #toolPointer(pointer: Omit<StagePointer, "device"> & Pick<ToolPointer, "device">): ToolPointer | null {
    const at = this.#stage.toFrame(pointer.atPx);
    const unitsPerPx = this.#stage.unitsPerPx();
    if (!at || unitsPerPx === null) return null;
    if (!this.#drawing.getState().snapping || this.#tool.name === "freehand") return { ...pointer, at };
    const reach = reachPx(pointer.device) * unitsPerPx;
    return { ...pointer, at: snapped(this.#indexed(), at, reach) };
  }

  #indexed(): AnnotationIndex {
    this.#index.follow(this.#history.base.annotations);
    return this.#index;
  }

  #context(): ToolContext | null {
    const [unitsPerPx, view] = [this.#stage.unitsPerPx(), this.#stage.viewBox()];
    if (unitsPerPx === null || !view) return null;
    const unitsPerUm = this.#stage.unitsPerUm();
    const { annotations } = this.#history.base;
    const { selected } = this.#document.getState();
    const { stamp } = this.#drawing.getState();
    const chosen = [...selected].flatMap((id) => annotations.get(id) ?? []);
    return {
      unitsPerPx,
      unitsPerUm,
      selected: chosen,
      pick: (at, edgeOnly) => pickAnnotation(this.#indexed(), at, reachPx("mouse") * unitsPerPx, edgeOnly),
      grip: ({ at, device }) => {
        const grips = chosen.slice(0, 4).flatMap((one) => gripsOf(one, view, unitsPerPx));
        return nearestGrip(grips, at, reachPx(device) * unitsPerPx);
      },
      within: (a, b) => {
        const box = {
          x0: Math.min(a[0], b[0]),
          y0: Math.min(a[1], b[1]),
          x1: Math.max(a[0], b[0]),
          y1: Math.max(a[1], b[1]),
        };
        return this.#indexed()
          .in(box)
          .flatMap((one) => (liesIn(one, box) ? [one.id] : []));
      },
      brushRadius: (this.#drawing.getState().brushPx / 2) * unitsPerPx,
      wand: (atPx) => this.#stage.wand(atPx),
      stamp: {
        shape: stamp.shape,
        width: stamp.widthUm * (unitsPerUm ?? 1),
        height: stamp.heightUm * (unitsPerUm ?? 1),
      },
    };
  }
}

function liesIn({ geometry, hidden }: Annotation, box: Box): boolean {
  const { x0, y0, x1, y1 } = annotationBox(geometry);
  return !hidden && x0 >= box.x0 && y0 >= box.y0 && x1 <= box.x1 && y1 <= box.y1;
}
