import { expect, test } from "vitest";
import { decodeView, encodeView } from "../../src/state/url.ts";
import { defaultView, LEAST_BIN_UM, MOST_BIN_UM } from "../../src/state/view.ts";
import { checkBin } from "../../src/viewer/embedding-arguments.ts";

test("every bin that may be asked for comes back by a link", () => {
  for (const binUm of [LEAST_BIN_UM, 0.01, 0.5, 200_000, MOST_BIN_UM]) {
    checkBin(binUm, "square");
    const view = { ...defaultView, bins: { ...defaultView.bins, binUm } };
    expect(decodeView(encodeView(view)).bins.binUm).toBe(binUm);
  }
  for (const binUm of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, LEAST_BIN_UM / 2, MOST_BIN_UM * 2])
    expect(() => checkBin(binUm, "square")).toThrow(RangeError);
});
