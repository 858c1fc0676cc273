import { expect, test } from "vitest";
import type { Position } from "../../../src/core/annotation.ts";
import {
  addAnnotations,
  editAnnotations,
  removeAnnotations,
} from "../../../src/state/annotation-commands.ts";
import { createDocumentStore, emptyDocument } from "../../../src/state/document.ts";
import { drawingStore } from "../../../src/state/drawing.ts";
import { History } from "../../../src/state/history.ts";
import { ToolHost } from "../../../src/ui/regions/tool-host.ts";
import type { AnnotationStage } from "../../../src/viewer/annotation-stage.ts";
import { annotation } from "../../tools/pointer.ts";

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

const OTHER = annotation("other", { type: "points", shape: "points", positions: [[400, 400]] });

/** A stage of one unit a pixel with one pointer. */
function drawingStage() {
  const stage = {
    setTaker: () => undefined,
    setCursor: () => undefined,
    onClick: () => () => undefined,
    unitsPerPx: () => 1,
    unitsPerUm: () => 1,
    viewBox: () => ({ x0: 0, y0: 0, x1: 500, y1: 500 }),
    toFrame: (at: Position) => at,
  } as unknown as AnnotationStage;
  const store = createDocumentStore();
  let next = 0;
  const history = new History(store, () => `id-${next++}`);
  history.open(emptyDocument("slide", "um"), [], []);
  history.run(addAnnotations(history.base, [OTHER]));
  const host = new ToolHost(stage, store, history);
  const at = (x: number, y: number) => ({
    atPx: [x, y] as Position,
    device: "mouse" as const,
    shift: false,
    alt: false,
    mod: false,
  });
  const click = async (x: number, y: number) => {
    host.move(at(x, y), false);
    host.press(at(x, y), 1);
    host.release(at(x, y));
    // The draft is shown once for all positions of an event.
    await Promise.resolve();
  };
  return { host, history, store, click };
}

test.each(["stays", "is deleted"])(
  "a polygon goes on to its end while another step keeps what there is of it, which %s",
  async (fate) => {
    drawingStore.setState({ tool: "polygon", snapping: false });
    const { host, history, store, click } = drawingStage();
    const stop = host.start();
    for (const [x, y] of [
      [10, 10],
      [200, 10],
      [200, 200],
    ] as const)
      await click(x, y);
    const own = () => [...history.base.annotations.values()].filter(({ id }) => id !== "other");
    expect(own()).toEqual([]);
    // In the list, another region is hidden.
    history.run(editAnnotations(history.base, "hide", ["other"], (one) => ({ ...one, hidden: true })));
    expect(own().length).toBe(1);
    if (fate === "is deleted") history.run(removeAnnotations(history.base, [own()[0]!.id], "keep"));
    await click(10, 200);
    host.finish();
    const made = own();
    expect(made.length).toBe(1);
    expect(made[0]?.geometry).toMatchObject({ type: "area" });
    expect(JSON.stringify(made[0]?.geometry)).toContain("[10,200]");
    expect(store.getState().gesture).toBeNull();
    stop();
    drawingStore.setState({ tool: "move" });
  },
);
