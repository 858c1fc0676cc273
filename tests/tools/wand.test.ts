import { expect, it } from "vitest";
import type { Region } from "../../src/core/region.ts";
import type { ToolContext, ToolPlan } from "../../src/tools/tool.ts";
import { wandTool } from "../../src/tools/wand/index.ts";
import { annotation, at, context, run, square } from "./pointer.ts";

/** A wand that takes a square as wide as its tolerance, its corner at the place pressed. */
const seeing = (world: ToolContext): ToolContext => ({
  ...world,
  wand:
    ([x, y]) =>
    (tolerance) =>
      (square(x, y, tolerance) as { readonly region: Region }).region,
});
const boxOf = (plan: ToolPlan | undefined) => {
  const geometry =
    plan?.kind === "create" ? plan.geometry : plan?.kind === "change" ? plan.after[0]?.geometry : undefined;
  if (geometry?.type !== "area") throw new Error("no area");
  const xs = geometry.region.flat(2).map(([x]) => x);
  return [geometry.region.length, Math.min(...xs), Math.max(...xs)];
};

it("takes what looks alike, and more of it the further it is dragged", () => {
  const click = [at("press", 100, 50), at("release", 100, 50)];
  expect(run(wandTool, click, seeing(context())).plans.map(boxOf)).toEqual([[1, 100, 112]]);
  // 40 px away: 12 + 40/2 levels.
  const drag = [at("press", 100, 50), at("move", 120, 50), at("release", 140, 50)];
  expect(run(wandTool, drag, seeing(context())).plans.map(boxOf)).toEqual([[1, 100, 132]]);
});

it("adds to the selected area under the press, and takes away with Alt", () => {
  const big = annotation("a", square(0, 0, 105));
  const world = seeing(context(big));
  const [more] = run(wandTool, [at("press", 100, 50), at("release", 100, 50)], world).plans;
  expect(more).toMatchObject({ kind: "change", after: [{ id: "a" }] });
  expect(boxOf(more)).toEqual([1, 0, 112]);
  const alt = { alt: true };
  const [less] = run(wandTool, [at("press", 95, 50, alt), at("release", 95, 50, alt)], world).plans;
  expect(boxOf(less)).toEqual([1, 0, 105]);
  const all = [at("press", 0, 0, alt), at("release", 1000, 0, alt)];
  expect(run(wandTool, all, world).plans).toEqual([{ kind: "remove", ids: ["a"] }]);
});

it("does nothing where there is nothing to see, nor after Escape", () => {
  const press = at("press", 100, 50);
  expect(run(wandTool, [press, at("release", 100, 50)]).plans).toEqual([]);
  expect(run(wandTool, [press, { kind: "cancel" }, at("release", 100, 50)], seeing(context())).plans).toEqual(
    [],
  );
});
