import { expose, transfer } from "comlink";
import { outlineDetail } from "../src/geometry/outline-detail.ts";
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
};

expose(api);
