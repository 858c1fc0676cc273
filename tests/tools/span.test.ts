import { describe, expect, it } from "vitest";
import { spanTool } from "../../src/tools/span/index.ts";
import { at, context, run } from "./pointer.ts";

describe("rectangle", () => {
  it("is drawn by a drag, in any direction", () => {
    const made = run(spanTool("rectangle"), [at("press", 40, 30), at("move", 20, 25), at("release", 10, 5)]);
    expect(made.plans).toEqual([
      {
        kind: "create",
        geometry: {
          type: "area",
          shape: "rectangle",
          region: [
            [
              [
                [10, 5],
                [40, 5],
                [40, 30],
                [10, 30],
              ],
            ],
          ],
        },
      },
    ]);
    expect(made.busy).toBe(false);
  });

  it("is drawn by two clicks too", () => {
    const clicks = [at("press", 0, 0), at("release", 1, 1), at("move", 50, 60), at("press", 50, 60)];
    expect(run(spanTool("rectangle"), clicks).plans).toHaveLength(1);
    expect(run(spanTool("rectangle"), clicks.slice(0, 3)).busy).toBe(true);
  });

  it("of no width is none", () => {
    expect(run(spanTool("rectangle"), [at("press", 0, 0), at("release", 0, 50)]).plans).toEqual([]);
  });

  it("is a square with Shift", () => {
    const { plans } = run(spanTool("rectangle"), [
      at("press", 100, 100),
      at("release", 70, 160, { shift: true }),
    ]);
    expect(JSON.stringify(plans)).toContain("[[40,100],[100,100],[100,160],[40,160]]");
  });

  it("ends with Escape, and with a second finger while it is held, but not between two clicks", () => {
    const press = [at("press", 0, 0), at("move", 50, 50)];
    expect(run(spanTool("rectangle"), [...press, { kind: "cancel" }]).busy).toBe(false);
    expect(run(spanTool("rectangle"), [...press, { kind: "interrupt" }]).busy).toBe(false);
    const clicked = [at("press", 0, 0), at("release", 0, 0), { kind: "interrupt" } as const];
    expect(run(spanTool("rectangle"), clicked).busy).toBe(true);
  });
});

it("an ellipse fills its box to the last bit", () => {
  const { plans } = run(spanTool("ellipse"), [at("press", 0.1, 0.7), at("release", 33.3, 77.7)]);
  const [plan] = plans;
  if (plan?.kind !== "create" || plan.geometry.type !== "area") throw new Error("no area");
  const ring = plan.geometry.region[0]![0]!;
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  expect([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]).toEqual([
    0.1, 33.3, 0.7, 77.7,
  ]);
});

it("a ruler keeps to an axis with Shift", () => {
  const { plans } = run(spanTool("ruler"), [at("press", 0, 0), at("release", 80, 5, { shift: true })]);
  expect(JSON.stringify(plans)).toContain("[[[0,0],[80,0]]]");
});

it("what is being drawn is shown and would survive a crash", () => {
  const draft = run(spanTool("ellipse"), [at("press", 0, 0), at("move", 10, 20)]).draft(context());
  expect(draft?.kept).not.toBeNull();
  expect(draft?.shown).toEqual([draft?.kept]);
});
