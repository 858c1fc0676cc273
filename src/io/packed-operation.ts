import type { Annotation, AnnotationPatch } from "../core/annotation.ts";
import type { Entry, StoredEntry } from "../core/annotation-storage.ts";
import { fromExactJson, toExactJson } from "../core/exact-json.ts";
import {
  headerOf,
  type Operation,
  operationWeight,
  type PackedOperation,
  type StoredOperation,
} from "../core/operation.ts";
import { nextTask } from "./next-task.ts";

/** Lighter ones are kept as they are: the browser copies them faster than a frame takes. */
const LIGHT = 500;
/** Values to a piece: some 100 kB of JSON, a few ms to write or read. */
const PIECE = 200;

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

/** Light ones as they are; others a piece at a time, each in a task of its own. */
export async function packOperation(operation: Operation): Promise<StoredOperation> {
  if (operationWeight(operation) < LIGHT) return operation;
  const { patch, bases, revisions } = operation;
  const { label, classes, created, removed, ranks } = patch;
  const updated = patch.updated.map(([before, after]) => {
    return before.geometry === after.geometry ? [before, { ...after, geometry: undefined }] : [before, after];
  });
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  const add = (value: Head | Piece) => pieces.push(encoder.encode(toExactJson(value)));
  add({ label, classes, hasRevisions: revisions !== undefined });
  const lists = { created, updated, removed, ranks, bases, revisions: revisions ?? [] };
  for (const list of Object.keys(lists) as (keyof typeof lists)[]) {
    const values: readonly unknown[] = lists[list];
    for (let from = 0; from < values.length; from += PIECE) {
      add({ list, values: values.slice(from, from + PIECE) });
      await nextTask();
    }
  }
  const sizes = pieces.map(({ length }) => length);
  const packed = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (const piece of pieces) {
    packed.set(piece, at);
    at += piece.length;
  }
  return { ...headerOf(operation), packed, sizes };
}

/** Throws a `SyntaxError` or a `TypeError` when the pieces are not what `packOperation` made. */
export async function unpackOperation(stored: StoredOperation): Promise<Operation> {
  if (!isPacked(stored)) return stored;
  const decoder = new TextDecoder();
  let at = 0;
  const next = (size: number): unknown => {
    at += size;
    return fromExactJson(decoder.decode(stored.packed.subarray(at - size, at)));
  };
  const [headSize = 0, ...sizes] = stored.sizes;
  const { label, classes, hasRevisions } = next(headSize) as Head;
  const lists: Lists = { created: [], updated: [], removed: [], ranks: [], bases: [], revisions: [] };
  for (const size of sizes) {
    const { list, values } = next(size) as Piece;
    const target: unknown[] = lists[list];
    for (const value of values) target.push(list === "updated" ? withOutline(value as Pair) : value);
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

export async function unpackOperations(stored: readonly StoredOperation[]): Promise<Operation[]> {
  const operations: Operation[] = [];
  for (const one of stored) operations.push(await unpackOperation(one));
  return operations;
}

export function isPacked(stored: StoredOperation): stored is PackedOperation {
  return "packed" in stored;
}

type Pair = readonly [before: Annotation, after: Omit<Annotation, "geometry"> & Partial<Annotation>];

function withOutline([before, after]: Pair): AnnotationPatch["updated"][number] {
  return [before, { ...after, geometry: after.geometry ?? before.geometry }];
}
