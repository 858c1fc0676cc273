import type {
  Annotation,
  AnnotationDocument,
  AnnotationGeometry,
  AnnotationPatch,
  Position,
  RankChange,
} from "./annotation.ts";
import type { RankedAnnotation } from "./annotation-list.ts";
import { CentiscopeError } from "./errors.ts";
import { sameValue } from "./same-value.ts";

/**
 * The document after the patch. All of it applies or nothing does: throws a `CentiscopeError` when an id is taken
 * or unknown, a parent is missing or would lie in its own child, or a position is not finite.
 */
export function applyPatch(document: AnnotationDocument, patch: AnnotationPatch): AnnotationDocument {
  const ranks = new Map(patch.ranks.map(([id, , after]) => [id, after]));
  const changes = new Map<string, RankedAnnotation | null>();
  for (const annotation of patch.removed) {
    if (!document.annotations.has(annotation.id)) throw unknown(annotation);
    changes.set(annotation.id, null);
  }
  for (const [before, after] of patch.updated) {
    const now = document.annotations.ranked(before.id);
    if (!now || before.id !== after.id || changes.has(before.id)) throw unknown(before);
    changes.set(after.id, { annotation: after, rank: ranks.get(after.id) ?? now.rank });
  }
  for (const annotation of patch.created) {
    const rank = ranks.get(annotation.id);
    if (document.annotations.has(annotation.id) || changes.has(annotation.id)) {
      throw new CentiscopeError("annotation-duplicate", { annotation: title(annotation) });
    }
    if (typeof rank !== "string") throw new Error(`no rank for ${annotation.id}: use the commands`);
    changes.set(annotation.id, { annotation, rank });
  }
  for (const [id, rank] of ranks) {
    if (rank === null || changes.has(id)) continue;
    const now = document.annotations.get(id);
    if (!now) throw new CentiscopeError("annotation-unknown", { annotation: id });
    changes.set(id, { annotation: now, rank });
  }
  check(document, patch, changes);
  return {
    ...document,
    annotations: changes.size > 0 ? document.annotations.edited(changes) : document.annotations,
    classes: patch.classes?.[1] ?? document.classes,
  };
}

/** The patch that takes this one back, exactly. */
export function invertPatch(patch: AnnotationPatch): AnnotationPatch {
  return {
    label: patch.label,
    created: patch.removed,
    updated: patch.updated.map(([before, after]) => [after, before] as const),
    removed: patch.created,
    ranks: patch.ranks.map(([id, before, after]): RankChange => [id, after, before]),
    classes: patch.classes && [patch.classes[1], patch.classes[0]],
  };
}

export function emptyPatch(label: string): AnnotationPatch {
  return { label, created: [], updated: [], removed: [], ranks: [], classes: null };
}

export function isEmptyPatch({ created, updated, removed, ranks, classes }: AnnotationPatch): boolean {
  return created.length + updated.length + removed.length + ranks.length === 0 && classes === null;
}

/** One patch that does what the first and then the second do; what the second takes back leaves no trace. */
export function joinPatches(label: string, first: AnnotationPatch, second: AnnotationPatch): AnnotationPatch {
  const contents = new Map<string, readonly [before: Annotation | null, after: Annotation | null]>();
  const ranks = new Map<string, readonly [before: string | null, after: string | null]>();
  for (const patch of [first, second]) {
    const put = (id: string, before: Annotation | null, after: Annotation | null): void => {
      contents.set(id, [(contents.get(id) ?? [before])[0], after]);
    };
    for (const one of patch.removed) put(one.id, one, null);
    for (const [before, after] of patch.updated) put(after.id, before, after);
    for (const one of patch.created) put(one.id, null, one);
    for (const [id, before, after] of patch.ranks) ranks.set(id, [(ranks.get(id) ?? [before])[0], after]);
  }
  const changed = [...contents.values()];
  const firstClasses = first.classes ?? second.classes;
  const lastClasses = second.classes ?? first.classes;
  return {
    label,
    created: changed.flatMap(([before, after]) => (!before && after ? [after] : [])),
    updated: changed.flatMap(([before, after]) => {
      return before && after && !sameValue(before, after) ? [[before, after] as const] : [];
    }),
    removed: changed.flatMap(([before, after]) => (before && !after ? [before] : [])),
    ranks: [...ranks].flatMap(([id, [before, after]]): RankChange[] => {
      return before === after ? [] : [[id, before, after]];
    }),
    classes:
      firstClasses && lastClasses && !sameValue(firstClasses[0], lastClasses[1])
        ? [firstClasses[0], lastClasses[1]]
        : null,
  };
}

/** Every position of a geometry, in order. */
export function* positionsOf(geometry: AnnotationGeometry): Generator<Position, undefined> {
  if (geometry.type === "area")
    for (const polygon of geometry.region) for (const ring of polygon) yield* ring;
  else if (geometry.type === "line") for (const line of geometry.lines) yield* line;
  else yield* geometry.positions;
}

function title({ name, id }: Annotation): string {
  return name ?? id;
}

function unknown(annotation: Annotation): CentiscopeError {
  return new CentiscopeError("annotation-unknown", { annotation: title(annotation) });
}

function check(
  document: AnnotationDocument,
  patch: AnnotationPatch,
  changes: ReadonlyMap<string, RankedAnnotation | null>,
): void {
  const after = (id: string): Annotation | undefined => {
    const change = changes.get(id);
    return change === undefined ? document.annotations.get(id) : change?.annotation;
  };
  for (const annotation of patch.created) checkFinite(annotation);
  for (const [before, now] of patch.updated) if (before.geometry !== now.geometry) checkFinite(now);
  const sound = new Set<string>();
  const moved = patch.updated.flatMap(([before, now]) => (before.parentId === now.parentId ? [] : [now]));
  for (const annotation of [...patch.created, ...moved]) checkAncestors(annotation, after, sound);
  if (patch.removed.length === 0) return;
  const gone = new Set(patch.removed.map(({ id }) => id));
  for (const { id, parentId } of document.annotations.values()) {
    if (parentId === null || !gone.has(parentId)) continue;
    const child = after(id);
    if (child?.parentId != null && gone.has(child.parentId)) throw missingParent(child);
  }
}

function missingParent(child: Annotation): CentiscopeError {
  return new CentiscopeError("annotation-parent-unknown", {
    annotation: title(child),
    parent: child.parentId ?? "",
  });
}

/** Walks up to the root. `sound` collects those whose ancestors were walked already. */
function checkAncestors(
  annotation: Annotation,
  after: (id: string) => Annotation | undefined,
  sound: Set<string>,
): void {
  const way = new Set<string>();
  for (let one = annotation; !sound.has(one.id); ) {
    if (way.has(one.id)) {
      throw new CentiscopeError("annotation-parent-cycle", { annotation: title(annotation) });
    }
    way.add(one.id);
    if (one.parentId === null) break;
    const parent = after(one.parentId);
    if (!parent) throw missingParent(one);
    one = parent;
  }
  for (const id of way) sound.add(id);
}

function checkFinite(annotation: Annotation): void {
  for (const [x, y] of positionsOf(annotation.geometry)) {
    if (Number.isFinite(x) && Number.isFinite(y)) continue;
    const params = { annotation: title(annotation), x: String(x), y: String(y) };
    throw new CentiscopeError("annotation-not-finite", params);
  }
}
