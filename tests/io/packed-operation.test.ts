import { expect, test } from "vitest";
import type { Annotation, AnnotationGeometry, Position } from "../../src/core/annotation.ts";
import type { StoredDraft } from "../../src/core/annotation-storage.ts";
import { makeOperation, type Operation, type StoredOperation } from "../../src/core/operation.ts";
import {
  isPacked,
  packDraft,
  packOperation,
  unpackDrafts,
  unpackOperation,
} from "../../src/io/packed-operation.ts";
import {
  addAnnotations,
  removeAnnotations,
  renameAnnotations,
  replaceGeometries,
} from "../../src/state/annotation-commands.ts";
import { createDocumentStore, emptyDocument } from "../../src/state/document.ts";
import { History } from "../../src/state/history.ts";
import { decodeRecords, encodeRecord } from "../../workers/journal-records.ts";
import { annotation, square } from "../core/annotation-arbitrary.ts";

const origin = { slideKey: "s", windowId: "w", author: "A. Sun", time: 1 };

/** What a window writes that adds `count` annotations, renames, moves and removes them. */
function steps(
  count: number,
  outline: (i: number) => AnnotationGeometry = (i) => square(i, -i, 5),
): Operation[] {
  const made: Operation[] = [];
  let ids = 0;
  const history = new History(createDocumentStore(), () => String(ids++));
  history.open(emptyDocument("s", "imagePx"), [], []);
  history.listen({
    step: (step) => made.push(makeOperation(step, origin, (id) => `gave ${id} its outline`)),
    draft: () => undefined,
  });
  const many = Array.from({ length: count }, (_, i): Annotation => {
    const odd = { nan: Number.NaN, zero: -0, far: Infinity };
    return { ...annotation(`a${i}`, { geometry: outline(i) }), measurements: i % 7 ? {} : odd };
  });
  history.run(addAnnotations(history.base, many));
  const all = many.map(({ id }) => id);
  history.run(renameAnnotations(history.base, all, "\u0000-0"));
  history.run(
    replaceGeometries(history.base, "move", new Map(all.map((id, i) => [id, square(0.1 * i, i / 3, 2)]))),
  );
  history.run(removeAnnotations(history.base, all, "keep"));
  return made;
}

test("a step of many changes is kept as texts and comes back as it was, a shared outline as one", async () => {
  const made = steps(1234);
  expect(made).toHaveLength(4);
  for (const one of made) {
    const stored = structuredClone(await packOperation(one));
    expect(isPacked(stored)).toBe(true);
    const back = await unpackOperation(stored);
    expect(back).toStrictEqual(one);
    for (const [i, [before, after]] of back.patch.updated.entries()) {
      const [wasBefore, wasAfter] = one.patch.updated[i]!;
      expect(before.geometry === after.geometry).toBe(wasBefore.geometry === wasAfter.geometry);
    }
  }
});

test("what a base knows of outlines is kept too; a small step is kept as it is", async () => {
  const [add] = steps(600);
  const base: Operation = { ...add!, kind: "base", revisions: [["a1", "op"]] };
  expect(await unpackOperation(await packOperation(base))).toStrictEqual(base);
  const [small] = steps(3);
  expect(await packOperation(small!)).toBe(small);
});

/** Areas with holes, lines and points of more corners than are copied as they are, and of a few. */
const geometries: readonly AnnotationGeometry[] = [501, 5000, 3].flatMap((n): AnnotationGeometry[] => {
  const ring = Array.from({ length: n }, (_, i): Position => [Math.sin(i) * 1e9, i % 5 ? -0 : 1 / 3 + i]);
  return [
    { type: "area", shape: "polygon", region: [[ring, ring.slice(1)], [ring.slice(2)], []] },
    { type: "line", shape: "ruler", lines: [ring, [], ring.slice(0, 2)] },
    { type: "points", shape: "points", positions: ring },
  ];
});

test("outlines of very many corners are kept as numbers, and come back to the last bit from a journal too", async () => {
  const [add, , move] = steps(geometries.length, (i) => geometries[i]!);
  const pairs = move!.patch.updated.map(
    ([before, after], i) => [{ ...before, geometry: geometries.at(-1 - i)! }, after] as const,
  );
  const shared = add!.patch.created.map((one) => [one, { ...one, name: "same outline" }] as const);
  for (const one of [
    add!,
    { ...move!, patch: { ...move!.patch, updated: [...pairs, ...shared] } },
    { ...add!, patch: { ...add!.patch, created: [], removed: add!.patch.created } },
  ]) {
    const stored = await packOperation(one);
    if (!isPacked(stored)) throw new Error("not packed");
    expect(stored.corners!.length).toBeGreaterThan(30_000);
    expect(stored.packed.length).toBeLessThan(20_000);
    expect(await unpackOperation(structuredClone(stored))).toStrictEqual(one);
    const [back] = decodeRecords(encodeRecord({ operation: stored, endsDraft: null }));
    expect(back).toStrictEqual({ operation: stored, endsDraft: null });
    expect(await unpackOperation((back as { operation: StoredOperation }).operation)).toStrictEqual(one);
  }
});

test("the draft of a heavy gesture is kept as numbers and comes back, that of a light one is kept as it is", async () => {
  const { patch } = steps(geometries.length, (i) => geometries[i]!)[0]!;
  const draft = { draftId: "d", slideKey: "s", windowId: "w", author: "A. Sun", time: 2, patch };
  const stored = await packDraft(draft);
  expect(stored).not.toHaveProperty("patch");
  const [back] = decodeRecords(encodeRecord(stored)) as StoredDraft[];
  expect(back).toStrictEqual(stored);
  const light = { ...draft, patch: steps(3)[0]!.patch };
  expect(await packDraft(light)).toStrictEqual(light);
  expect(await unpackDrafts([back!, light])).toStrictEqual([draft, light]);
});

test("an outline that refers past the corners is refused", async () => {
  const stored = await packOperation(steps(geometries.length, (i) => geometries[i]!)[0]!);
  if (!isPacked(stored)) throw new Error("not packed");
  const { corners, ...without } = stored;
  await expect(unpackOperation({ ...without, corners: corners!.slice(2) })).rejects.toThrow(RangeError);
  await expect(unpackOperation(without)).rejects.toThrow(RangeError);
});

test("damaged texts are refused", async () => {
  const stored = await packOperation(steps(600)[0]!);
  if (!isPacked(stored)) throw new Error("not packed");
  const cut = { ...stored, packed: stored.packed.subarray(0, -2), sizes: stored.sizes };
  await expect(unpackOperation(cut)).rejects.toThrow(SyntaxError);
});
