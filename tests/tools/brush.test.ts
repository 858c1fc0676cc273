import { expect, it } from "vitest";
import { ringArea } from "../../src/core/ring-measure.ts";
import { brushTool } from "../../src/tools/brush/index.ts";
import type { ToolPlan } from "../../src/tools/tool.ts";
import { annotation, at, context, run, square } from "./pointer.ts";

const big = annotation("a", square(0, 0, 200));

function areaOf(plan: ToolPlan | undefined): number {
  const geometry =
    plan?.kind === "create" ? plan.geometry : plan?.kind === "change" ? plan.after[0]?.geometry : undefined;
  if (geometry?.type !== "area") throw new Error("no area");
  return geometry.region.flat().reduce((sum, ring) => sum + ringArea(ring), 0);
}

const stroke = (x: number, y: number, alt = false) => [
  at("press", x, y, { alt }),
  at("move", x + 50, y, { alt }),
  at("release", x + 100, y, { alt }),
];
// A stroke of 100 with round ends of radius 10: 2000 + 100 π, less what 32 chords cut off.
const STROKE = 2000 + 100 * Math.PI;

it("paints a new area where nothing is selected that it touches", () => {
  const [plan] = run(brushTool, stroke(500, 500), context(big)).plans;
  expect(plan?.kind).toBe("create");
  expect(Math.abs(areaOf(plan) / STROKE - 1)).toBeLessThan(0.005);
});

it("adds to the selected area that it touches", () => {
  // Half of the stroke lies outside: 50 of its length and one end.
  const [plan] = run(brushTool, stroke(150, 100), context(big)).plans;
  expect(plan).toMatchObject({ kind: "change", after: [{ id: "a" }] });
  expect(areaOf(plan)).toBeCloseTo(40_000 + 1000 + 50 * Math.PI, -1);
});

it("takes away with Alt: a hole where the stroke lies inside", () => {
  const [plan] = run(brushTool, stroke(50, 100, true), context(big)).plans;
  expect(areaOf(plan)).toBeCloseTo(40_000 - STROKE, -1);
});

it("removes what nothing is left of", () => {
  const small = annotation("s", square(0, 0, 5));
  expect(run(brushTool, stroke(0, 0, true), context(small)).plans).toEqual([{ kind: "remove", ids: ["s"] }]);
});
