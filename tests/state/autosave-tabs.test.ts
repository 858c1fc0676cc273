import "fake-indexeddb/auto";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { AnnotationDocument } from "../../src/core/annotation.ts";
import { differencePatch } from "../../src/core/annotation-difference.ts";
import {
  addAnnotations,
  removeAnnotations,
  renameAnnotations,
  replaceGeometries,
} from "../../src/state/annotation-commands.ts";
import { readDocument, readHistoryOf } from "../../src/state/stored-log.ts";
import { annotation, square } from "../core/annotation-arbitrary.ts";
import { add, Browser, newDatabase, opened, SLIDE, seen, Tab, until } from "./tabs.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("two tabs", () => {
  test("see each other's steps at once, and undo their own", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const [one, two] = [await opened(browser, "one", database), await opened(browser, "two", database)];
    add(one, "a");
    await two.until(() => two.ids.length === 1);
    two.history.run(renameAnnotations(two.history.base, ["a"], "named in two"));
    await one.until(({ document }) => document.annotations.get("a")?.name === "named in two");
    add(two, "b");
    await one.until(() => one.ids.length === 2);
    expect(one.history.undo()).toBe(false);
    expect(one.ids).toEqual(["a", "b"]);
    expect(two.history.undo()).toBe(true);
    await one.until(() => one.ids.length === 1);
    await Promise.all([one.saved(), two.saved()]);
    expect(seen(one.state.document)).toEqual(seen(two.state.document));
  });

  test("lose none of the steps that they make at the same time, and of two outlines keep both", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const [one, two] = [await opened(browser, "one", database), await opened(browser, "two", database)];
    add(one, "shared");
    await two.until(() => two.ids.length === 1);
    for (let i = 0; i < 100; i++) {
      add(one, `one-${i}`);
      add(two, `two-${i}`);
      if (i % 10 === 0) await two.saved();
    }
    for (const [tab, side] of [[one, 3] as const, [two, 4] as const]) {
      tab.history.run(
        replaceGeometries(tab.history.base, "brush", new Map([["shared", square(0, 0, side)]])),
      );
    }
    const all = ({ document }: { document: AnnotationDocument }) => document.annotations.size === 202;
    await Promise.all([one.until(all), two.until(all)]);
    await Promise.all([one.saved(), two.saved()]);
    expect(seen(one.state.document)).toEqual(seen(two.state.document));
    const stored = await readDocument(database.open(), "slide", "imagePx");
    expect(seen(stored)).toEqual(seen(one.state.document));
  });

  test("who saw a step comes after it, though his clock is an hour behind", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const one = await opened(browser, "one", database);
    const two = new Tab(browser, "two", database.open(), () => 1_699_996_400_000);
    await two.autosave.open(SLIDE);
    add(one, "a");
    await two.until(() => two.ids.length === 1);
    one.history.run(renameAnnotations(one.history.base, ["a"], "first"));
    await two.until(({ document }) => document.annotations.get("a")?.name === "first");
    two.history.run(renameAnnotations(two.history.base, ["a"], "second"));
    await one.until(({ document }) => document.annotations.get("a")?.name === "second");
    await Promise.all([one.saved(), two.saved()]);
    const stored = await readDocument(database.open(), "slide", "imagePx");
    expect(stored.annotations.get("a")?.name).toBe("second");
  });

  test("nothing moves under a pen: what another tab did waits for the end of the gesture", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const [one, two] = [await opened(browser, "one", database), await opened(browser, "two", database)];
    one.history.begin("draw");
    one.history.update(addAnnotations(one.history.base, [annotation("drawn")]));
    add(two, "a");
    await two.saved();
    await one.autosave.retry();
    expect(one.ids).toEqual(["drawn"]);
    one.history.update(addAnnotations(one.history.base, [annotation("drawn", { name: "more" })]));
    one.history.commit();
    await one.until(() => one.ids.length === 2);
    await two.until(() => two.ids.length === 2);
    await Promise.all([one.saved(), two.saved()]);
    expect(seen(one.state.document)).toEqual(seen(two.state.document));
  });

  test("a tab that slept finds what it missed when the person comes back to it", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const [one, two] = [await opened(browser, "one", database), await opened(browser, "two", database)];
    browser.deaf = true;
    add(one, "a");
    await one.saved();
    expect(two.ids).toEqual([]);
    two.link.comeBack();
    await two.until(() => two.ids.length === 1);
  });

  test("what a tab could write only later is taken in, also by those who opened the slide since", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const storage = database.open();
    const one = new Tab(browser, "one", storage);
    await one.autosave.open(SLIDE);
    const full = vi.spyOn(storage, "append").mockRejectedValue(new Error("full"));
    add(one, "late");
    await one.until(({ saved }) => typeof saved === "object");
    const two = await opened(browser, "two", database);
    for (let i = 0; i < 250; i++) add(two, `n${i}`);
    await two.saved();
    await until(async () => (await storage.snapshots("slide")).length === 1);
    const three = await opened(browser, "three", database);
    add(three, "of three");
    full.mockRestore();
    await one.autosave.retry();
    const all = ({ document }: { document: AnnotationDocument }) => document.annotations.size === 252;
    await Promise.all([one, two, three].map((tab) => tab.until(all)));
    await Promise.all([one, two, three].map((tab) => tab.saved()));
    for (const tab of [two, three]) expect(seen(tab.state.document)).toEqual(seen(one.state.document));
    expect(three.history.undo()).toBe(true);
    expect(three.history.undo()).toBe(false);
    await one.until(() => one.ids.length === 251);
  });

  test("the steps of a tab that is gone can be undone, those of one that lives cannot", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const [one, two] = [await opened(browser, "one", database), await opened(browser, "two", database)];
    add(one, "a");
    add(two, "b");
    await Promise.all([one.saved(), two.saved()]);
    one.crash();
    const three = await opened(browser, "three", database);
    while (three.history.undo());
    expect(three.ids).toEqual(["b"]);
  });
});

