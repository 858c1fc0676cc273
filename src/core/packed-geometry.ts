import type { Annotation, AnnotationGeometry } from "./annotation.ts";
import { cornerCount, geometryParts } from "./annotation-parts.ts";
import { type PackedArea, packArea, unpackSteps } from "./packed-area.ts";
import type { Region } from "./region.ts";

/** A geometry, its corners in arrays; see `PackedArea`. Chains of a line are rings of one polygon there. */
export interface PackedGeometry {
  readonly type: AnnotationGeometry["type"];
  readonly shape: AnnotationGeometry["shape"];
  readonly packed: PackedArea;
}

/** An annotation on its way to another thread or to the disk. */
export type SentAnnotation = Omit<Annotation, "geometry"> & {
  readonly geometry: AnnotationGeometry | PackedGeometry;
};

/** Copied as they are, so many corners take a millisecond. */
const FEW = 500;

export const isHeavy = (geometry: AnnotationGeometry): boolean => cornerCount(geometry) > FEW;

export function packGeometry(geometry: AnnotationGeometry): PackedGeometry {
  const { type, shape } = geometry;
  return { type, shape, packed: packArea(type === "area" ? geometry.region : [geometryParts(geometry)]) };
}

/** The annotation itself unless its corners are very many. */
export function sent(annotation: Annotation): SentAnnotation {
  const { geometry } = annotation;
  return isHeavy(geometry) ? { ...annotation, geometry: packGeometry(geometry) } : annotation;
}

/** The annotations that were sent, in their order, with pauses as in `unpacked`. */
export async function received(
  annotations: readonly SentAnnotation[],
  pause: () => Promise<void>,
): Promise<Annotation[]> {
  const whole: Annotation[] = [];
  for (const { geometry, ...annotation } of annotations)
    whole.push({
      ...annotation,
      geometry: "packed" in geometry ? await unpacked(geometry, pause) : geometry,
    });
  return whole;
}

/** The geometry that was packed, with a `pause` after every few milliseconds' worth of corners. */
export async function unpacked(
  { type, shape, packed }: PackedGeometry,
  pause: () => Promise<void>,
): Promise<AnnotationGeometry> {
  const steps = unpackSteps(packed);
  let step = steps.next();
  while (!step.done) {
    await pause();
    step = steps.next();
  }
  return geometryOf(type, shape, step.value);
}

function geometryOf(
  type: AnnotationGeometry["type"],
  shape: AnnotationGeometry["shape"],
  region: Region,
): AnnotationGeometry {
  const chains = region[0] ?? [];
  if (type === "area") return { type, shape, region } as AnnotationGeometry;
  if (type === "line") return { type, shape, lines: chains } as AnnotationGeometry;
  return { type, shape, positions: chains[0] ?? [] } as AnnotationGeometry;
}
