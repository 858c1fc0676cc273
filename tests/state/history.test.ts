import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnnotationDocument, AnnotationPatch } from "../../src/core/annotation.ts";
import { AnnotationList } from "../../src/core/annotation-list.ts";
import { applyPatch, emptyPatch, invertPatch, joinPatches } from "../../src/core/annotation-patch.ts";
import { rebasePatch } from "../../src/core/annotation-rebase.ts";
import {
  addAnnotations,
  classifyAnnotations,
  moveToParent,
  removeAnnotations,
  renameAnnotations,
  reorderAnnotations,
  replaceGeometries,
} from "../../src/state/annotation-commands.ts";
import { createDocumentStore, emptyDocument, select } from "../../src/state/document.ts";
import { History, type RecordedStep } from "../../src/state/history.ts";
import { annotation, square } from "../core/annotation-arbitrary.ts";
import { actionArbitrary, patchOf } from "./action-arbitrary.ts";

/** All that one can see of a document. */
const seen = ({ annotations, classes }: AnnotationDocument) => ({
  list: [...annotations.rankedValues()],
  classes,
});

function started(ids: readonly string[] = []) {
  const store = createDocumentStore();
  const recorded: RecordedStep[] = [];
  const drafts: (AnnotationPatch | null)[] = [];
  let next = 0;
  const history = new History(store, () => `step-${next++}`);
  history.open(
    { ...emptyDocument("s", "imagePx"), annotations: AnnotationList.of(ids.map((id) => annotation(id))) },
    [],
    [],
  );
  history.listen({ step: (one) => recorded.push(one), draft: (one) => drafts.push(one) });
  const document = () => store.getState().document;
  return { store, history, recorded, drafts, document, ids: () => [...document().annotations.keys()] };
}

describe("history", () => {
  test("1 000 sequences of changes, undone and redone, come back to the identical state", () => {
    fc.assert(
      fc.property(fc.array(actionArbitrary, { maxLength: 40 }), (actions) => {
        const { history, document } = started(["a", "b", "c"]);
        const states = [seen(document())];
        let at = 0;
        for (const action of actions) {
          if (action.kind === "undo") {
            expect(history.undo()).toBe(at > 0);
            at = Math.max(0, at - 1);
          } else if (action.kind === "redo") {
            expect(history.redo()).toBe(at < states.length - 1);
            at = Math.min(states.length - 1, at + 1);
          } else if (history.run(patchOf(document(), action))) {
            states.splice(++at, states.length, seen(document()));
          }
          expect(seen(document())).toEqual(states[at]);
        }
        while (history.undo());
        expect(seen(document())).toEqual(states[0]);
        while (history.redo());
        expect(seen(document())).toEqual(states.at(-1));
      }),
      { numRuns: 1000 },
    );
  });

  test("a gesture is one step, shown while it lasts, and gone when cancelled", () => {
    const { history, document, recorded, store, drafts } = started();
    history.begin("draw");
    for (const side of [1, 2, 3]) {
      history.update(addAnnotations(history.base, [annotation("n", { geometry: square(0, 0, side) })]));
      expect(document().annotations.get("n")?.geometry).toEqual(square(0, 0, side));
    }
    expect(store.getState()).toMatchObject({ gesture: "draw", undoLabel: "draw" });
    history.cancel();
    expect(document().annotations.size).toBe(0);
    expect(recorded).toEqual([]);
    history.begin("draw");
    history.update(addAnnotations(history.base, [annotation("n")]), emptyPatch("draft"));
    expect(history.commit()).toBe(true);
    expect(recorded.map(({ kind, patch }) => [kind, patch.label])).toEqual([["do", "draw"]]);
    expect(drafts.map((one) => one?.created.length ?? null)).toEqual([1, 1, 1, null, 0, null]);
    expect(store.getState()).toMatchObject({ gesture: null, undoLabel: "draw", redoLabel: null });
  });

  test("a gesture that changes nothing is no step; a wrong one leaves all as it was", () => {
    const { history, recorded, ids, store } = started(["a"]);
    history.begin("draw");
    expect(history.commit()).toBe(false);
    expect(history.run(renameAnnotations(history.base, ["a", "nobody"], null))).toBe(false);
    expect(() => history.run(addAnnotations(history.base, [annotation("a")]))).toThrow(
      "already on the slide",
    );
    expect([ids(), recorded, store.getState().gesture]).toEqual([["a"], [], null]);
  });

  test("undo in mid-gesture cancels the gesture alone; a new gesture commits one left open", () => {
    const { history, ids } = started();
    history.run(addAnnotations(history.base, [annotation("a")]));
    history.begin("draw");
    history.update(addAnnotations(history.base, [annotation("b")]));
    expect(history.undo()).toBe(true);
    expect(ids()).toEqual(["a"]);
    history.begin("draw");
    history.update(addAnnotations(history.base, [annotation("c")]));
    history.begin("draw");
    history.cancel();
    expect(ids()).toEqual(["a", "c"]);
  });

  test("what is selected is there", () => {
    const { store, history } = started(["a", "b"]);
    select(store, ["a", "b", "z"]);
    history.run(removeAnnotations(history.base, ["b"], "keep"));
    expect([...store.getState().selected]).toEqual(["a"]);
  });

  test("undo takes back what is ours and leaves what another window did since", () => {
    const { history, document } = started(["a", "b"]);
    history.run(renameAnnotations(history.base, ["a", "b"], "mine"));
    history.receive(applyPatch(history.base, renameAnnotations(history.base, ["b"], "theirs")));
    expect(history.undo()).toBe(true);
    expect([...document().annotations.values()].map(({ name }) => name)).toEqual([null, "theirs"]);
    history.redo();
    expect([...document().annotations.values()].map(({ name }) => name)).toEqual(["mine", "theirs"]);
  });

  test("undoing a region that holds another window's keeps it", () => {
    const { history, ids } = started();
    history.run(addAnnotations(history.base, [annotation("mine")]));
    history.receive(
      applyPatch(history.base, addAnnotations(history.base, [annotation("theirs", { parentId: "mine" })])),
    );
    expect(history.undo()).toBe(false);
    expect(ids()).toEqual(["mine", "theirs"]);
  });
});

