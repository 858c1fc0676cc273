import { measureInWorker } from "../../workers/outline-client.ts";
import type { Affine } from "../core/affine.ts";
import type { AnnotationGeometry, AreaGeometry } from "../core/annotation.ts";
import { cornerCount } from "../core/annotation-parts.ts";
import { measureGeometry, type RegionMeasure } from "../geometry/region-measure.ts";
import { Listeners } from "./picture-listeners.ts";

/** Measuring more corners than these may take longer than a frame: it is done in a worker. */
const MANY = 20_000;

let map: Affine<"frame", "um"> | null = null;
let known = new WeakMap<AnnotationGeometry, RegionMeasure | null | Promise<RegionMeasure | null>>();
let version = 0;
const changes = new Listeners<void>();

/**
 * The size of a geometry, computed once while the slide's transform stays; null when it cannot be measured, "coming"
 * while that of very many corners is: `onMeasured` hears of it.
 */
export function measured(
  geometry: AnnotationGeometry,
  toUm: Affine<"frame", "um">,
): RegionMeasure | null | "coming" {
  const found = look(geometry, toUm);
  return found instanceof Promise ? "coming" : found;
}

/** The same, once it is there. */
export async function measuredSoon(
  geometry: AnnotationGeometry,
  toUm: Affine<"frame", "um">,
): Promise<RegionMeasure | null> {
  return look(geometry, toUm);
}

/** Counts the sizes that have come, for what shows them. */
export const measuredVersion = (): number => version;

export function onMeasured(listener: () => void): () => void {
  return changes.add(listener);
}

function look(
  geometry: AnnotationGeometry,
  toUm: Affine<"frame", "um">,
): RegionMeasure | null | Promise<RegionMeasure | null> {
  if (map === null || (["a", "b", "c", "d", "e", "f"] as const).some((key) => map?.[key] !== toUm[key])) {
    map = toUm;
    known = new WeakMap();
  }
  const before = known.get(geometry);
  if (before !== undefined) return before;
  const measure = isLarge(geometry) ? ask(geometry, toUm) : tryMeasure(geometry, toUm);
  known.set(geometry, measure);
  return measure;
}

function isLarge(geometry: AnnotationGeometry): geometry is AreaGeometry {
  return geometry.type === "area" && typeof Worker !== "undefined" && cornerCount(geometry) > MANY;
}

async function ask(geometry: AreaGeometry, toUm: Affine<"frame", "um">): Promise<RegionMeasure | null> {
  const asked = known;
  const measure = await measureInWorker(geometry, toUm).catch(() => null);
  asked.set(geometry, measure);
  version++;
  changes.emit();
  return measure;
}

/** What crosses itself beyond measure, or lies out of all range, has no size that could be told. */
function tryMeasure(geometry: AnnotationGeometry, toUm: Affine<"frame", "um">): RegionMeasure | null {
  try {
    return measureGeometry(geometry, toUm);
  } catch {
    return null;
  }
}
