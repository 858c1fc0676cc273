import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, expect, test, vi } from "vitest";
import type { StoredSlide } from "../../src/core/annotation-storage.ts";
import type { Operation } from "../../src/core/operation.ts";
import { OperationIds } from "../../src/core/operation-id.ts";
import { AnnotationDatabase } from "../../src/io/annotation-database.ts";
import { removeAnnotations } from "../../src/state/annotation-commands.ts";
import { AnnotationRecovery } from "../../src/viewer/annotation-recovery.ts";
import { JournalFiles } from "../../workers/journal-files.ts";
import { JournalStub } from "../state/journal-stub.ts";
import { add, Browser, newDatabase, opened, SLIDE, type Tab } from "../state/tabs.ts";
import { journalOn, MemoryDisk } from "../workers/memory-disk.ts";

afterEach(() => vi.restoreAllMocks());

/** Four steps, a version after the second: what stands is a, c and d. */
async function drawn(files: JournalStub | null): Promise<{ name: string; tab: Tab; opIds: string[] }> {
  const { name } = newDatabase();
  const open = () => new AnnotationDatabase(files?.journal("first") ?? null, name);
  const tab = await opened(new Browser(), "one", { name, open });
  add(tab, "a");
  add(tab, "b");
  tab.autosave.nameVersion("signed off");
  tab.history.run(removeAnnotations(tab.history.base, new Set(["b"]), "keep"));
  add(tab, "c", "d");
  await tab.saved();
  tab.crash();
  return { name, tab, opIds: tab.autosave.headers().map(({ opId }) => opId) };
}

async function damage(name: string, ...opIds: string[]): Promise<void> {
  const database = await openDB(name);
  for (const opId of opIds) await database.put("operations", { slideKey: SLIDE.slideKey, opId, patch: null });
  database.close();
}

let inView: ReadonlySet<string> | null = null;
let now = 1_800_000_000_000;

const partsOf = (name: string) => ({
  database: new AnnotationDatabase(null, name),
  ids: new OperationIds(
    () => now++,
    (out) => out.fill(9),
  ),
  author: () => "A. Sun",
  inView: () => Promise.resolve(inView),
});
const recoveryOf = (name: string, files: JournalStub | null) =>
  new AnnotationRecovery({ ...partsOf(name), journal: files?.journal("recovery") ?? null });

async function only(recovery: AnnotationRecovery): Promise<StoredSlide> {
  const { slides } = await recovery.list();
  expect(slides.map(({ slideKey }) => slideKey)).toEqual([SLIDE.slideKey]);
  return slides[0]!;
}

const reopened = async (name: string) =>
  (await opened(new Browser(), "two", { name, open: () => new AnnotationDatabase(null, name) })).ids;

test("a sound slide is listed with its regions, its size and its versions", async () => {
  const { name } = await drawn(null);
  const recovery = recoveryOf(name, null);
  const kept = await recovery.examine(await only(recovery));
  expect(kept).toMatchObject({ regions: 3, unsaved: 0, damaged: 0, lost: 0, whole: true });
  expect(kept.slide.title).toBe("A slide");
  expect(kept.sizeBytes).toBeGreaterThan(100);
  expect(kept.versions.map(({ label }) => label)).toEqual(["signed off"]);
});

test("what the database cannot read comes back from the journal", async () => {
  const files = new JournalStub();
  const { name, opIds } = await drawn(files);
  await damage(name, opIds[0]!, opIds[4]!);
  const recovery = recoveryOf(name, files);
  const slide = await only(recovery);
  expect(await recovery.examine(slide)).toMatchObject({ regions: 3, damaged: 2, lost: 0, whole: true });
  await recovery.restore(slide);
  expect(await recovery.examine(slide)).toMatchObject({ regions: 3, damaged: 0, unsaved: 0 });
  expect(await reopened(name)).toEqual(["a", "c", "d"]);
});

