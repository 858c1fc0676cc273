import { expect, test } from "vitest";
import type { Entry } from "../../src/core/annotation-storage.ts";
import { type JournalRecord, whatStands } from "../../workers/journal-content.ts";

const entry = (opId: string, slideKey = "s") => ({ operation: { slideKey, opId } }) as Entry;
const standing = (files: Readonly<Record<string, readonly JournalRecord[]>>) =>
  whatStands(new Map(Object.entries(files))).entries.map(({ operation: { opId } }) => opId);

test("what trimming made counts instead of what it replaces, once its last record is there", () => {
  const [a, b] = [[entry("1"), entry("2")], [entry("3")]];
  const end = { replaces: ["a.log", "b.log"], covers: [] };
  expect(standing({ "a.log": a, "b.log": b, "w-trimmed-0.log": [entry("3 base")] })).toEqual(["1", "2", "3"]);
  expect(standing({ "a.log": a, "w-trimmed-0.log": [entry("3 base"), end], "b.log": b })).toEqual(["3 base"]);
  expect(standing({ "b.log": b, "w-trimmed-0.log": [entry("3 base"), end] })).toEqual(["3 base"]);
});

test("copies in other files of what it holds count no more, its own do", () => {
  const end: JournalRecord = { replaces: [], covers: [["s", "2"]] };
  const files = {
    "w-trimmed-0.log": [entry("2"), end],
    "live.log": [entry("2"), entry("2", "other"), entry("4")],
  };
  expect(standing(files)).toEqual(["2", "2", "4"]);
});

test("a slide that was deleted is gone from all files, what was drawn on it after is not", () => {
  const files = {
    "a.log": [entry("1"), entry("5")],
    "b.log": [{ forgets: "s", upTo: "3" }, entry("1", "other")],
  };
  expect(standing(files)).toEqual(["5", "1"]);
});
