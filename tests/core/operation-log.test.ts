import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnnotationDocument, AnnotationPatch } from "../../src/core/annotation.ts";
import { AnnotationList } from "../../src/core/annotation-list.ts";
import { FORK_KEY } from "../../src/core/merge.ts";
import { makeOperation, type Operation } from "../../src/core/operation.ts";
import { OperationIds } from "../../src/core/operation-id.ts";
import { emptySnapshot, OperationLog } from "../../src/core/operation-log.ts";
import {
  addAnnotations,
  measureAnnotations,
  moveToParent,
  removeAnnotations,
  renameAnnotations,
  replaceGeometries,
} from "../../src/state/annotation-commands.ts";
import { setClasses } from "../../src/state/class-commands.ts";
import { createDocumentStore, emptyDocument } from "../../src/state/document.ts";
import { History } from "../../src/state/history.ts";
import { type Action, actionArbitrary, patchOf } from "../state/action-arbitrary.ts";
import { annotation, square } from "./annotation-arbitrary.ts";

let random = 1;
const bytes = (out: Uint8Array) => {
  for (let i = 0; i < out.length; i++) {
    random = (random * 48_271) % 2_147_483_647;
    out[i] = random & 255;
  }
};

/** One tab: a history, and the log that its steps and those of others go to. */
class Window {
  readonly store = createDocumentStore();
  readonly history: History;
  readonly ids: OperationIds;
  readonly log = new OperationLog(emptySnapshot);
  readonly made: Operation[] = [];
  /** Made here and not yet known elsewhere. */
  outbox: Operation[] = [];

  constructor(name: string, now: () => number) {
    this.ids = new OperationIds(now, bytes);
    this.history = new History(this.store, () => this.ids.next());
    this.history.open(emptyDocument("s", "imagePx"), [], []);
    this.history.listen({
      step: (step) => {
        const origin = { slideKey: "s", windowId: name, author: name, time: 0 };
        const operation = makeOperation(step, origin, (id) => this.log.revisionOf(id));
        this.log.add([operation]);
        this.made.push(operation);
        this.outbox.push(operation);
        // What comes back may bring along what others did to it meanwhile.
        if (step.kind !== "do") this.history.receive(this.log.document("s", "imagePx"));
      },
      draft: () => {},
    });
  }

  get document(): AnnotationDocument {
    return this.store.getState().document;
  }

  act(action: Action): void {
    if (action.kind === "undo") this.history.undo();
    else if (action.kind === "redo") this.history.redo();
    else this.history.run(patchOf(this.document, action));
  }

  run(command: (document: AnnotationDocument) => AnnotationPatch): void {
    this.history.run(command(this.document));
  }

  receive(operations: readonly Operation[]): void {
    for (const { opId } of operations) this.ids.observe(opId);
    this.log.add(structuredClone(operations));
    this.history.receive(this.log.document("s", "imagePx"));
  }
}

const seen = ({ annotations, classes }: AnnotationDocument) => ({
  list: [...annotations.rankedValues()],
  classes,
});
const names = (window: Window) => [...window.document.annotations.values()].map(({ name }) => name);

function twoWindows(): readonly [Window, Window] {
  const [a, b] = [new Window("a", () => 1000), new Window("b", () => 1001)];
  a.run((document) => addAnnotations(document, [annotation("x", { name: "x" })]));
  exchange(a, b);
  return [a, b];
}

function exchange(a: Window, b: Window): void {
  const [fromA, fromB] = [a.outbox, b.outbox];
  a.outbox = [];
  b.outbox = [];
  b.receive(fromA);
  a.receive(fromB);
}

