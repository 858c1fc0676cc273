import type { Annotation, AnnotationPatch } from "../core/annotation.ts";
import { cornerCount } from "../core/annotation-parts.ts";
import type { Draft, Entry, StoredDraft, StoredEntry } from "../core/annotation-storage.ts";
import { fromExactJson, toExactJson } from "../core/exact-json.ts";
import {
  headerOf,
  type Operation,
  operationWeight,
  type PackedOperation,
  type StoredOperation,
} from "../core/operation.ts";
import { CornerColumn, type KeptAnnotation, withCorners } from "./corner-column.ts";
import { nextTask } from "./next-task.ts";

/** Lighter ones are kept as they are: the browser copies them faster than a frame takes. */
const LIGHT = 500;
const LIGHT_CORNERS = 5000;
/** Values to a piece: some 100 kB of JSON, a few ms to write or read. */
const PIECE = 200;
const PIECE_CORNERS = 5000;

/** Lists that are cut into pieces. */
type Lists = {
  -readonly [K in "created" | "updated" | "removed" | "ranks"]: AnnotationPatch[K][number][];
} & { -readonly [K in "bases" | "revisions"]-?: NonNullable<Operation[K]>[number][] };

/** The first piece of a packed operation. */
interface Head extends Pick<AnnotationPatch, "label" | "classes"> {
  readonly hasRevisions: boolean;
}

/** The other pieces. Of a pair that shares its outline the second is without. */
interface Piece {
  readonly list: keyof Lists;
  readonly values: readonly unknown[];
}

type Pair = AnnotationPatch["updated"][number];
type KeptPair = readonly [
  before: KeptAnnotation,
  after: Omit<KeptAnnotation, "geometry"> & Partial<KeptAnnotation>,
];

/** Light ones as they are; others a piece at a time, each in a task of its own. */
export async function packOperation(operation: Operation): Promise<StoredOperation> {
  const { patch, bases, revisions } = operation;
  const { label, classes, created, updated, removed, ranks } = patch;
  if (
    operationWeight(operation) < LIGHT &&
    cornersOf([...created, ...updated.flat(), ...removed]) < LIGHT_CORNERS
  )
    return operation;
  const encoder = new TextEncoder();
  const corners = new CornerColumn();
  const texts: Uint8Array[] = [];
  const add = (value: Head | Piece) => texts.push(encoder.encode(toExactJson(value)));
  const addAll = async <T>(
    list: keyof Lists,
    all: readonly T[],
    kept: (value: T) => unknown = (value) => value,
    annotations: (value: T) => readonly Annotation[] = () => [],
  ): Promise<void> => {
    for (let from = 0; from < all.length; ) {
      const values: unknown[] = [];
      for (let weight = 0; from < all.length && values.length < PIECE && weight < PIECE_CORNERS; from++) {
        weight += cornersOf(annotations(all[from]!));
        values.push(kept(all[from]!));
      }
      add({ list, values });
      await nextTask();
    }
  };
  const keptOne = (annotation: Annotation): KeptAnnotation => corners.keep(annotation);
  const keptPair = ([before, after]: Pair): KeptPair => {
    const { geometry, ...others } = after;
    return [corners.keep(before), geometry === before.geometry ? others : corners.keep(after)];
  };
  add({ label, classes, hasRevisions: revisions !== undefined });
  await addAll("created", created, keptOne, (one) => [one]);
  await addAll("updated", updated, keptPair, (pair) => pair);
  await addAll("removed", removed, keptOne, (one) => [one]);
  await addAll("ranks", ranks);
  await addAll("bases", bases);
  await addAll("revisions", revisions ?? []);
  const sizes = texts.map(({ length }) => length);
  const packed = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const text of texts) {
    packed.set(text, at);
    at += text.length;
  }
  return { ...headerOf(operation), packed, sizes, ...(corners.length > 0 && { corners: corners.joined() }) };
}

/** Throws a `SyntaxError`, a `TypeError` or a `RangeError` when the pieces are not what `packOperation` made. */
export async function unpackOperation(stored: StoredOperation): Promise<Operation> {
  if (!isPacked(stored)) return stored;
  const { packed, corners = new Float64Array() } = stored;
  const decoder = new TextDecoder();
  let at = 0;
  const next = (size: number): unknown => {
    at += size;
    return fromExactJson(decoder.decode(packed.subarray(at - size, at)));
  };
  const whole = (one: KeptAnnotation): Promise<Annotation> => withCorners(one, corners, nextTask);
  const wholePair = async ([before, { geometry, ...others }]: KeptPair): Promise<Pair> => {
    const first = await whole(before);
    return [first, geometry ? await whole({ ...others, geometry }) : { ...others, geometry: first.geometry }];
  };
  const [headSize = 0, ...sizes] = stored.sizes;
  const { label, classes, hasRevisions } = next(headSize) as Head;
  const lists: Lists = { created: [], updated: [], removed: [], ranks: [], bases: [], revisions: [] };
  for (const size of sizes) {
    const { list, values } = next(size) as Piece;
    const target: unknown[] = lists[list];
    for (const value of values) {
      if (list === "created" || list === "removed") target.push(await whole(value as KeptAnnotation));
      else target.push(list === "updated" ? await wholePair(value as KeptPair) : value);
    }
    await nextTask();
  }
  const { bases, revisions, ...changes } = lists;
  return {
    ...headerOf(stored),
    ...{ bases, patch: { label, ...changes, classes } },
    ...(hasRevisions && { revisions }),
  };
}

export async function packEntries(entries: readonly Entry[]): Promise<StoredEntry[]> {
  const stored: StoredEntry[] = [];
  for (const entry of entries) stored.push({ ...entry, operation: await packOperation(entry.operation) });
  return stored;
}

export async function packDraft({ patch, ...draft }: Draft): Promise<StoredDraft> {
  const { draftId: opId, slideKey, windowId, author, time } = draft;
  const header = { opId, slideKey, windowId, author, time, kind: "do", target: null, ids: null } as const;
  const operation = await packOperation({ ...header, label: patch.label, bases: [], patch });
  return isPacked(operation) ? { ...draft, operation } : { ...draft, patch };
}

/** Throws as `unpackOperation` does. */
export async function unpackDrafts(stored: readonly StoredDraft[]): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const one of stored) {
    if ("patch" in one) drafts.push(one);
    else {
      const { operation, ...draft } = one;
      drafts.push({ ...draft, patch: (await unpackOperation(operation)).patch });
    }
  }
  return drafts;
}

export async function unpackOperations(stored: readonly StoredOperation[]): Promise<Operation[]> {
  const operations: Operation[] = [];
  for (const one of stored) operations.push(await unpackOperation(one));
  return operations;
}

export function isPacked(stored: StoredOperation): stored is PackedOperation {
  return "packed" in stored;
}

function cornersOf(annotations: readonly Annotation[]): number {
  return annotations.reduce((sum, { geometry }) => sum + cornerCount(geometry), 0);
}
