import type { Annotation, AnnotationGeometry } from "../../core/annotation.ts";

/**
 * QuPath keeps of an object only what it knows, and metadata, which are texts. What is ours stands there under these
 * names; the description under QuPath's own.
 */
export const CARRIED = {
  parent: "centiscope:parent",
  hidden: "centiscope:hidden",
  shape: "centiscope:shape",
  description: "ANNOTATION_DESCRIPTION",
} as const;

/** Metadata as they are written: the annotation's own, and what a file has no other place for. */
export function carriedMetadata(annotation: Annotation): Record<string, string> {
  const { geometry, parentId, hidden, description, metadata } = annotation;
  const shape = ["ruler", "arrow", "note"].includes(geometry.shape) ? geometry.shape : null;
  const entries: [string, string | null][] = [
    ...Object.entries(metadata),
    [CARRIED.description, description],
    [CARRIED.parent, parentId],
    [CARRIED.hidden, hidden ? "true" : null],
    [CARRIED.shape, shape],
  ];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** What of written metadata is ours, and the rest. */
export function withoutCarried(written: ReadonlyMap<string, string>): {
  readonly metadata: Record<string, string>;
  readonly parentId: string | null;
  readonly hidden: boolean;
  readonly description: string | null;
  readonly shape: string | null;
} {
  const ours = new Set<string>(Object.values(CARRIED));
  return {
    metadata: Object.fromEntries([...written].filter(([key]) => !ours.has(key))),
    parentId: written.get(CARRIED.parent) ?? null,
    hidden: written.get(CARRIED.hidden) === "true",
    description: written.get(CARRIED.description) ?? null,
    shape: written.get(CARRIED.shape) ?? null,
  };
}

/** The geometry as the ruler, arrow or note that it was written from. */
export function withShape(geometry: AnnotationGeometry, shape: string | null): AnnotationGeometry {
  if (geometry.type === "line" && (shape === "ruler" || shape === "arrow")) return { ...geometry, shape };
  if (geometry.type === "points" && shape === "note") return { ...geometry, shape };
  return geometry;
}
