import { describe, expect, it } from "vitest";
import { indexNames, rankName, searchNames } from "../../src/core/fuzzy.ts";

const names = [
  "Mt-Co1",
  "CD3E",
  "CD3D",
  "KRT7",
  "KRT17",
  "A2M-AS1",
  "AS1",
  "ERBB2",
  "CXCR4",
  "__proto__",
  "Cd3e",
];
const index = indexNames(names);
const found = (query: string, limit?: number) => searchNames(index, query, limit).map((code) => names[code]);

describe("searchNames", () => {
  it("ranks exact, then prefix, then start of a word, then inside, then scattered", () => {
    const ranked = ["xAS1x", "AxxSxx1", "A2M-AS1", "AS1P", "AS1"];
    const order = searchNames(indexNames(ranked), "as1").map((code) => ranked[code]);
    expect(order).toEqual(["AS1", "AS1P", "A2M-AS1", "xAS1x", "AxxSxx1"]);
  });

  it("keeps the order of codes within a rank: most abundant first", () => {
    expect(found("cd3")).toEqual(["CD3E", "CD3D", "Cd3e"]);
  });

  it("ignores case and the spaces around", () => {
    expect(found("  erbb2 ")).toEqual(["ERBB2"]);
  });

  it("gives every name for an empty query, and none for one that nothing matches", () => {
    expect(found("")).toEqual(names);
    expect(found("", 2)).toEqual(["Mt-Co1", "CD3E"]);
    expect(found("zzz")).toEqual([]);
  });

  it("treats names that mean something to JavaScript, and signs, as text", () => {
    expect(found("__proto__")).toEqual(["__proto__"]);
    expect(found("mt-")).toEqual(["Mt-Co1"]);
    expect(found(".*")).toEqual([]);
  });

  it("limits after ranking, not before", () => {
    expect(found("as1", 1)).toEqual(["AS1"]);
  });

  it("agrees with ranking each name by itself", () => {
    const order = ["exact", "prefix", "word", "inside", "scattered"];
    for (const query of ["c", "3", "kr7", "co1", "e", "4"]) {
      const expected = names
        .map((name, code) => ({ name, code, rank: rankName(name, query) }))
        .filter(({ rank }) => rank !== null)
        .sort((a, b) => order.indexOf(a.rank!) - order.indexOf(b.rank!) || a.code - b.code)
        .map(({ name }) => name);
      expect(found(query)).toEqual(expected);
    }
  });
});
