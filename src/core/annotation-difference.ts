import type { Annotation, AnnotationDocument, AnnotationPatch, RankChange } from "./annotation.ts";
import { sameValue } from "./same-value.ts";

/** The patch that makes of one document of a slide another: to go back to a named version. */
export function differencePatch(
  label: string,
  from: AnnotationDocument,
  to: AnnotationDocument,
): AnnotationPatch {
  const created: Annotation[] = [];
  const updated: (readonly [Annotation, Annotation])[] = [];
  const removed: Annotation[] = [];
  const ranks: RankChange[] = [];
  for (const { annotation, rank } of to.annotations.rankedValues()) {
    const now = from.annotations.ranked(annotation.id);
    if (!now) created.push(annotation);
    else if (!sameValue(now.annotation, annotation)) updated.push([now.annotation, annotation]);
    if (now?.rank !== rank) ranks.push([annotation.id, now?.rank ?? null, rank]);
  }
  for (const { annotation, rank } of from.annotations.rankedValues()) {
    if (to.annotations.has(annotation.id)) continue;
    removed.push(annotation);
    ranks.push([annotation.id, rank, null]);
  }
  const classes = sameValue(from.classes, to.classes) ? null : ([from.classes, to.classes] as const);
  return { label, created, updated, removed, ranks, classes };
}
