import "fake-indexeddb/auto";
import { forceCloseDatabase } from "fake-indexeddb";
import fc from "fast-check";
import { openDB } from "idb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { addAnnotations } from "../../src/state/annotation-commands.ts";
import { emptyDocument } from "../../src/state/document.ts";
import { annotation } from "../core/annotation-arbitrary.ts";
import { actionArbitrary, patchOf } from "./action-arbitrary.ts";
import { add, Browser, newDatabase, opened, SLIDE, seen, Tab, until } from "./tabs.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a reload", () => {
  test("brings back the document and its undo and redo, whatever was done", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(actionArbitrary, { maxLength: 40 }), async (actions) => {
        const [browser, database] = [new Browser(), newDatabase()];
        const tab = await opened(browser, "one", database);
        for (const action of actions) {
          if (action.kind === "undo") tab.history.undo();
          else if (action.kind === "redo") tab.history.redo();
          else tab.history.run(patchOf(tab.history.base, action));
        }
        await tab.saved();
        tab.crash();
        const next = await opened(browser, "two", database);
        const { undoLabel, redoLabel, document } = tab.state;
        expect(seen(next.state.document)).toEqual(seen(document));
        expect(next.state).toMatchObject({ undoLabel, redoLabel });
        for (const one of [tab, next]) while (one.history.redo());
        expect(seen(next.state.document)).toEqual(seen(tab.state.document));
        for (const one of [tab, next]) while (one.history.undo());
        expect(seen(next.state.document)).toEqual(seen(tab.state.document));
        await next.saved();
      }),
      { numRuns: 25 },
    );
  });

  test("keeps what was drawn before it is known which slide it is, in the slide's own frame only", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    for (const [frame, ids] of [
      ["um", []],
      ["imagePx", ["early"]],
    ] as const) {
      const tab = new Tab(browser, frame, database.open());
      tab.history.open(emptyDocument("", frame), [], []);
      add(tab, "early");
      await tab.autosave.open(SLIDE);
      await tab.saved();
      expect(tab.ids).toEqual(ids);
      tab.crash();
    }
    expect((await opened(browser, "next", database)).ids).toEqual(["early"]);
  });

  test("of many steps reads a snapshot and recalls older steps when undo comes to them", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    const ids = Array.from({ length: 300 }, (_, i) => `n${i}`);
    for (const id of ids) add(tab, id);
    await tab.saved();
    await until(async () => (await database.open().snapshots("slide")).length === 1);
    tab.crash();
    const storage = database.open();
    const read = vi.spyOn(storage, "operationsAfter");
    const next = new Tab(browser, "two", storage);
    await next.autosave.open(SLIDE);
    await next.saved();
    expect(next.ids).toEqual(ids);
    const [snapshot] = await storage.snapshots("slide");
    expect(read.mock.calls).toEqual([["slide", snapshot?.upTo, next.autosave.headers().at(-1)?.opId]]);
    for (let i = 0; i < 300; i++) {
      await next.until(({ undoLabel }) => undoLabel !== null);
      expect(next.history.undo()).toBe(true);
      await next.saved();
    }
    expect(next.ids).toEqual([]);
    expect(next.state.undoLabel).toBe(null);
  });

  test("reads past a snapshot that is damaged, or that an operation came late for", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    for (let i = 0; i < 250; i++) add(tab, `n${i}`);
    await tab.saved();
    await until(async () => (await database.open().snapshots("slide")).length === 1);
    const raw = await openDB(database.name, 1);
    await raw.clear("parts");
    raw.close();
    tab.crash();
    const next = await opened(browser, "two", database);
    expect(next.ids).toHaveLength(250);
    // A window whose disk was full a while ago can write at last.
    const [first] = next.autosave.headers();
    const late = { ...first!, opId: `${first!.opId.slice(0, 24)}000000000000`, windowId: "late", bases: [] };
    const patch = addAnnotations(next.history.base, [annotation("late")]);
    const slide = { ...SLIDE, time: 0, count: 251 };
    await database.open().append([{ operation: { ...late, patch }, endsDraft: null, slide }]);
    next.crash();
    const last = await opened(browser, "three", database);
    expect(last.ids).toContain("late");
    expect(last.ids).toHaveLength(251);
  });
});

