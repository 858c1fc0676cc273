import type { Annotation, AnnotationDocument, AnnotationPatch, RankChange } from "./annotation.ts";
import { sameValue } from "./same-value.ts";

/**
 * What is left of a patch when others changed the document since it was made: whatever they changed stays as they
 * left it. Undo and redo go through this, so that nobody takes back the work of another window unseen. Where
 * nothing came between, the patch comes back itself.
 */
export function rebasePatch(document: AnnotationDocument, patch: AnnotationPatch): AnnotationPatch {
  if (appliesAsItIs(document, patch)) return patch;
  const { annotations } = document;
  const removed = removable(document, patch);
  const gone = new Set(removed.map(({ id }) => id));
  const created = patch.created.filter(({ id }) => !annotations.has(id));
  const come = new Set(created.map(({ id }) => id));
  const updated = patch.updated.flatMap(([before, after]) => {
    const now = annotations.get(before.id);
    const next = now && !gone.has(now.id) ? takeOver(now, before, after) : now;
    return now && next && next !== now ? [[now, next] as const] : [];
  });
  const parents = new Map(updated.map(([, after]) => [after.id, after.parentId]));
  for (const { id, parentId } of created) parents.set(id, parentId);
  const parentOf = (id: string): string | null | undefined => {
    if (gone.has(id)) return undefined;
    return parents.has(id) ? parents.get(id) : annotations.get(id)?.parentId;
  };
  /** The wished parent where that is possible, else the other. */
  const possible = (id: string, parentId: string | null, otherwise: string | null): string | null => {
    let at = parentId;
    for (let steps = 0; at !== null; steps++) {
      const next = parentOf(at);
      if (at === id || next === undefined || steps > annotations.size + created.length) {
        parents.set(id, otherwise);
        return otherwise;
      }
      at = next;
    }
    return parentId;
  };
  return {
    label: patch.label,
    created: created.map((one) => withParent(one, possible(one.id, one.parentId, null))),
    updated: updated.map(([now, next]) => {
      const parentId =
        now.parentId === next.parentId ? next.parentId : possible(next.id, next.parentId, now.parentId);
      return [now, withParent(next, parentId)] as const;
    }),
    removed,
    ranks: patch.ranks.flatMap(([id, before, after]): RankChange[] => {
      if (before === null) return come.has(id) ? [[id, null, after]] : [];
      if (after === null) return gone.has(id) ? [[id, annotations.rankOf(id) ?? before, null]] : [];
      return annotations.rankOf(id) === before && !gone.has(id) ? [[id, before, after]] : [];
    }),
    classes: patch.classes && sameValue(document.classes, patch.classes[0]) ? patch.classes : null,
  };
}

function withParent(annotation: Annotation, parentId: string | null): Annotation {
  return annotation.parentId === parentId ? annotation : { ...annotation, parentId };
}

function appliesAsItIs(document: AnnotationDocument, patch: AnnotationPatch): boolean {
  const { annotations } = document;
  if (patch.classes && document.classes !== patch.classes[0]) return false;
  const held = new Set(patch.created.map(({ id }) => id));
  const gone = new Set(patch.removed.map(({ id }) => id));
  const stands = (parentId: string | null): boolean =>
    parentId === null || held.has(parentId) || (annotations.has(parentId) && !gone.has(parentId));
  if (!patch.removed.every((one) => annotations.get(one.id) === one)) return false;
  if (!patch.created.every((one) => !annotations.has(one.id) && stands(one.parentId))) return false;
  if (!patch.ranks.every(([id, before]) => (annotations.rankOf(id) ?? null) === before)) return false;
  const sameUpdates = patch.updated.every(([before, after]) => {
    return annotations.get(before.id) === before && before.parentId === after.parentId;
  });
  return sameUpdates && removable(document, patch).length === patch.removed.length;
}

/** Those of `removed` that nobody changed and that hold nothing that stays. */
function removable(document: AnnotationDocument, patch: AnnotationPatch): readonly Annotation[] {
  if (patch.removed.length === 0) return [];
  const going = new Map<string, Annotation>();
  for (const one of patch.removed) {
    const now = document.annotations.get(one.id);
    if (now && sameValue(now, one)) going.set(one.id, now);
  }
  const leaving = new Map(patch.updated.map(([, after]) => [after.id, after.parentId]));
  const holds = new Set<string>();
  for (const { id, parentId } of document.annotations.values()) {
    if (parentId === null || !going.has(parentId) || going.has(id)) continue;
    const next = leaving.has(id) ? leaving.get(id) : parentId;
    if (next != null && going.has(next)) holds.add(next);
  }
  // What stays keeps its parents.
  for (const id of holds) {
    for (let at: string | null = id; at !== null && going.has(at); ) {
      const parentId: string | null = going.get(at)?.parentId ?? null;
      going.delete(at);
      at = parentId;
    }
  }
  return [...going.values()];
}

/** `now` with what lies between `before` and `after`, where `now` still is as before. */
function takeOver(now: Annotation, before: Annotation, after: Annotation): Annotation {
  if (now === before) return after;
  const changed = Object.keys(after).filter((key) => {
    const field = key as keyof Annotation;
    return !sameValue(before[field], after[field]) && sameValue(now[field], before[field]);
  });
  if (changed.length === 0) return now;
  return { ...now, ...Object.fromEntries(changed.map((key) => [key, after[key as keyof Annotation]])) };
}
