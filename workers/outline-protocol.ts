import type { OutlineLevel, PackedArea } from "../src/core/outline.ts";

export interface OutlineWorkerApi {
  /** As `outlineDetail`. The area's arrays are handed over, and so are those of the answer. */
  detail(area: PackedArea, quantaPerUnit: number): Promise<OutlineLevel[]>;
}
