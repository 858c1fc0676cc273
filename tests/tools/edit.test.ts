import { describe, expect, it } from "vitest";
import { rectangle } from "../../src/core/annotation-shapes.ts";
import { editTool } from "../../src/tools/edit/index.ts";
import { annotation, at, context, run, square } from "./pointer.ts";

const big = annotation("a", square(0, 0, 200));

function changedRing(plans: ReturnType<typeof run>["plans"]) {
  const [plan] = plans;
  const geometry = plan?.kind === "change" ? plan.after[0]?.geometry : undefined;
  return geometry?.type === "area" ? geometry.region[0]?.[0] : undefined;
}

describe("the move tool", () => {
  it("leaves a drag inside a region, and one beside it, to the picture", () => {
    for (const [x, y] of [
      [60, 110],
      [500, 500],
    ] as const)
      expect(run(editTool, [at("press", x, y), at("release", x + 90, y)], context(big)).plans).toEqual([]);
  });

  it("pulls a corner", () => {
    const { plans } = run(
      editTool,
      [at("press", 203, 198), at("move", 250, 260), at("release", 260, 270)],
      context(big),
    );
    expect(changedRing(plans)?.[2]).toEqual([260, 270]);
  });

  it("puts a corner in at the middle of an edge, and takes one away with Alt", () => {
    const put = run(editTool, [at("press", 100, 0), at("release", 100, -40)], context(big));
    expect(changedRing(put.plans)).toEqual([
      [0, 0],
      [100, -40],
      [200, 0],
      [200, 200],
      [0, 200],
    ]);
    const taken = run(editTool, [at("press", 200, 0, { alt: true })], context(big));
    expect(changedRing(taken.plans)).toEqual([
      [0, 0],
      [200, 200],
      [0, 200],
    ]);
  });

  it("pulls a rectangle by its sides, so it stays one", () => {
    const box = annotation("r", rectangle([0, 0], [100, 100]));
    const { plans } = run(editTool, [at("press", 100, 50), at("release", 140, 90)], context(box));
    expect(plans[0]).toMatchObject({ after: [{ geometry: { shape: "rectangle" } }] });
    expect(changedRing(plans)).toEqual([
      [0, 0],
      [140, 0],
      [140, 100],
      [0, 100],
    ]);
  });

  it("moves by the outline, as far as the pointer goes; what is locked stays", () => {
    const along = [at("press", 40, 1), at("move", 60, 11), at("release", 70, 21)];
    expect(changedRing(run(editTool, along, context(big)).plans)?.[0]).toEqual([30, 20]);
    const locked = annotation("a", square(0, 0, 200), { locked: true });
    expect(run(editTool, along, context(locked)).plans).toEqual([]);
  });

  it("selects by a click, adds with Shift, and lets go beside", () => {
    const only = run(editTool, [at("click", 60, 110)], context(big)).plans;
    expect(only).toEqual([{ kind: "select", ids: ["a"], mode: "only" }]);
    const more = run(editTool, [at("click", 60, 110, { mod: true })], context(big)).plans;
    expect(more).toEqual([{ kind: "select", ids: ["a"], mode: "toggle" }]);
    expect(run(editTool, [at("click", 900, 900)], context(big)).plans).toEqual([
      { kind: "select", ids: [], mode: "only" },
    ]);
  });

  it("selects by a box with Shift", () => {
    const { plans } = run(
      editTool,
      [at("press", 500, 500, { shift: true }), at("release", 700, 700)],
      context(big),
    );
    expect(plans).toEqual([{ kind: "select", ids: ["a"], mode: "add" }]);
  });

  it("changes nothing when it is interrupted", () => {
    const { plans, busy } = run(
      editTool,
      [at("press", 200, 200), at("move", 300, 300), { kind: "interrupt" }],
      context(big),
    );
    expect([plans, busy]).toEqual([[], false]);
  });
});
