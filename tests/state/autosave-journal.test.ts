import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { AnnotationDatabase } from "../../src/io/annotation-database.ts";
import { addAnnotations } from "../../src/state/annotation-commands.ts";
import { annotation } from "../core/annotation-arbitrary.ts";
import { JournalStub } from "./journal-stub.ts";
import { add, Browser, newDatabase, opened, seen, until } from "./tabs.ts";

function journaled(files: JournalStub, file: string) {
  const { name } = newDatabase();
  return { name, open: () => new AnnotationDatabase(files.journal(file), name) };
}

test("a database that the browser has deleted is made anew, with undo and the draft of the gesture", async () => {
  const [browser, files] = [new Browser(), new JournalStub()];
  const tab = await opened(browser, "one", journaled(files, "first"));
  add(tab, "a");
  add(tab, "b");
  tab.history.undo();
  await tab.saved();
  tab.history.begin("draw");
  tab.history.update(addAnnotations(tab.history.base, [annotation("drawn")]));
  await until(async () => files.drafts.size === 1);
  tab.crash();
  files.open.clear();
  // Another name stands for the same database, empty.
  const next = await opened(browser, "two", journaled(files, "second"));
  expect(next.ids).toEqual(["a"]);
  expect(next.state).toMatchObject({ undoLabel: "add", redoLabel: "add" });
  next.history.redo();
  expect(next.ids).toEqual(["a", "b"]);
  const { draft } = await next.until((state) => state.draft !== null);
  expect(draft?.patch.created.map(({ id }) => id)).toEqual(["drawn"]);
  await next.saved();
});

test("what only the journal holds is taken in once, and what is settled is not read again", async () => {
  const [browser, files] = [new Browser(), new JournalStub()];
  const database = journaled(files, "first");
  const tab = await opened(browser, "one", database);
  add(tab, "a");
  await tab.saved();
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("killed here", "UnknownError");
  });
  add(tab, "only in the journal");
  await tab.until(({ saved }) => typeof saved === "object");
  put.mockRestore();
  tab.crash();
  files.open.clear();
  const open = (file: string) => ({
    ...database,
    open: () => new AnnotationDatabase(files.journal(file), database.name),
  });
  const next = await opened(browser, "two", open("second"));
  expect(next.ids).toEqual(["a", "only in the journal"]);
  next.crash();
  files.open.clear();
  files.logs.get("first")?.splice(0);
  const last = await opened(browser, "three", open("third"));
  expect(seen(last.state.document)).toEqual(seen(next.state.document));
});

test("a step is not saved while the journal does not have it", async () => {
  const [browser, files] = [new Browser(), new JournalStub()];
  const journal = files.journal("first");
  const append = vi.spyOn(journal, "append").mockRejectedValue(new DOMException("", "QuotaExceededError"));
  const { name } = newDatabase();
  const tab = await opened(browser, "one", { name, open: () => new AnnotationDatabase(journal, name) });
  add(tab, "a");
  const { saved } = await tab.until((state) => typeof state.saved === "object");
  expect(saved).toMatchObject({ failed: { code: "storage-full" } });
  append.mockRestore();
  await tab.autosave.retry();
  await tab.saved();
  expect(files.logs.get("first")?.map(({ operation }) => operation.label)).toEqual(["add"]);
});

test("a step of very many regions is one step after a reload, and after the browser has deleted its database", async () => {
  const [browser, files] = [new Browser(), new JournalStub()];
  const database = journaled(files, "first");
  const tab = await opened(browser, "one", database);
  const many = Array.from({ length: 1500 }, (_, i) => annotation(`m${String(i).padStart(4, "0")}`));
  tab.history.run(addAnnotations(tab.history.base, many, "import"));
  await tab.saved();
  const drawn = [...tab.history.base.annotations.values()];
  tab.crash();
  files.open.clear();
  const deleted = newDatabase().name;
  for (const [window, name] of [
    ["two", database.name],
    ["three", deleted],
  ] as const) {
    const open = () => new AnnotationDatabase(files.journal(window), name);
    const next = await opened(browser, window, { ...database, name, open });
    expect([...next.history.base.annotations.values()]).toEqual(drawn);
    expect(next.state.undoLabel).toBe("import");
    expect(next.history.depth).toBe(1);
    next.crash();
    files.open.clear();
  }
});