describe("a crash in the middle of a gesture", () => {
  const corners = (tab: Tab, count: number) =>
    addAnnotations(tab.history.base, [annotation("drawn", { geometry: square(0, 0, count) })]);

  test("takes the corner that was not placed; the rest is offered, once, and becomes a step", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    tab.history.begin("draw");
    for (const placed of [1, 2, 3]) tab.history.update(corners(tab, placed + 100), corners(tab, placed));
    const storage = database.open();
    const last = JSON.stringify(square(0, 0, 3));
    await until(async () => JSON.stringify((await storage.drafts("slide"))[0]?.patch).includes(last));
    tab.crash();
    const next = await opened(browser, "two", database);
    const { draft } = await next.until((state) => state.draft !== null);
    expect(draft).toMatchObject({ author: "author of one", patch: { label: "draw" } });
    next.autosave.restoreDraft();
    await next.saved();
    expect(next.state.document.annotations.get("drawn")?.geometry).toEqual(square(0, 0, 3));
    expect(next.state).toMatchObject({ draft: null, undoLabel: "draw" });
    expect(await storage.drafts("slide")).toEqual([]);
  });

  test("a draft that is thrown away does not come back, nor one whose gesture ended", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    const storage = database.open();
    const drawn = async () => {
      tab.history.begin("draw");
      tab.history.update(corners(tab, 1));
      await until(async () => (await storage.drafts("slide")).length === 1);
    };
    await drawn();
    tab.history.commit();
    await tab.saved();
    expect(await storage.drafts("slide")).toEqual([]);
    tab.history.undo();
    await drawn();
    tab.history.cancel();
    await until(async () => (await storage.drafts("slide")).length === 0);
    await drawn();
    tab.crash();
    const next = await opened(browser, "two", database);
    await next.until(({ draft }) => draft !== null);
    next.autosave.discardDraft();
    await until(async () => (await storage.drafts("slide")).length === 0);
    expect(next.ids).toEqual([]);
  });

  test("the draft of a tab that lives is its own", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    tab.history.begin("draw");
    tab.history.update(corners(tab, 1));
    const storage = database.open();
    await until(async () => (await storage.drafts("slide")).length === 1);
    const next = new Tab(browser, "two", storage);
    const drafts = vi.spyOn(storage, "drafts");
    await next.autosave.open(SLIDE);
    await drafts.mock.results[0]?.value;
    expect(next.state.draft).toBe(null);
  });
});

describe("a slide", () => {
  test("is left with what was drawn kept, and found again; another slide's annotations are another's", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    tab.history.begin("draw");
    tab.history.update(addAnnotations(tab.history.base, [annotation("a")]));
    await tab.autosave.open({ slideKey: "other", frame: "um", title: "Another" });
    await tab.saved();
    expect(tab.ids).toEqual([]);
    add(tab, "b", "c");
    await tab.saved();
    await tab.autosave.open(SLIDE);
    await tab.saved();
    expect(tab.ids).toEqual(["a"]);
    const slides = await database.open().slides();
    expect(slides.map(({ slideKey, title, frame, count }) => [slideKey, title, frame, count])).toEqual([
      ["other", "Another", "um", 2],
      ["slide", "A slide", "imagePx", 1],
    ]);
  });

  test("can be drawn on before what is kept of it is read", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const before = await opened(browser, "one", database);
    add(before, "old");
    await before.saved();
    before.crash();
    // Its clock is an hour behind.
    const tab = new Tab(browser, "two", database.open(), () => 1_699_996_400_000);
    const loaded = tab.autosave.open(SLIDE);
    add(tab, "new");
    expect(tab.ids).toEqual(["new"]);
    await loaded;
    await tab.saved();
    expect(tab.ids.sort()).toEqual(["new", "old"]);
    tab.history.undo();
    expect(tab.ids).toEqual(["old"]);
    tab.history.undo();
    expect(tab.ids).toEqual([]);
  });

  test("has named versions that stay readable, and tells who did what to a region", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    add(tab, "a", "b");
    tab.autosave.nameVersion("signed off by A. Sun");
    tab.history.run(renameAnnotations(tab.history.base, ["a"], "tumour"));
    tab.history.run(removeAnnotations(tab.history.base, ["b"], "with"));
    tab.history.run(
      addAnnotations(
        tab.history.base,
        Array.from({ length: 1001 }, (_, i) => annotation(`many-${i}`)),
      ),
    );
    await tab.saved();
    const headers = tab.autosave.headers();
    const version = headers.find(({ kind }) => kind === "version");
    expect(version).toMatchObject({ label: "signed off by A. Sun", author: "author of one" });
    const signed = await readDocument(database.open(), "slide", "imagePx", version?.opId);
    expect([...signed.annotations.keys()]).toEqual(["a", "b"]);
    const told = (id: string) => readHistoryOf(database.open(), "slide", headers, id);
    expect((await told("a")).map(({ label }) => label)).toEqual(["add", "rename"]);
    expect((await told("many-7")).map(({ label, time }) => [label, time])).toEqual([
      ["add", 1_700_000_000_000],
    ]);
    tab.history.run(differencePatch("restore", tab.history.base, signed));
    expect(seen(tab.state.document)).toEqual(seen(signed));
    await tab.saved();
  });
});
