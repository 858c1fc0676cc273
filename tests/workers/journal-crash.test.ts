import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { AnnotationDocument } from "../../src/core/annotation.ts";
import type { Entry } from "../../src/core/annotation-storage.ts";
import type { Operation } from "../../src/core/operation.ts";
import { emptySnapshot, OperationLog } from "../../src/core/operation-log.ts";
import { AnnotationDatabase } from "../../src/io/annotation-database.ts";
import { readDocument } from "../../src/state/stored-log.ts";
import { JournalFiles } from "../../workers/journal-files.ts";
import { actionArbitrary } from "../state/action-arbitrary.ts";
import { written } from "../state/written-operations.ts";
import { journalOn, MemoryDisk, PowerCut, type Unflushed } from "./memory-disk.ts";

afterEach(() => vi.restoreAllMocks());

const seen = ({ annotations, classes }: AnnotationDocument) =>
  JSON.stringify({ list: [...annotations.rankedValues()], classes });
const documentOf = (operations: readonly Operation[]): AnnotationDocument => {
  const log = new OperationLog(emptySnapshot);
  log.add(structuredClone(operations));
  return log.document("s", "imagePx");
};
const entryOf = (operation: Operation): Entry => {
  const slide = {
    slideKey: operation.slideKey,
    frame: "imagePx",
    title: "A slide",
    time: 1,
    count: 1,
  } as const;
  return { operation, slide, endsDraft: null };
};

/** Outlines of a few annotations changed again and again, so that whatever counts twice shows; two named versions. */
const steps = written(
  fc.sample(actionArbitrary, { numRuns: 24, seed: 11 }).map((action, i) => ({
    ...action,
    kind: i < 3 ? "add" : (["geometry", "geometry", "geometry", "remove", "undo"] as const)[i % 5]!,
  })),
  11,
);

let databases = 0;
const newName = () => `crash-${databases++}`;

async function openOn(
  disk: MemoryDisk,
  window: string,
  name: string,
  logBytes = 4000,
): Promise<AnnotationDatabase> {
  const files = await JournalFiles.in(disk.directory, window, logBytes);
  return new AnnotationDatabase(journalOn(files), name, 0);
}

/** Windows that come and go, two of them at the same time; what was saved is told as it is. */
async function live(disk: MemoryDisk, name: string, saved: (count: number) => void): Promise<void> {
  let next = 0;
  const append = async (database: AnnotationDatabase, count: number) => {
    for (const end = Math.min(next + count, steps.length); next < end; saved(next)) {
      await database.append([entryOf(steps[next]!)]);
      next += 1;
    }
  };
  await append(await openOn(disk, "first", name), 6);
  disk.close();
  const second = await openOn(disk, "second", name);
  await append(second, 4);
  const third = await openOn(disk, "third", name);
  await append(third, 4);
  await third.trim();
  await append(second, 4);
  await append(third, 2);
  disk.close();
  const last = await openOn(disk, "last", name);
  await last.trim();
  await append(last, steps.length);
}

/** Power goes also at a write of the database, which then takes back what it was at. */
function cutDatabase(disk: MemoryDisk): void {
  for (const method of ["put", "delete"] as const) {
    const original = IDBObjectStore.prototype[method] as (...given: unknown[]) => IDBRequest;
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
      this: IDBObjectStore,
      ...given: unknown[]
    ) {
      disk.tick();
      return original.apply(this, given) as never;
    });
  }
}

async function found(disk: MemoryDisk, name: string): Promise<string> {
  return seen(await readDocument(await openOn(disk, "after", name), "s", "imagePx"));
}

