import type { AnnotationDocument, AnnotationPatch, ClassEntry, Rgb } from "../core/annotation.ts";
import { emptyPatch } from "../core/annotation-patch.ts";
import { sameValue } from "../core/same-value.ts";
import { editAnnotations } from "./annotation-commands.ts";

/** The slide's list of classes, as it shall be. Annotations keep theirs. */
export function setClasses(
  document: AnnotationDocument,
  classes: readonly ClassEntry[],
  label = "classes",
): AnnotationPatch {
  const patch = emptyPatch(label);
  return sameValue(document.classes, classes) ? patch : { ...patch, classes: [document.classes, classes] };
}

/** Adds a class to the end of the list, or gives the one of these names this colour. */
export function addClass(document: AnnotationDocument, entry: ClassEntry): AnnotationPatch {
  const known = document.classes.some(({ names }) => sameValue(names, entry.names));
  const classes = known
    ? document.classes.map((one) => (sameValue(one.names, entry.names) ? entry : one))
    : [...document.classes, entry];
  return setClasses(document, classes, "add-class");
}

/** Renames or recolours a class, in the list and in every annotation that has it. */
export function changeClass(
  document: AnnotationDocument,
  names: readonly string[],
  to: ClassEntry,
): AnnotationPatch {
  const list = document.classes.filter(
    (one) => !sameValue(one.names, to.names) || sameValue(one.names, names),
  );
  const classes = list.map((one) => (sameValue(one.names, names) ? to : one));
  return {
    ...withClass(document, "change-class", names, { names: to.names, color: to.color }),
    classes: setClasses(document, classes).classes,
  };
}

/** Takes a class off the list, and off every annotation that has it. */
export function removeClass(document: AnnotationDocument, names: readonly string[]): AnnotationPatch {
  const classes = document.classes.filter((one) => !sameValue(one.names, names));
  return {
    ...withClass(document, "remove-class", names, null),
    classes: setClasses(document, classes).classes,
  };
}

function withClass(
  document: AnnotationDocument,
  label: string,
  names: readonly string[],
  classification: { readonly names: readonly string[]; readonly color: Rgb } | null,
): AnnotationPatch {
  const ids: string[] = [];
  for (const { id, classification: own } of document.annotations.values()) {
    if (own && sameValue(own.names, names)) ids.push(id);
  }
  return editAnnotations(document, label, ids, (one) => ({ ...one, classification }));
}
