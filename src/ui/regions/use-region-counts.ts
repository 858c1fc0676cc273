import { useEffect, useState } from "react";
import type { Annotation } from "../../core/annotation.ts";
import { type ErrorFacts, errorFacts, isAbort } from "../../core/errors.ts";
import type { RegionBracket, RegionSums } from "../../core/expression.ts";
import type { Region } from "../../core/region.ts";
import { uniteRegions } from "../../geometry/region-boolean.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useSession } from "../stores.ts";

/** What is known of the molecules in the selected areas. */
export type RegionCounts =
  | { readonly status: "none" }
  /** So many areas are joined and counted only in the comparison, which counts each for itself. */
  | { readonly status: "many" }
  | { readonly status: "counting"; readonly bracket: RegionBracket | null }
  | { readonly status: "ready"; readonly sums: RegionSums }
  | { readonly status: "failed"; readonly error: ErrorFacts };

const NONE: RegionCounts = { status: "none" };
const MANY: RegionCounts = { status: "many" };
/** Joining more areas would keep the page from everything else. */
const JOINED_AT_MOST = 200;

/** The places of all areas together, each once; null when there is no area among them. */
function regionOf(annotations: readonly Annotation[]): Region | null {
  const areas = annotations.flatMap(({ geometry }) => (geometry.type === "area" ? [geometry.region] : []));
  if (areas.length === 0) return null;
  return areas.length === 1 ? areas[0]! : uniteRegions(areas);
}

/**
 * Counts the areas among these annotations, anew whenever an outline, the filter or the slide changes: first a
 * bracket, then the exact figures. Superseded work is aborted.
 */
export function useRegionCounts(annotations: readonly Annotation[]): RegionCounts {
  const centiscope = useCentiscope();
  const genes = useSession((session) => session.genes);
  const filter = useSession((session) => session.filterSummary);
  const [counts, setCounts] = useState<RegionCounts>(NONE);
  const geometries = annotations.map(({ geometry }) => geometry);
  const [held, setHeld] = useState(geometries);
  const same = held.length === geometries.length && held.every((one, i) => one === geometries[i]);
  if (!same) setHeld(geometries);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the outlines are what is counted, `annotations` is new each time
  useEffect(() => {
    if (!genes || annotations.length > JOINED_AT_MOST) {
      setCounts(genes ? MANY : NONE);
      return;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const count = async () => {
      const region = regionOf(annotations);
      if (!region) {
        setCounts(NONE);
        return;
      }
      setCounts({ status: "counting", bracket: null });
      const onBracket = (bracket: RegionBracket) => {
        if (!signal.aborted) setCounts({ status: "counting", bracket });
      };
      const sums = await centiscope.countRegion(region, { signal, onBracket });
      if (!signal.aborted) setCounts(sums ? { status: "ready", sums } : NONE);
    };
    count().catch((thrown: unknown) => {
      if (!isAbort(thrown) && !signal.aborted) setCounts({ status: "failed", error: errorFacts(thrown, "") });
    });
    return () => controller.abort(new DOMException("superseded", "AbortError"));
  }, [held, genes, filter, centiscope]);
  return counts;
}
