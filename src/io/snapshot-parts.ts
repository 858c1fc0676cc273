import type { ClassEntry } from "../core/annotation.ts";
import { AnnotationList, type RankedAnnotation } from "../core/annotation-list.ts";
import type { Snapshot } from "../core/operation-log.ts";
import { received, type SentAnnotation, sent } from "../core/packed-geometry.ts";
import { nextTask } from "./next-task.ts";

/** Older ones are there for the day that the newest is damaged, or an operation came late. */
export const KEPT_SNAPSHOTS = 3;

const PART = 1000;

/** A snapshot without its annotations. */
export interface SnapshotHead {
  readonly slideKey: string;
  readonly upTo: string;
  readonly count: number;
  readonly parts: number;
  readonly living: number;
  readonly removed: number;
  readonly forks: ReadonlyMap<string, readonly string[]>;
  readonly classes: readonly ClassEntry[];
}

/** At most a thousand annotations, in drawing order, with the operations that gave them their outlines. */
export interface SnapshotPart {
  readonly living: readonly KeptAnnotation[];
  readonly removed: readonly KeptAnnotation[];
  readonly revisions: readonly (readonly [id: string, opId: string])[];
}

interface KeptAnnotation extends Pick<RankedAnnotation, "rank"> {
  readonly annotation: SentAnnotation;
}

/** Fifty thousand annotations in one record would be cloned in one long task. */
export function partsOf(
  slideKey: string,
  { upTo, count, data }: Snapshot,
): { readonly head: SnapshotHead; readonly parts: SnapshotPart[] } {
  const { annotations, removed, revisions, forks, classes } = data;
  const parts: SnapshotPart[] = [];
  const cut = (list: AnnotationList, where: "living" | "removed"): void => {
    let entries: KeptAnnotation[] = [];
    const push = (): void => {
      const known = entries.flatMap(({ annotation: { id } }) => {
        const opId = revisions.get(id);
        return opId === undefined ? [] : [[id, opId] as const];
      });
      parts.push({ living: [], removed: [], [where]: entries, revisions: known });
      entries = [];
    };
    for (const { annotation, rank } of list.rankedValues())
      if (entries.push({ annotation: sent(annotation), rank }) === PART) push();
    if (entries.length > 0) push();
  };
  cut(annotations, "living");
  cut(removed, "removed");
  const sizes = { parts: parts.length, living: annotations.size, removed: removed.size };
  return { head: { slideKey, upTo, count, ...sizes, forks, classes }, parts };
}

/** Null when a part is missing or the number of annotations is not what the head says. */
export async function snapshotOf(
  head: SnapshotHead,
  read: (part: number) => Promise<SnapshotPart | undefined>,
): Promise<Snapshot | null> {
  let [annotations, removed] = [AnnotationList.empty, AnnotationList.empty];
  const revisions = new Map<string, string>();
  for (let i = 0; i < head.parts; i++) {
    const part = await read(i);
    if (!part) return null;
    annotations = annotations.edited(await entriesOf(part.living));
    removed = removed.edited(await entriesOf(part.removed));
    for (const [id, opId] of part.revisions) revisions.set(id, opId);
  }
  if (annotations.size !== head.living || removed.size !== head.removed) return null;
  const { upTo, count, forks, classes } = head;
  return { upTo, count, data: { annotations, removed, revisions, forks, classes } };
}

async function entriesOf(kept: readonly KeptAnnotation[]): Promise<[id: string, entry: RankedAnnotation][]> {
  const annotations = await received(
    kept.map(({ annotation }) => annotation),
    nextTask,
  );
  return annotations.map((annotation, i) => [annotation.id, { annotation, rank: kept[i]!.rank }]);
}