test("no saved step is lost, whichever write the power goes at, with the database and without it", async () => {
  const whole = new MemoryDisk();
  cutDatabase(whole);
  await live(whole, newName(), () => undefined);
  vi.restoreAllMocks();
  expect(whole.writes).toBeGreaterThan(100);
  expect(whole.names.filter((file) => file.includes("-trimmed-"))).toEqual(["last-trimmed-0.log"]);
  const told = Array.from({ length: steps.length + 1 }, (_, count) =>
    seen(documentOf(steps.slice(0, count))),
  );
  for (let cutAt = 1; cutAt < whole.writes; cutAt++) {
    const [disk, name] = [new MemoryDisk(), newName()];
    let saved = 0;
    disk.cutAt = cutAt;
    cutDatabase(disk);
    const end = await live(disk, name, (count) => {
      saved = count;
    }).catch((thrown: unknown) => thrown);
    vi.restoreAllMocks();
    expect(end, `${cutAt}`).toBeInstanceOf(Error);
    const cut = end instanceof PowerCut || (end as Error).cause instanceof PowerCut;
    expect(cut, `${cutAt}: ${end}`).toBe(true);
    // The step that was being saved may be there, or not.
    const right = told.slice(saved, saved + 2);
    const unflushed = (["lost", "kept", "torn"] as const satisfies Unflushed[])[cutAt % 3]!;
    expect(right, `${cutAt} ${unflushed}, without`).toContain(await found(disk.after(unflushed), newName()));
    expect(right, `${cutAt} ${unflushed}, with`).toContain(await found(disk.after(unflushed), name));
  }
});

test("the second copy grows with what stands, not with the steps, and holds the named versions", async () => {
  const name = newName();
  let disk = new MemoryDisk();
  // Ten annotations, and an outline moved in each step after.
  const moves = fc.sample(actionArbitrary, { numRuns: 400, seed: 5 }).map((action, i) => {
    return { ...action, kind: i < 10 ? ("add" as const) : ("geometry" as const) };
  });
  const made = written(moves, 150);
  const raw: number[] = [];
  const sizes: number[] = [];
  for (let from = 0; from < made.length; from += 50) {
    const database = await openOn(disk, `window ${from}`, name);
    await database.append(made.slice(from, from + 50).map(entryOf));
    disk = disk.after("lost");
    await (await openOn(disk, `another ${from}`, name)).trim();
    disk = disk.after("lost");
    sizes.push(disk.sizeBytes);
    raw.push(JSON.stringify(made.slice(0, from + 50)).length);
  }
  const [stands, all] = [sizes.at(-1)!, raw.at(-1)!];
  console.info(`  ${all} bytes of steps, ${stands} bytes kept`);
  // Three times what stands (twice under a name, once now), and as much again before it is worth trimming.
  expect(stands).toBeLessThan(6 * sizes[0]!);
  expect(stands).toBeLessThan(all / 10);
  const anew = await openOn(disk.after("lost"), "anew", newName());
  for (const version of made.filter(({ kind }) => kind === "version")) {
    const then = await readDocument(anew, "s", "imagePx", version.opId);
    expect(seen(then)).toBe(seen(documentOf(made.filter(({ opId }) => opId <= version.opId))));
  }
});

test("what is deleted leaves the disk, and takes nothing of other slides along", async () => {
  let disk = new MemoryDisk();
  const other = steps.map((step) => ({ ...step, slideKey: "other" }));
  const name = newName();
  await (await openOn(disk, "first", name)).append([...steps, ...other].map(entryOf));
  disk = disk.after("lost");
  await (await openOn(disk, "second", name)).trim();
  disk = disk.after("lost");
  const files = await JournalFiles.in(disk.directory, "third");
  await files.forget({ forgets: "other", upTo: "9" });
  disk = disk.after("lost");
  expect(disk.text).toContain('"slideKey":"s"');
  expect(disk.text).not.toContain('"slideKey":"other"');
  const anew = await openOn(disk, "fourth", newName());
  expect(seen(await readDocument(anew, "s", "imagePx"))).toBe(seen(documentOf(steps)));
  expect((await readDocument(anew, "other", "imagePx")).annotations.size).toBe(0);
});
