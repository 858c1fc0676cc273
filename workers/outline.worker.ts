import { expose, transfer } from "comlink";
import { unpackArea } from "../src/core/packed-area.ts";
import { outlineDetail } from "../src/geometry/outline-detail.ts";
import { measureGeometry } from "../src/geometry/region-measure.ts";
import type { OutlineWorkerApi } from "./outline-protocol.ts";

const api: OutlineWorkerApi = {
  detail: async (area, quantaPerUnit) => {
    const levels = outlineDetail(area, quantaPerUnit);
    const parts = levels.flatMap(({ fills, lines }) => [...fills, ...lines]);
    return transfer(
      levels,
      parts.map(({ places }) => places.buffer),
    );
  },
  measure: async (area, shape, toUm) => {
    try {
      return measureGeometry({ type: "area", region: unpackArea(area), shape }, toUm);
    } catch {
      return null;
    }
  },
};

expose(api);
