import { useSyncExternalStore } from "react";
import { measuredVersion, onMeasured } from "../../viewer/region-measures.ts";

/** Renders anew when the size of an area of very many corners has come; how many have. */
export function useMeasured(): number {
  return useSyncExternalStore(onMeasured, measuredVersion);
}
