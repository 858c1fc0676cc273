import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeView, encodeView, formatLink, parseLink } from "../../src/state/url.ts";
import { defaultView, type ViewState } from "../../src/state/view.ts";

const changed: ViewState = {
  ...defaultView,
  camera: { centerUm: [3412.6, 2087.1], umPerPx: 1.25, rotationDeg: 28, flipped: true },
  genes: [
    { name: "ERBB2", color: "#f0e442", shape: "circle", visible: true, weight: 1, side: "over" },
    { name: "__proto__", color: "#56b4e9", shape: "square", visible: false, weight: -2.5, side: "under" },
  ],
  soloGene: "ERBB2",
  bins: { ...defaultView.bins, shape: "hex", binUm: 12.5, limits: { mode: "absolute", low: 1, high: 40 } },
  layers: { ...defaultView.layers, image: { visible: false, opacity: 0.25 } },
  channels: [{ visible: true, color: "#00ff00", limits: [10, 4000] }],
  filter: { minQv: 20, hideControls: true },
};

describe("view in the link", () => {
  it("comes back as it was", () => {
    expect(decodeView(encodeView(changed))).toEqual(changed);
  });
  it("says nothing of defaults", () => {
    expect(encodeView(defaultView)).toBe('{"v":1}');
    expect(encodeView({ ...defaultView, bins: { ...defaultView.bins, binUm: 5 } })).toBe(
      '{"v":1,"bins":{"binUm":5}}',
    );
  });
  it("comes back over the view that the slide starts with, where it is a default too", () => {
    const genes = changed.genes.map((gene) => ({ ...gene }));
    const start = { ...defaultView, genes, bins: { ...defaultView.bins, binUm: 5 } };
    for (const view of [defaultView, start, changed, { ...start, genes: [] }]) {
      const text = encodeView(view, [defaultView, start]);
      expect(decodeView(text, start)).toEqual(view);
      // Nor does it matter that the slide has come to start with another.
      expect(decodeView(text)).toEqual(view);
    }
  });
  it("takes any text without throwing and stays a valid view", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const view = decodeView(text);
        expect(view.bins.binUm).toBeGreaterThan(0);
        expect(Object.keys(view).sort()).toEqual(Object.keys(defaultView).sort());
      }),
    );
  });
  it("takes any value at any place without throwing", () => {
    const keys = fc.constantFrom(...Object.keys(defaultView), "binUm", "limits");
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (value) => {
        const view = decodeView(JSON.stringify(value));
        expect(view.genes.length).toBeLessThanOrEqual(24);
        expect(decodeView(encodeView(view))).toEqual(view);
      }),
    );
  });
});

describe("link", () => {
  it("keeps addresses with their own query strings, in order", () => {
    const target = {
      sampleId: null,
      urls: ["https://host/a.tif?x=1&y=2", "b/transcripts.csv.gz"],
      view: '{"v":1,"soloGene":"a&b=c"}',
    };
    expect(parseLink(formatLink(target))).toEqual(target);
  });
  it("is empty when there is nothing to say", () => {
    expect(formatLink({ sampleId: null, urls: [], view: '{"v":1}' })).toBe("");
  });
});
