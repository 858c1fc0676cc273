import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import {
  type FileFacts,
  type LinkedFile,
  type LinkStorage,
  type StoredLink,
  sameFile,
} from "../../src/core/linked-file.ts";
import { FileLink } from "../../src/state/file-link.ts";
import { add, Browser, newDatabase, opened, SLIDE, type Tab } from "./tabs.ts";

/** A file on a disk that takes some turns to be written, and what other programs do to it. */
class Disk implements LinkedFile {
  readonly name = "regions.geojson";
  ids: string[] | null = null;
  facts_: FileFacts = { lastModified: 0, size: 0 };
  writes = 0;
  writers = 0;
  permission: "granted" | "prompt" = "granted";
  full = false;

  access = async () => this.permission;
  ask = async () => {
    this.permission = "granted";
    return true;
  };
  facts = async () => this.facts_;
  read = async () => new TextEncoder().encode(JSON.stringify(this.ids));

  async write(bytes: Uint8Array<ArrayBuffer>, expected: FileFacts | null): Promise<FileFacts> {
    this.writers += 1;
    expect(this.writers).toBe(1);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
    this.writers -= 1;
    if (this.full) throw new CentiscopeError("linked-failed", { file: this.name, detail: "full" });
    if (expected && !sameFile(expected, this.facts_)) {
      throw new CentiscopeError("linked-changed", { file: this.name });
    }
    this.writes += 1;
    this.put(JSON.parse(new TextDecoder().decode(bytes)));
    return this.facts_;
  }

  put(ids: string[]): void {
    this.ids = ids;
    this.facts_ = { lastModified: this.facts_.lastModified + 1, size: ids.length };
  }
}

/** One browser: its links, and whose turn it is. */
class Links implements LinkStorage {
  readonly kept = new Map<string, StoredLink>();
  #turn: Promise<unknown> = Promise.resolve();
  read = async (slideKey: string) => this.kept.get(slideKey) ?? null;
  write = async (slideKey: string, link: StoredLink | null) => {
    if (link) this.kept.set(slideKey, link);
    else this.kept.delete(slideKey);
  };
  inTurn = <T>(_name: string, work: () => Promise<T>): Promise<T> => {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  };
}

function linkOf({ store, history }: Tab, links: Links): FileLink {
  return new FileLink({
    ...{ store, history, storage: links, inTurn: links.inTurn },
    encode: async ({ annotations }) => new TextEncoder().encode(JSON.stringify([...annotations.keys()])),
  });
}

const written = (tab: Tab, disk: Disk) =>
  tab.until(
    ({ linked, saved }) =>
      saved === "saved" && linked?.status === "written" && disk.ids?.join() === tab.ids.join(),
  );

async function linked() {
  const [browser, disk, links, database] = [new Browser(), new Disk(), new Links(), newDatabase()];
  const tab = await opened(browser, "one", database);
  const link = linkOf(tab, links);
  await link.link(disk);
  await written(tab, disk);
  return { browser, disk, links, database, tab, link };
}

test("every step that is on the disk comes into the file; of many at once the last, by one writer", async () => {
  const { tab, disk, link } = await linked();
  add(tab, "a");
  await written(tab, disk);
  expect(disk.ids).toEqual(["a"]);
  for (let i = 0; i < 30; i++) add(tab, `b${i}`);
  await written(tab, disk);
  expect(disk.ids).toHaveLength(31);
  expect(disk.writes).toBeLessThan(12);
  expect(link.busy).toBe(false);
  tab.history.undo();
  await written(tab, disk);
  expect(disk.ids).toHaveLength(30);
});

test("what another program wrote is not written over until the person says so", async () => {
  const { tab, disk, link } = await linked();
  disk.put(["theirs", "too"]);
  add(tab, "a");
  await tab.until((state) => state.linked?.status === "changed");
  add(tab, "b");
  await tab.saved();
  expect(disk.ids).toEqual(["theirs", "too"]);
  link.overwrite();
  await written(tab, disk);
  expect(disk.ids).toEqual(["a", "b"]);
});

test("after a reload the file is written once the person agrees, and not before", async () => {
  const { browser, tab, disk, links, database } = await linked();
  tab.crash();
  disk.permission = "prompt";
  const next = await opened(browser, "two", database);
  const link = linkOf(next, links);
  await link.open(SLIDE.slideKey);
  expect(next.state.linked?.status).toBe("asks");
  add(next, "a");
  await next.saved();
  expect(disk.ids).toEqual([]);
  await link.retry();
  await written(next, disk);
  expect(disk.ids).toEqual(["a"]);
});

test("opening a slide does not touch a file that holds what stands already", async () => {
  const { browser, tab, disk, links, database } = await linked();
  tab.crash();
  const next = await opened(browser, "two", database);
  await linkOf(next, links).open(SLIDE.slideKey);
  await written(next, disk);
  await links.inTurn("", async () => undefined);
  expect(disk.writes).toBe(1);
});

test("a failure is told and tried again; an ended link writes nothing", async () => {
  const { tab, disk, link } = await linked();
  disk.full = true;
  add(tab, "a");
  const { linked: state } = await tab.until(({ linked: one }) => typeof one?.status === "object");
  expect(state?.status).toMatchObject({ failed: { code: "linked-failed" } });
  disk.full = false;
  await link.retry();
  await written(tab, disk);
  await link.unlink();
  add(tab, "b");
  await tab.saved();
  expect(disk.ids).toEqual(["a"]);
  expect(tab.state.linked).toBe(null);
});

test("the last step before another slide comes into view is in the file", async () => {
  const { tab, disk, link, links } = await linked();
  add(tab, "a");
  link.leave();
  tab.autosave.leave();
  while (link.busy) await links.inTurn("", async () => undefined);
  expect(disk.ids).toEqual(["a"]);
});

test("two windows on one slide write one file in turn, and it holds the steps of both", async () => {
  const { browser, tab, disk, links, database } = await linked();
  const other = await opened(browser, "two", database);
  await linkOf(other, links).open(SLIDE.slideKey);
  for (let i = 0; i < 5; i++) {
    add(tab, `one-${i}`);
    add(other, `two-${i}`);
  }
  await Promise.all([tab, other].map((one) => one.until(() => one.ids.length === 10)));
  await Promise.all([written(tab, disk), written(other, disk)]);
  expect(disk.ids).toHaveLength(10);
});
