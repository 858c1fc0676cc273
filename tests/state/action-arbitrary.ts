import fc from "fast-check";
import type { AnnotationDocument, AnnotationPatch } from "../../src/core/annotation.ts";
import { emptyPatch } from "../../src/core/annotation-patch.ts";
import {
  addAnnotations,
  colorAnnotations,
  descendantsOf,
  describeAnnotations,
  hideAnnotations,
  lockAnnotations,
  measureAnnotations,
  moveToParent,
  removeAnnotations,
  renameAnnotations,
  reorderAnnotations,
  replaceGeometries,
  setAnnotationMetadata,
} from "../../src/state/annotation-commands.ts";
import { addClass, changeClass, removeClass } from "../../src/state/class-commands.ts";
import { annotation, square } from "../core/annotation-arbitrary.ts";

const CHANGES = [
  "add",
  "remove",
  "remove-with",
  "parent",
  "order",
  "rename",
  "describe",
  "color",
  "lock",
  "hide",
  "measure",
  "metadata",
  "geometry",
  "class",
  "change-class",
  "remove-class",
] as const;

/** A change by numbers: which annotations it hits depends on those that are there. */
export interface Action {
  readonly kind: (typeof CHANGES)[number] | "undo" | "redo";
  readonly one: number;
  readonly other: number;
  readonly id: string;
}

export const actionArbitrary: fc.Arbitrary<Action> = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...CHANGES) },
    { weight: 1, arbitrary: fc.constantFrom("undo" as const, "redo" as const) },
    { weight: 1, arbitrary: fc.constant("add" as const) },
  ),
  one: fc.nat(1000),
  other: fc.nat(1000),
  id: fc.uuid(),
});

/** What the action would change; empty when there is nothing to change, and for undo and redo. */
export function patchOf(document: AnnotationDocument, { kind, one, other, id }: Action): AnnotationPatch {
  const ids = [...document.annotations.keys()];
  const a = ids[one % Math.max(1, ids.length)];
  const b = ids[other % Math.max(1, ids.length)];
  const classes = document.classes[one % Math.max(1, document.classes.length)];
  const className = [`Class ${other % 4}`];
  if (kind === "add") {
    const parentId = other % 3 === 0 ? (b ?? null) : null;
    return addAnnotations(document, [annotation(id, { parentId, geometry: square(one, other, 5) })]);
  }
  if (kind === "class") return addClass(document, { names: className, color: [one % 256, 0, 0] });
  if (kind === "change-class" && classes) {
    return changeClass(document, classes.names, { names: className, color: [0, other % 256, 0] });
  }
  if (kind === "remove-class" && classes) return removeClass(document, classes.names);
  if (a === undefined || b === undefined) return emptyPatch(kind);
  const both = [a, b];
  switch (kind) {
    case "remove":
      return removeAnnotations(document, both, "keep");
    case "remove-with":
      return removeAnnotations(document, [a], "with");
    case "parent":
      return descendantsOf(document, [a]).has(b) || a === b
        ? moveToParent(document, [a], null)
        : moveToParent(document, [a], b);
    case "order":
      return reorderAnnotations(document, [a], other % 2 ? { above: b } : other % 4 ? "back" : "front");
    case "rename":
      return renameAnnotations(document, both, other % 5 ? `name ${other}` : null);
    case "describe":
      return describeAnnotations(document, both, `words ${other}`);
    case "color":
      return colorAnnotations(document, [a], [other % 256, 1, 2]);
    case "lock":
      return lockAnnotations(document, both, other % 2 === 0);
    case "hide":
      return hideAnnotations(document, both, other % 2 === 0);
    case "measure":
      return measureAnnotations(document, new Map([[a, { [`m${one % 3}`]: other % 4 ? other : null }]]));
    case "metadata":
      return setAnnotationMetadata(document, both, { [`k${one % 3}`]: other % 4 ? `${other}` : null });
    case "geometry":
      return document.annotations.get(a)?.locked
        ? emptyPatch(kind)
        : replaceGeometries(document, "move", new Map([[a, square(other, one, 7)]]));
    default:
      return emptyPatch(kind);
  }
}
