import { describe, expect, it } from "vitest";
import {
  changeBins,
  changeChannel,
  deselectGene,
  moveGene,
  selectGenes,
  stepBin,
  toggleExpressionLayers,
  toggleGene,
  togglePresenting,
  toggleSolo,
} from "../../src/state/actions.ts";
import { defaultView, MAX_SELECTED_GENES, type ViewState } from "../../src/state/view.ts";

const names = (view: ViewState) => view.genes.map((gene) => gene.name);
const three = selectGenes(["A", "B", "C"])(defaultView);

describe("genes", () => {
  it("adds each once, in order, up to the limit", () => {
    const many = Array.from({ length: 40 }, (_, i) => `G${i}`);
    const view = selectGenes(["G1", ...many])(defaultView);
    expect(names(view)).toHaveLength(MAX_SELECTED_GENES);
    expect(names(view).slice(0, 3)).toEqual(["G1", "G0", "G2"]);
    expect(selectGenes(["G1"])(view)).toBe(view);
  });

  it("gives every one of the 24 a look of its own", () => {
    const view = selectGenes(Array.from({ length: MAX_SELECTED_GENES }, (_, i) => `G${i}`))(defaultView);
    expect(new Set(view.genes.map((gene) => `${gene.color} ${gene.shape}`)).size).toBe(MAX_SELECTED_GENES);
  });

  it("gives a freed colour to the next gene, not a worn one", () => {
    const view = selectGenes(["D"])(deselectGene("B")(three));
    expect(new Set(view.genes.map((gene) => gene.color)).size).toBe(3);
  });

  it("ends a solo with its gene, and toggles", () => {
    const solo = toggleSolo("B")(three);
    expect(solo.soloGene).toBe("B");
    expect(toggleGene("B")(solo).soloGene).toBeNull();
    expect(toggleSolo("B")(solo).soloGene).toBeNull();
  });

  it("moves, clamped at both ends", () => {
    expect(names(moveGene("C", 0)(three))).toEqual(["C", "A", "B"]);
    expect(names(moveGene("A", 1)(three))).toEqual(["B", "A", "C"]);
    expect(names(moveGene("A", 99)(three))).toEqual(["B", "C", "A"]);
    expect(names(moveGene("C", -5)(three))).toEqual(["C", "A", "B"]);
    expect(moveGene("nosuch", 0)(three)).toBe(three);
  });
});

describe("bins", () => {
  it("stay within what is offered", () => {
    expect(changeBins({ binUm: 5000 })(defaultView).bins.binUm).toBe(200);
    expect(changeBins({ binUm: 0 })(defaultView).bins.binUm).toBe(0.5);
  });

  it("step through the stops down to single transcripts and back", () => {
    let view = changeBins({ binUm: 7 })(defaultView);
    const seen: (number | "off")[] = [];
    for (let i = 0; i < 4; i++) {
      view = stepBin(-1)(view);
      seen.push(view.bins.shape === "off" ? "off" : view.bins.binUm);
    }
    expect(seen).toEqual([5, 1, "off", "off"]);
    expect(stepBin(1)(view).bins).toMatchObject({ shape: "square", binUm: 1 });
    const largest = changeBins({ binUm: 200 })(defaultView);
    expect(stepBin(1)(largest)).toBe(largest);
  });
});

describe("layers and panels", () => {
  it("hide the expression together and leave the image", () => {
    const bare = toggleExpressionLayers()(defaultView);
    expect([bare.layers.bins.visible, bare.layers.points.visible, bare.layers.image.visible]).toEqual([
      false,
      false,
      true,
    ]);
    expect(toggleExpressionLayers()(bare).layers.points.visible).toBe(true);
  });

  it("take over the image's own channels at the first change", () => {
    const suggested = [
      { visible: true, color: "#ff0000", limits: [0, 10] as const },
      { visible: true, color: "#00ff00", limits: [5, 9] as const },
    ];
    const view = changeChannel(1, { visible: false }, suggested)(defaultView);
    expect(view.channels).toEqual([suggested[0], { ...suggested[1], visible: false }]);
  });

  it("present hides both sides and brings both back", () => {
    const presenting = togglePresenting()(defaultView);
    expect(presenting.panels).toEqual({ left: false, right: false });
    expect(togglePresenting()(presenting).panels).toEqual({ left: true, right: true });
  });
});
