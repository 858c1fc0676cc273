import type { Annotation } from "../src/core/annotation.ts";
import { cornerCount } from "../src/core/annotation-parts.ts";
import { isHeavy, type SentAnnotation, sent } from "../src/core/packed-geometry.ts";

/** Most annotations in one message, and most corners: the page copies them in some milliseconds. */
const ANNOTATIONS = 500;
const CORNERS = 10_000;
/** Packed, so many cost what one does. */
const PACKED = 20;

/** As many annotations, from the one of this index on, as go into one message; at least one where there is one. */
export function oneMessage(annotations: readonly Annotation[], from: number): SentAnnotation[] {
  const message: SentAnnotation[] = [];
  let corners = 0;
  for (let i = from; i < annotations.length && message.length < ANNOTATIONS && corners < CORNERS; i++) {
    const annotation = annotations[i]!;
    const { geometry } = annotation;
    corners += cornerCount(geometry) / (isHeavy(geometry) ? PACKED : 1);
    message.push(sent(annotation));
  }
  return message;
}