describe("the log of one window", () => {
  test("amounts to what the window shows, object by object, and read back to the same values", () => {
    fc.assert(
      fc.property(fc.array(actionArbitrary, { maxLength: 40 }), fc.nat(40), (actions, cut) => {
        const window = new Window("a", () => 5);
        for (const action of actions) window.act(action);
        const merged = window.log.document("s", "imagePx");
        expect(seen(merged)).toEqual(seen(window.document));
        for (const one of merged.annotations.values()) {
          expect(one).toBe(window.document.annotations.get(one.id));
        }
        // Read back, in part from a snapshot.
        const stored = structuredClone(window.made);
        const before = new OperationLog(emptySnapshot);
        before.add(stored.slice(0, cut));
        const after = new OperationLog(before.snapshot());
        expect(after.add(stored.slice(cut))).toBe(true);
        expect(seen(after.document("s", "imagePx"))).toEqual(seen(window.document));
        expect(after.snapshot().count).toBe(stored.length);
        if (cut > 0 && stored.length > cut) expect(after.add(stored.slice(0, 1))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

/** What must be true of any document. */
function expectSound({ annotations }: AnnotationDocument): void {
  for (const one of annotations.values()) {
    const way = new Set<string>();
    for (let at: string | null = one.id; at !== null; at = annotations.get(at)!.parentId) {
      expect(way.has(at)).toBe(false);
      way.add(at);
      expect(annotations.has(at)).toBe(true);
    }
  }
}

/** Every outline that nobody replaced with his eyes on it is somewhere: on the slide, or with the removed. */
function expectNoOutlineLost(log: OperationLog, operations: readonly Operation[]): void {
  const replaced = new Set(
    operations.flatMap(({ patch }) =>
      patch.updated.flatMap(([{ geometry }, after]) => {
        return geometry === after.geometry ? [] : [JSON.stringify(geometry)];
      }),
    ),
  );
  const { data } = log.snapshot();
  const there = new Set(
    [...data.annotations.values(), ...data.removed.values()].map(({ geometry }) => JSON.stringify(geometry)),
  );
  for (const { patch } of operations) {
    for (const [before, after] of patch.updated) {
      const outline = JSON.stringify(after.geometry);
      if (before.geometry === after.geometry || replaced.has(outline)) continue;
      expect(there.has(outline)).toBe(true);
    }
    for (const { id } of patch.created) expect(data.annotations.has(id) || data.removed.has(id)).toBe(true);
  }
}

describe("two windows", () => {
  test("come to the same state, none of 10 000 interleaved operations lost", () => {
    let clock = 0;
    const [a, b] = [new Window("a", () => clock), new Window("b", () => clock / 3)];
    const actions = fc.sample(actionArbitrary, { numRuns: 14_000, seed: 7 });
    for (const [i, action] of actions.entries()) {
      clock += action.other % 3;
      (action.one % 2 ? a : b).act(action);
      if (a.made.length + b.made.length >= 10_000) break;
      if (i % 499 === 0) exchange(a, b);
    }
    exchange(a, b);
    const all = [...a.made, ...b.made];
    expect(all.length).toBe(10_000);
    expect(new Set(all.map(({ opId }) => opId)).size).toBe(10_000);
    expect(a.log.operations.map(({ opId }) => opId)).toEqual(all.map(({ opId }) => opId).sort());
    expect(seen(a.document)).toEqual(seen(b.document));
    const anew = new OperationLog(emptySnapshot);
    anew.add(structuredClone([...b.made, ...a.made]));
    expect(seen(anew.document("s", "imagePx"))).toEqual(seen(a.document));
    expectSound(a.document);
    expectNoOutlineLost(a.log, all);
  });

  test("agree after any exchange, however their clocks go", () => {
    const turn = fc.record({ action: actionArbitrary, mine: fc.boolean(), swap: fc.nat(4), ms: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        let clock = 0;
        const [a, b] = [new Window("a", () => clock), new Window("b", () => 3)];
        for (const { action, mine, swap, ms } of turns) {
          clock = ms;
          (mine ? a : b).act(action);
          if (swap > 0) continue;
          exchange(a, b);
          expect(seen(a.document)).toEqual(seen(b.document));
        }
        exchange(a, b);
        expect(seen(a.document)).toEqual(seen(b.document));
        expectSound(a.document);
        expectNoOutlineLost(a.log, [...a.made, ...b.made]);
        for (const window of [a, b]) {
          while (window.history.undo());
          while (window.history.redo());
        }
        exchange(a, b);
        expect(seen(a.document)).toEqual(seen(b.document));
        expectSound(a.document);
      }),
      { numRuns: 300 },
    );
  });

  test("two outlines of one region drawn at once are both kept, the later flagged; each window goes on with its own", () => {
    const [a, b] = twoWindows();
    const outline = (window: Window, side: number) =>
      window.run((document) => replaceGeometries(document, "brush", new Map([["x", square(0, 0, side)]])));
    outline(a, 1);
    outline(b, 2);
    outline(a, 3);
    outline(b, 4);
    exchange(a, b);
    const [own, fork] = [...a.document.annotations.values()];
    expect(a.document.annotations.size).toBe(2);
    expect(own).toMatchObject({ id: "x", geometry: square(0, 0, 3), metadata: {} });
    expect(fork).toMatchObject({ name: "x", geometry: square(0, 0, 4), metadata: { [FORK_KEY]: "x" } });
    expect(fork!.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(seen(b.document)).toEqual(seen(a.document));
    // Having seen both, one edits on without another fork, and the fork can be thrown away.
    outline(b, 5);
    b.run((document) => removeAnnotations(document, [fork!.id], "with"));
    exchange(a, b);
    expect([...a.document.annotations.values()]).toMatchObject([{ id: "x", geometry: square(0, 0, 5) }]);
  });

  test("the same outline drawn twice is no conflict", () => {
    const [a, b] = twoWindows();
    for (const window of [a, b]) {
      window.run((document) => replaceGeometries(document, "brush", new Map([["x", square(0, 0, 3)]])));
    }
    exchange(a, b);
    expect(a.document.annotations.size).toBe(1);
  });

  test("of a property the last writer wins; other properties and measurements stay", () => {
    const [a, b] = twoWindows();
    a.run((document) => renameAnnotations(document, ["x"], "from a"));
    a.run((document) => measureAnnotations(document, new Map([["x", { area: 1 }]])));
    b.run((document) => measureAnnotations(document, new Map([["x", { cells: 2 }]])));
    b.run((document) => renameAnnotations(document, ["x"], "from b"));
    exchange(a, b);
    const last = [...a.made, ...b.made]
      .filter(({ label }) => label === "rename")
      .sort(byId)
      .at(-1);
    expect(names(a)).toEqual([`from ${last?.windowId}`]);
    expect(a.document.annotations.get("x")?.measurements).toEqual({ area: 1, cells: 2 });
    expect(seen(b.document)).toEqual(seen(a.document));
  });

  test("removed is removed; what the other did to it is there when it comes back", () => {
    const [a, b] = twoWindows();
    a.run((document) => removeAnnotations(document, ["x"], "with"));
    b.run((document) => renameAnnotations(document, ["x"], "named in b"));
    b.run((document) => addAnnotations(document, [annotation("inside", { parentId: "x" })]));
    exchange(a, b);
    expect([...a.document.annotations.values()]).toMatchObject([{ id: "inside", parentId: null }]);
    a.history.undo();
    exchange(a, b);
    expect(names(a)).toContain("named in b");
    expect(seen(b.document)).toEqual(seen(a.document));
  });

  test("a circle of parents that two made together is not closed", () => {
    const [a, b] = twoWindows();
    a.run((document) => addAnnotations(document, [annotation("y")]));
    exchange(a, b);
    a.run((document) => moveToParent(document, ["x"], "y"));
    b.run((document) => moveToParent(document, ["y"], "x"));
    exchange(a, b);
    expectSound(a.document);
    expect(seen(b.document)).toEqual(seen(a.document));
  });

  test("the same file read in both is there once, and classes are joined one by one", () => {
    const [a, b] = twoWindows();
    for (const window of [a, b]) {
      window.run((document) => addAnnotations(document, [annotation("from-file", { name: "f" })]));
      const entry = { names: [window === a ? "A" : "B"], color: [1, 2, 3] } as const;
      window.run((document) => setClasses(document, [...document.classes, entry]));
    }
    exchange(a, b);
    expect(a.document.annotations.size).toBe(2);
    expect(a.document.classes.map((one) => one.names[0]).sort()).toEqual(["A", "B"]);
    expect(seen(b.document)).toEqual(seen(a.document));
  });
});

test("an operation on what nobody created is not lost", () => {
  const log = new OperationLog(emptySnapshot);
  const window = new Window("a", () => 9);
  window.history.open(
    { ...emptyDocument("s", "um"), annotations: AnnotationList.of([annotation("q")]) },
    [],
    [],
  );
  window.run((document) => renameAnnotations(document, ["q"], "found"));
  log.add(window.made);
  expect(log.document("s", "um").annotations.get("q")?.name).toBe("found");
});

function byId(a: Operation, b: Operation): number {
  return a.opId < b.opId ? -1 : 1;
}
