import type {
  Annotation,
  AnnotationClass,
  AnnotationDocument,
  AnnotationGeometry,
  AnnotationPatch,
  RankChange,
  Rgb,
} from "../core/annotation.ts";
import { emptyPatch } from "../core/annotation-patch.ts";
import { ranksBetween } from "../core/annotation-rank.ts";
import { CentiscopeError } from "../core/errors.ts";
import { sameValue } from "../core/same-value.ts";

/*
 * Every command: document → patch, nothing done yet. `history.run(patch)` makes it a step; `history.update(patch)`
 * shows it while a gesture is under way; `joinPatches` makes one of several. Ids that are not there are passed
 * over, and what is so already makes no change. A locked annotation keeps its outline.
 */

/** New annotations on top of all others, in this order. */
export function addAnnotations(
  document: AnnotationDocument,
  annotations: readonly Annotation[],
  label = "add",
): AnnotationPatch {
  const ranks = ranksBetween(document.annotations.top()?.rank ?? null, null, annotations.length);
  return {
    ...emptyPatch(label),
    created: annotations,
    ranks: annotations.map(({ id }, i): RankChange => [id, null, ranks[i]!]),
  };
}

/** `with` removes all that lies in them too; `keep` hands their children to their own parents, as QuPath offers. */
export function removeAnnotations(
  document: AnnotationDocument,
  ids: Iterable<string>,
  children: "keep" | "with",
): AnnotationPatch {
  const gone = new Set([...ids].filter((id) => document.annotations.has(id)));
  if (children === "with") for (const id of descendantsOf(document, gone)) gone.add(id);
  const removed: Annotation[] = [];
  const updated: (readonly [Annotation, Annotation])[] = [];
  const ranks: RankChange[] = [];
  for (const { annotation, rank } of document.annotations.rankedValues()) {
    if (gone.has(annotation.id)) {
      removed.push(annotation);
      ranks.push([annotation.id, rank, null]);
    } else if (annotation.parentId !== null && gone.has(annotation.parentId)) {
      let parentId: string | null = annotation.parentId;
      while (parentId !== null && gone.has(parentId)) {
        parentId = document.annotations.get(parentId)?.parentId ?? null;
      }
      updated.push([annotation, { ...annotation, parentId }]);
    }
  }
  return { ...emptyPatch("delete"), removed, updated, ranks };
}

/** Puts annotations into another, or (null) into none. Throws when that would put one into itself. */
export function moveToParent(
  document: AnnotationDocument,
  ids: Iterable<string>,
  parentId: string | null,
): AnnotationPatch {
  const moved = new Set(ids);
  for (let at = parentId; at !== null; at = document.annotations.get(at)?.parentId ?? null) {
    const inside = moved.has(at) ? document.annotations.get(at) : undefined;
    if (inside)
      throw new CentiscopeError("annotation-parent-cycle", { annotation: inside.name ?? inside.id });
  }
  return editAnnotations(document, "parent", moved, (one) => ({ ...one, parentId }));
}

export type DrawingPlace = "front" | "back" | { readonly above: string } | { readonly below: string };

/** Puts annotations elsewhere in the drawing order; among themselves they keep theirs. */
export function reorderAnnotations(
  document: AnnotationDocument,
  ids: Iterable<string>,
  place: DrawingPlace,
): AnnotationPatch {
  const wanted = new Set(ids);
  const all = [...document.annotations.rankedValues()];
  const moved = all.filter(({ annotation }) => wanted.has(annotation.id));
  const rest = all.filter(({ annotation }) => !wanted.has(annotation.id));
  const index = placeIndex(
    rest.map(({ annotation }) => annotation.id),
    place,
  );
  if (index < 0 || moved.length === 0) return emptyPatch("order");
  const low = rest[index - 1]?.rank ?? null;
  let end = index;
  // Two windows may have given one rank to two: those above make room.
  while (end < rest.length && rest[end]?.rank === low) end++;
  const placed = [...moved, ...rest.slice(index, end)];
  const before = all.map(({ annotation }) => annotation.id);
  const after = [...rest.slice(0, index), ...moved, ...rest.slice(index)].map((one) => one.annotation.id);
  if (after.every((id, i) => id === before[i])) return emptyPatch("order");
  const ranks = ranksBetween(low, rest[end]?.rank ?? null, placed.length);
  return {
    ...emptyPatch("order"),
    ranks: placed.map(({ annotation, rank }, i): RankChange => [annotation.id, rank, ranks[i]!]),
  };
}