describe("saved", () => {
  test("is said when the transaction is complete, and not before", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const storage = database.open();
    const tab = new Tab(browser, "one", storage);
    await tab.autosave.open(SLIDE);
    let complete = (): void => undefined;
    const append = storage.append.bind(storage);
    vi.spyOn(storage, "append").mockImplementation(async (...entries) => {
      await new Promise<void>((resolve) => {
        complete = resolve;
      });
      await append(...entries);
    });
    add(tab, "a");
    await Promise.resolve();
    expect(tab.state.saved).toBe("saving");
    expect(tab.autosave.unsaved).toBe(1);
    complete();
    await tab.saved();
    expect(tab.autosave.unsaved).toBe(0);
    expect((await database.open().headers("slide")).map(({ label }) => label)).toEqual(["add"]);
    expect([tab.state.persistent, browser.persisted]).toEqual([true, 1]);
  });

  test("is not said when the disk is full: the failure is, and the next step that works saves all", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no space", "QuotaExceededError");
    });
    add(tab, "a");
    const { saved } = await tab.until((state) => typeof state.saved === "object");
    expect(saved).toMatchObject({ failed: { code: "storage-full", retryable: true } });
    add(tab, "b");
    await tab.until((state) => typeof state.saved === "object");
    expect(tab.ids).toEqual(["a", "b"]);
    full.mockRestore();
    add(tab, "c");
    await tab.saved();
    tab.crash();
    expect((await opened(browser, "two", database)).ids).toEqual(["a", "b", "c"]);
  });

  test("is said again when the person comes back and there is space", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no space", "QuotaExceededError");
    });
    add(tab, "a");
    await tab.until((state) => typeof state.saved === "object");
    full.mockRestore();
    tab.link.comeBack();
    await tab.saved();
    expect(await database.open().opIds("slide")).toHaveLength(1);
  });

  test("survives a database that the browser closes: it is opened anew", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
    add(tab, "a");
    await tab.saved();
    forceCloseDatabase(transaction.mock.contexts.at(-1) as Parameters<typeof forceCloseDatabase>[0]);
    add(tab, "b");
    await tab.saved();
    expect(await database.open().opIds("slide")).toHaveLength(2);
    // One that is closed before the browser has said so.
    transaction.mockImplementationOnce(() => {
      throw new DOMException("the connection is closing", "InvalidStateError");
    });
    add(tab, "c");
    await tab.saved();
    expect(await database.open().opIds("slide")).toHaveLength(3);
    // And when no new one can be had, it is said.
    transaction.mockImplementation(() => {
      throw new DOMException("the connection is closing", "InvalidStateError");
    });
    add(tab, "d");
    const { saved } = await tab.until((state) => typeof state.saved === "object");
    expect(saved).toMatchObject({ failed: { code: "storage-closed" } });
    transaction.mockRestore();
    await tab.autosave.retry();
    await tab.saved();
    expect(await database.open().opIds("slide")).toHaveLength(4);
  });

  test("is never said in a browser without a database; what was drawn is joined to it when there is one", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const before = await opened(browser, "one", database);
    add(before, "old");
    await before.saved();
    before.crash();
    const refused = vi.spyOn(IDBFactory.prototype, "open").mockImplementation(() => {
      throw new DOMException("not in a private window", "SecurityError");
    });
    const tab = new Tab(browser, "two", database.open());
    await tab.autosave.open(SLIDE);
    expect(tab.state.saved).toMatchObject({ failed: { code: "storage-unavailable" } });
    add(tab, "new");
    await tab.until(({ saved }) => typeof saved === "object");
    expect(tab.ids).toEqual(["new"]);
    refused.mockRestore();
    await tab.autosave.retry();
    await tab.saved();
    expect(tab.ids.sort()).toEqual(["new", "old"]);
    expect(tab.history.undo()).toBe(true);
    expect(tab.ids).toEqual(["old"]);
  });

  test("is not said of a database that a newer Centiscope has taken over", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    const tab = await opened(browser, "one", database);
    const newer = await openDB(database.name, 2);
    add(tab, "a");
    const { saved } = await tab.until((state) => typeof state.saved === "object");
    expect(saved).toMatchObject({ failed: { code: "storage-newer", retryable: false } });
    newer.close();
  });

  test("waits, and says why, while another window holds an older database", async () => {
    const [browser, database] = [new Browser(), newDatabase()];
    (await opened(browser, "one", database)).crash();
    // A connection that does not give way: this window's next is to a newer version.
    const older = await openDB(database.name, 1);
    const open = IDBFactory.prototype.open;
    const newer = vi.spyOn(IDBFactory.prototype, "open").mockImplementation(function (
      this: IDBFactory,
      name: string,
    ) {
      return open.call(this, name, 2);
    });
    const tab = new Tab(browser, "two", database.open());
    const loaded = tab.autosave.open(SLIDE);
    add(tab, "a");
    const { saved } = await tab.until((state) => typeof state.saved === "object");
    expect(saved).toMatchObject({ failed: { code: "storage-blocked" } });
    older.close();
    await loaded;
    await tab.saved();
    expect(newer).toHaveBeenCalled();
    expect(tab.ids).toEqual(["a"]);
  });
});
