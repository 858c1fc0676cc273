import type { Layer } from "@deck.gl/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LayerFade } from "../../src/viewer/layer-fade.ts";

let frame: ((now: number) => void) | null;
let reduced: boolean;
let shown: string[];

const layer = (id: string) => ({
  id,
  make: (share: number) => `${id} ${share.toFixed(2)}` as unknown as Layer,
});

beforeEach(() => {
  frame = null;
  reduced = false;
  shown = [];
  vi.stubGlobal("matchMedia", () => ({ matches: reduced }));
  vi.stubGlobal("performance", { now: () => 0 });
  vi.stubGlobal("requestAnimationFrame", (step: (now: number) => void) => {
    frame = step;
    return 1;
  });
  vi.stubGlobal("cancelAnimationFrame", () => {
    frame = null;
  });
});

afterEach(() => vi.unstubAllGlobals());

function fade(): LayerFade {
  return new LayerFade((layers) => {
    shown = layers as unknown as string[];
  });
}

describe("the cross-fade of layers", () => {
  it("shows the first picture at once", () => {
    const fading = fade();
    fading.set([layer("bins")]);
    expect(shown).toEqual(["bins 1.00"]);
    expect(fading.fading).toBe(false);
  });

  it("lets one leave while the next comes, and ends", () => {
    const fading = fade();
    fading.set([layer("bins")]);
    fading.set([layer("points")]);
    expect(shown).toEqual(["bins 1.00", "points 0.00"]);
    frame?.(90);
    expect(shown).toEqual(["bins 0.50", "points 0.50"]);
    expect(fading.fading).toBe(true);
    frame?.(200);
    expect(shown).toEqual(["points 1.00"]);
    expect(fading.fading).toBe(false);
  });

  it("turns back from where it is", () => {
    const fading = fade();
    fading.set([layer("bins")]);
    fading.set([layer("points")]);
    frame?.(45);
    fading.set([layer("bins")]);
    expect(shown).toEqual(["points 0.25", "bins 0.75"]);
  });

  it("replaces a layer of the same id without a fade", () => {
    const fading = fade();
    fading.set([layer("bins")]);
    fading.set([layer("bins")]);
    expect(shown).toEqual(["bins 1.00"]);
    expect(fading.fading).toBe(false);
  });

  it("does not move for people who ask for no motion", () => {
    reduced = true;
    const fading = fade();
    fading.set([layer("bins")]);
    fading.set([layer("points")]);
    expect(shown).toEqual(["points 1.00"]);
  });
});
