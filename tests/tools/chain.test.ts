import { describe, expect, it } from "vitest";
import { chainTool } from "../../src/tools/chain/index.ts";
import type { ToolPlan } from "../../src/tools/tool.ts";
import { at, context, run } from "./pointer.ts";

const click = (x: number, y: number) => [at("press", x, y), at("release", x, y)];
const triangle = [...click(0, 0), ...click(100, 0), ...click(100, 80)];

function ringOf(plan: ToolPlan | undefined) {
  return plan?.kind === "create" && plan.geometry.type === "area" ? plan.geometry.region[0]?.[0] : undefined;
}

const corners = [
  [0, 0],
  [100, 0],
  [100, 80],
];

describe("polygon", () => {
  it.each([
    ["Enter", [{ kind: "finish" } as const]],
    ["a double click", [at("press", 100, 80, { clicks: 2 })]],
    ["a press on its first corner", [at("press", 5, 3)]],
    ["a press where the last was", [at("press", 101, 80)]],
  ])("is closed by %s", (_, end) => {
    const { plans, busy } = run(chainTool("polygon"), [...triangle, ...end]);
    expect(ringOf(plans[0])).toEqual(corners);
    expect(busy).toBe(false);
  });

  it("takes a drag as corners along the way, and goes on with clicks", () => {
    const { plans } = run(chainTool("polygon"), [
      at("press", 0, 0),
      at("move", 50, 0),
      at("move", 50.5, 0),
      at("move", 100, 0),
      at("release", 100, 0),
      ...click(100, 80),
      { kind: "finish" },
    ]);
    expect(ringOf(plans[0])).toEqual([
      [0, 0],
      [50, 0],
      [100, 0],
      [100, 80],
    ]);
  });

  it("of two corners is none", () => {
    expect(run(chainTool("polygon"), [...triangle.slice(0, 4), { kind: "finish" }]).plans).toEqual([]);
  });

  it("loses its last corner by Backspace, and itself with the first", () => {
    const back = { kind: "back" } as const;
    const { plans } = run(chainTool("polygon"), [...triangle, back, ...click(50, 90), { kind: "finish" }]);
    expect(ringOf(plans[0])).toEqual([
      [0, 0],
      [100, 0],
      [50, 90],
    ]);
    expect(run(chainTool("polygon"), [...triangle, back, back, back]).busy).toBe(false);
  });

  it("keeps its corners when two fingers come to zoom: only the press that was held is none", () => {
    const { plans } = run(chainTool("polygon"), [
      ...triangle,
      at("press", 300, 300),
      at("move", 320, 300),
      { kind: "interrupt" },
      { kind: "finish" },
    ]);
    expect(ringOf(plans[0])).toEqual(corners);
  });

  it("is kept for a crash without the corner that is at the pointer", () => {
    const draft = run(chainTool("polygon"), [...triangle, at("move", 40, 90)]).draft(context());
    expect(draft?.kept).toMatchObject({ region: [[corners]] });
    expect(draft?.shown).toMatchObject([{ lines: [[...corners, [40, 90]]] }]);
  });
});

it("freehand ends with its drag", () => {
  const { plans, busy } = run(chainTool("freehand"), [
    at("press", 0, 0),
    at("move", 50, 0),
    at("move", 50, 50),
    at("release", 0, 50),
  ]);
  expect(ringOf(plans[0])).toEqual([
    [0, 0],
    [50, 0],
    [50, 50],
  ]);
  expect(busy).toBe(false);
});

it("a line that splits asks for that", () => {
  const { plans } = run(chainTool("split"), [...click(0, 0), ...click(9, 40), { kind: "finish" }]);
  expect(plans).toEqual([
    {
      kind: "split",
      line: [
        [0, 0],
        [9, 40],
      ],
    },
  ]);
});

it("a cut is made with the end of its drag, for fingers have no Enter; a click that slips is none", () => {
  const drag = [at("press", 0, 0), at("move", 40, 0), at("release", 80, 0)];
  expect(run(chainTool("split"), drag).plans).toMatchObject([{ kind: "split" }]);
  const slip = [at("press", 0, 0), at("move", 3, 0), at("release", 3, 0)];
  const slipped = run(chainTool("split"), slip);
  expect(slipped).toMatchObject({ plans: [], busy: true });
});
