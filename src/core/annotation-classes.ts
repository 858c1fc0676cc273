import type { Annotation, ClassEntry } from "./annotation.ts";
import { annotationColor, className } from "./annotation-color.ts";

/** The classes that QuPath offers in a new project, with its colours (qupath.lib.objects.classes.PathClassFactory). */
export const usualClasses: readonly ClassEntry[] = [
  { names: ["Tumor"], color: [200, 0, 0] },
  { names: ["Stroma"], color: [150, 200, 150] },
  { names: ["Immune cells"], color: [160, 90, 160] },
  { names: ["Necrosis"], color: [50, 50, 50] },
  { names: ["Other"], color: [255, 200, 0] },
  { names: ["Region*"], color: [0, 0, 180] },
  { names: ["Ignore*"], color: [180, 180, 180] },
];

/** All classes that can be chosen: the slide's own, those in use, the usual ones; each name once, in this order. */
export function offeredClasses(
  own: readonly ClassEntry[],
  annotations: Iterable<Annotation>,
): readonly ClassEntry[] {
  const offered = new Map(own.map((entry) => [className(entry.names), entry]));
  for (const annotation of annotations) {
    const { classification } = annotation;
    const name = classification && className(classification.names);
    if (name === null || offered.has(name)) continue;
    const color = annotationColor({ color: null, classification }, own);
    offered.set(name, { names: classification?.names ?? [name], color });
  }
  for (const entry of usualClasses) {
    const name = className(entry.names);
    if (!offered.has(name)) offered.set(name, entry);
  }
  return [...offered.values()];
}