test("a step that is lost everywhere takes only itself; what a snapshot still knows stays", async () => {
  const { name, tab, opIds } = await drawn(null);
  await damage(name, opIds[4]!);
  const recovery = recoveryOf(name, null);
  const slide = await only(recovery);
  expect(await recovery.examine(slide)).toMatchObject({ regions: 1, damaged: 1, lost: 1, whole: false });
  const database = new AnnotationDatabase(null, name);
  const { annotations, classes } = tab.state.document;
  const data = { annotations, classes, removed: annotations, revisions: new Map(), forks: new Map() };
  await database.writeSnapshot(SLIDE.slideKey, { upTo: opIds[4]!, count: opIds.length, data });
  expect(await recovery.examine(slide)).toMatchObject({ regions: 3, damaged: 1, lost: 1, whole: true });
  await recovery.restore(slide);
  expect(await recovery.examine(slide)).toMatchObject({ regions: 3, damaged: 0, lost: 0 });
  expect(await reopened(name)).toEqual(["a", "c", "d"]);
});

test("a named version stands again as a step that can be undone", async () => {
  const { name, opIds } = await drawn(null);
  const recovery = recoveryOf(name, null);
  await recovery.restore(await only(recovery), opIds[2]!);
  const next = await opened(new Browser(), "two", { name, open: () => new AnnotationDatabase(null, name) });
  expect(next.ids).toEqual(["a", "b"]);
  expect(next.state.undoLabel).toBe("restore");
  next.history.undo();
  expect(next.ids).toEqual(["a", "c", "d"]);
});

test("without a database, what the journals hold is listed and told", async () => {
  const files = new JournalStub();
  const { name } = await drawn(files);
  vi.spyOn(indexedDB, "open").mockImplementation(() => {
    throw new DOMException("not in this window", "SecurityError");
  });
  const recovery = recoveryOf(name, files);
  const { slides, database, hasJournal } = await recovery.list();
  expect(database?.code).toBe("storage-unavailable");
  expect(hasJournal).toBe(true);
  expect(await recovery.examine(slides[0]!)).toMatchObject({ regions: 3, unsaved: 5, damaged: 0 });
});

test("a slide whose record is gone is found by its log, and one bad slide takes no other with it", async () => {
  const { name, opIds } = await drawn(null);
  const database = await openDB(name);
  const [operation] = (await database.getAll("operations")) as Operation[];
  await database.put("operations", { ...operation, slideKey: "other", opId: opIds[1] });
  await database.put("operations", { slideKey: "torn", opId: opIds[1], patch: { created: 7 } });
  await database.delete("slides", SLIDE.slideKey);
  database.close();
  const recovery = recoveryOf(name, null);
  const { slides } = await recovery.list();
  expect(slides.map(({ slideKey }) => slideKey).toSorted()).toEqual(["other", "slide", "torn"]);
  const found = await Promise.all(slides.map((slide) => recovery.examine(slide)));
  const regions = new Map(found.map((one) => [one.slide.slideKey, one]));
  expect(regions.get("slide")?.regions).toBe(3);
  expect(regions.get("other")?.regions).toBe(1);
  expect(regions.get("torn")).toMatchObject({ regions: 0, lost: 1 });
});

test("what is deleted is gone from the database and from the journals", async () => {
  const files = new JournalStub();
  const { name } = await drawn(files);
  const recovery = recoveryOf(name, files);
  const slide = await only(recovery);
  inView = new Set([SLIDE.slideKey]);
  await expect(recovery.forget(slide)).rejects.toMatchObject({ facts: { code: "storage-in-view" } });
  inView = null;
  await recovery.forget(slide);
  expect((await recovery.list()).slides).toEqual([]);
  files.open.clear();
  const open = () => new AnnotationDatabase(files.journal("second"), name);
  expect((await opened(new Browser(), "three", { name, open })).ids).toEqual([]);
});

test("what came of a lost step is told by a trimmed journal", async () => {
  const [disk, { name }] = [new MemoryDisk(), newDatabase()];
  const open = async (window: string) => {
    const files = await JournalFiles.in(disk.directory, window);
    return journalOn(files);
  };
  const journal = await open("first");
  const tab = await opened(new Browser(), "one", { name, open: () => new AnnotationDatabase(journal, name) });
  add(tab, "a");
  add(tab, "b");
  add(tab, "c");
  await tab.saved();
  disk.close();
  await new AnnotationDatabase(await open("second"), name, 0).trim();
  await damage(name, ...tab.autosave.headers().map(({ opId }) => opId));
  const recovery = new AnnotationRecovery({ ...partsOf(name), journal: await open("third") });
  const slide = await only(recovery);
  expect(await recovery.examine(slide)).toMatchObject({ regions: 3, damaged: 3, lost: 3, whole: true });
  await recovery.restore(slide);
  expect(await reopened(name)).toEqual(["a", "b", "c"]);
});