function placeIndex(ids: readonly string[], place: DrawingPlace): number {
  if (place === "front") return ids.length;
  if (place === "back") return 0;
  if ("below" in place) return ids.indexOf(place.below);
  const at = ids.indexOf(place.above);
  return at < 0 ? at : at + 1;
}

/** Any change to any number of annotations as one step. `change` keeps the id. */
export function editAnnotations(
  document: AnnotationDocument,
  label: string,
  ids: Iterable<string>,
  change: (annotation: Annotation) => Annotation,
): AnnotationPatch {
  const updated = [...new Set(ids)].flatMap((id) => {
    const before = document.annotations.get(id);
    const after = before && change(before);
    return before && after && !sameValue(before, after) ? [[before, after] as const] : [];
  });
  return { ...emptyPatch(label), updated };
}

type Ids = Iterable<string>;

export const renameAnnotations = (document: AnnotationDocument, ids: Ids, name: string | null) =>
  editAnnotations(document, "rename", ids, (one) => ({ ...one, name }));

export const describeAnnotations = (document: AnnotationDocument, ids: Ids, description: string | null) =>
  editAnnotations(document, "describe", ids, (one) => ({ ...one, description }));

export const classifyAnnotations = (document: AnnotationDocument, ids: Ids, to: AnnotationClass | null) =>
  editAnnotations(document, "classify", ids, (one) => ({ ...one, classification: to }));

/** Their own colour; null: that of their class. */
export const colorAnnotations = (document: AnnotationDocument, ids: Ids, color: Rgb | null) =>
  editAnnotations(document, "color", ids, (one) => ({ ...one, color }));

export const lockAnnotations = (document: AnnotationDocument, ids: Ids, locked: boolean) =>
  editAnnotations(document, locked ? "lock" : "unlock", ids, (one) => ({ ...one, locked }));

export const hideAnnotations = (document: AnnotationDocument, ids: Ids, hidden: boolean) =>
  editAnnotations(document, hidden ? "hide" : "show", ids, (one) => ({ ...one, hidden }));

/** Measurements by annotation and name; null takes one away, others stay. */
export function measureAnnotations(
  document: AnnotationDocument,
  values: ReadonlyMap<string, Readonly<Record<string, number | null>>>,
): AnnotationPatch {
  return editAnnotations(document, "measure", values.keys(), (one) => ({
    ...one,
    measurements: withMembers(one.measurements, values.get(one.id) ?? {}),
  }));
}

/** Metadata of annotations by name; null takes one away, others stay. */
export const setAnnotationMetadata = (
  document: AnnotationDocument,
  ids: Ids,
  values: Readonly<Record<string, string | null>>,
) =>
  editAnnotations(document, "metadata", ids, (one) => ({
    ...one,
    metadata: withMembers(one.metadata, values),
  }));

function withMembers<T>(record: Readonly<Record<string, T>>, values: Readonly<Record<string, T | null>>) {
  const members = new Map(Object.entries(record));
  for (const [name, value] of Object.entries(values)) {
    if (value === null) members.delete(name);
    else members.set(name, value);
  }
  return Object.fromEntries(members) as Readonly<Record<string, T>>;
}

/** New outlines by id. `label` says what was done to them: "move", "brush" … Throws when one is locked. */
export function replaceGeometries(
  document: AnnotationDocument,
  label: string,
  geometries: ReadonlyMap<string, AnnotationGeometry>,
): AnnotationPatch {
  for (const id of geometries.keys()) {
    const one = document.annotations.get(id);
    if (one?.locked) throw new CentiscopeError("annotation-locked", { annotation: one.name ?? one.id });
  }
  return editAnnotations(document, label, geometries.keys(), (one) => ({
    ...one,
    geometry: geometries.get(one.id) ?? one.geometry,
  }));
}

/** All ids that lie in these, however deep, without themselves. */
export function descendantsOf(document: AnnotationDocument, ids: Iterable<string>): Set<string> {
  const children = new Map<string, string[]>();
  for (const { id, parentId } of document.annotations.values()) {
    if (parentId === null) continue;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
  }
  const roots = new Set(ids);
  const found = new Set<string>();
  const waiting = [...roots];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const child of children.get(id) ?? []) {
      if (found.has(child)) continue;
      if (!roots.has(child)) found.add(child);
      waiting.push(child);
    }
  }
  return found;
}