describe("patches", () => {
  test("joined do what one after the other does, and invert exactly", () => {
    fc.assert(
      fc.property(fc.array(actionArbitrary, { maxLength: 12 }), (actions) => {
        const start = started(["a", "b"]).document();
        let joined = emptyPatch("all");
        let document = start;
        for (const action of actions) {
          const patch = patchOf(document, action);
          document = applyPatch(document, patch);
          joined = joinPatches("all", joined, patch);
        }
        expect(seen(applyPatch(start, joined))).toEqual(seen(document));
        expect(seen(applyPatch(document, invertPatch(joined)))).toEqual(seen(start));
        expect(rebasePatch(start, structuredClone(joined))).toEqual(joined);
      }),
    );
  });

  test("are refused whole when they cannot be", () => {
    const document = started(["a", "b"]).document();
    const inside = applyPatch(document, moveToParent(document, ["b"], "a"));
    const [a, b] = [inside.annotations.get("a")!, inside.annotations.get("b")!];
    const add = (given: Parameters<typeof annotation>[1]) =>
      applyPatch(inside, addAnnotations(inside, [annotation("n", given)]));
    expect(() => add({ parentId: "z" })).toThrow("(z) is not on the slide");
    expect(() => add({ geometry: square(0, Number.NaN, 1) })).toThrow("(0, NaN) is not a finite number");
    expect(() => add({ parentId: "n" })).toThrow("cannot lie in itself");
    expect(() => moveToParent(inside, ["a"], "b")).toThrow("cannot lie in itself");
    const cycle = { ...emptyPatch("x"), updated: [[a, { ...a, parentId: b.id }]] as const };
    expect(() => applyPatch(inside, cycle)).toThrow("cannot lie in itself");
    expect(() => applyPatch(inside, { ...emptyPatch("x"), removed: [a] })).toThrow("(a) is not on the slide");
    expect(() => applyPatch(inside, { ...emptyPatch("x"), removed: [annotation("z")] })).toThrow("no longer");
  });
});

