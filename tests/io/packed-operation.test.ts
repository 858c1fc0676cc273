import { expect, test } from "vitest";
import type { Annotation } from "../../src/core/annotation.ts";
import { makeOperation, type Operation } from "../../src/core/operation.ts";
import { isPacked, packOperation, unpackOperation } from "../../src/io/packed-operation.ts";
import {
  addAnnotations,
  removeAnnotations,
  renameAnnotations,
  replaceGeometries,
} from "../../src/state/annotation-commands.ts";
import { createDocumentStore, emptyDocument } from "../../src/state/document.ts";
import { History } from "../../src/state/history.ts";
import { annotation, square } from "../core/annotation-arbitrary.ts";

const origin = { slideKey: "s", windowId: "w", author: "A. Sun", time: 1 };

/** What a window writes that adds `count` annotations, renames, moves and removes them. */
function steps(count: number): Operation[] {
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
    return { ...annotation(`a${i}`, { geometry: square(i, -i, 5) }), measurements: i % 7 ? {} : odd };
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

test("damaged texts are refused", async () => {
  const stored = await packOperation(steps(600)[0]!);
  if (!isPacked(stored)) throw new Error("not packed");
  const cut = { ...stored, packed: stored.packed.subarray(0, -2), sizes: stored.sizes };
  await expect(unpackOperation(cut)).rejects.toThrow(SyntaxError);
});