describe("commands", () => {
  const at = (document: AnnotationDocument, id: string) => document.annotations.get(id)?.parentId;

  test("removing a region takes what lies in it, or hands it to what the region lay in", () => {
    let { document } = { document: started(["a", "b", "c", "d"]).document() };
    for (const [child, parent] of ["ba", "cb", "dc"]) {
      document = applyPatch(document, moveToParent(document, [child!], parent!));
    }
    const kept = applyPatch(document, removeAnnotations(document, ["b", "c"], "keep"));
    expect([...kept.annotations.keys()]).toEqual(["a", "d"]);
    expect(at(kept, "d")).toBe("a");
    const without = applyPatch(document, removeAnnotations(document, ["b"], "with"));
    expect([...without.annotations.keys()]).toEqual(["a"]);
  });

  test("the drawing order changes for what is moved alone, also among equal ranks", () => {
    const document = started(["a", "b", "c", "d"]).document();
    const order = (
      from: AnnotationDocument,
      ids: string[],
      place: Parameters<typeof reorderAnnotations>[2],
    ) => [...applyPatch(from, reorderAnnotations(from, ids, place)).annotations.keys()].join("");
    expect(order(document, ["a", "c"], "front")).toBe("bdac");
    expect(order(document, ["d"], "back")).toBe("dabc");
    expect(order(document, ["d"], { above: "a" })).toBe("adbc");
    expect(order(document, ["a"], { below: "d" })).toBe("bcad");
    expect(order(document, ["c"], { above: "b" })).toBe("abcd");
    const ties = {
      ...document,
      annotations: document.annotations.edited(
        ["b", "c"].map((id) => [id, { annotation: annotation(id), rank: document.annotations.rankOf("a")! }]),
      ),
    };
    expect(order(ties, ["d"], { above: "a" })).toBe("adbc");
    expect(reorderAnnotations(document, ["d"], "front").ranks).toEqual([]);
    expect(reorderAnnotations(document, ["a"], "front").ranks).toHaveLength(1);
  });

  test("a locked outline stays; its class may change", () => {
    const document = {
      ...started().document(),
      annotations: AnnotationList.of([annotation("a", { locked: true })]),
    };
    expect(() => replaceGeometries(document, "move", new Map([["a", square(1, 1, 1)]]))).toThrow("locked");
    const patch = classifyAnnotations(document, ["a"], { names: ["Tumour"], color: null });
    expect(patch.updated).toHaveLength(1);
  });
});

describe("a step of very many annotations", () => {
  const many = Array.from({ length: 1700 }, (_, i) =>
    annotation(`m${i}`, { parentId: i % 3 === 2 ? "m0" : null }),
  );

  test("is the step that it would be at once, with time for the page between its parts", async () => {
    const [whole, byParts] = [started(["a"]), started(["a"])];
    whole.history.run(addAnnotations(whole.history.base, many, "import"));
    let pauses = 0;
    const pause = async () => void pauses++;
    await byParts.history.runByParts(addAnnotations(byParts.history.base, many, "import"), pause);
    expect(seen(byParts.document())).toEqual(seen(whole.document()));
    expect(byParts.recorded).toEqual(whole.recorded);
    expect(pauses).toBe(5);
    byParts.history.undo();
    expect(byParts.ids()).toEqual(["a"]);
  });

  test.each<[string, (history: History) => void, readonly string[]]>([
    ["a gesture", (history) => history.begin("draw"), ["import"]],
    [
      "another step",
      (history) => history.run(addAnnotations(history.base, [annotation("b")])),
      ["import", "add"],
    ],
    ["undo", (history) => history.undo(), ["import", "import"]],
    ["what another window did", (history) => history.receive(history.base), ["import"]],
  ])("%s meanwhile comes after it, and nothing of it is lost or doubled", async (_what, act, labels) => {
    const { history, recorded } = started();
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 2) act(history);
    };
    await history.runByParts(addAnnotations(history.base, many, "import"), pause);
    expect(recorded.map(({ patch }) => patch.label)).toEqual(labels);
    expect(recorded[0]?.patch.created).toEqual(many);
  });

  test("children may stand before their parents; what cannot be is refused and leaves nothing", async () => {
    const { history, ids } = started(["a"]);
    const pause = async () => undefined;
    await history.runByParts(addAnnotations(history.base, many.toReversed(), "import"), pause);
    expect(ids()).toHaveLength(many.length + 1);
    history.undo();
    const orphan = annotation("o", { parentId: "nobody" });
    const wrong = addAnnotations(history.base, [...many, orphan], "import");
    await expect(history.runByParts(wrong, pause)).rejects.toThrow();
    expect(ids()).toEqual(["a"]);
    expect(history.busy).toBe(false);
  });

  test("who comes between is not told that it cannot be; who began it is", async () => {
    const { history, ids } = started(["a"]);
    const orphan = annotation("o", { parentId: "nobody" });
    const wrong = addAnnotations(history.base, [...many, orphan], "import");
    let pauses = 0;
    const pause = async () => {
      if (++pauses === 1) history.run(addAnnotations(history.base, [annotation("b")]));
    };
    await expect(history.runByParts(wrong, pause)).rejects.toThrow();
    expect(ids()).toEqual(["a", "b"]);
  });
});
