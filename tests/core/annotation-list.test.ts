import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnnotationList } from "../../src/core/annotation-list.ts";
import { rankBetween, ranksBetween } from "../../src/core/annotation-rank.ts";
import { annotation } from "./annotation-arbitrary.ts";

describe("ranks", () => {
  test("there is always one between, wherever things are put", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 300 }), (places) => {
        const ranks: string[] = [];
        for (const place of places) {
          const at = place % (ranks.length + 1);
          ranks.splice(at, 0, rankBetween(ranks[at - 1] ?? null, ranks[at] ?? null));
        }
        expect(ranks).toEqual([...new Set(ranks)].sort());
      }),
    );
  });

  test("always below, always above and always in the middle stay apart", () => {
    let [low, high] = ["a0", "a1"];
    let least = "a0";
    for (let i = 0; i < 2000; i++) {
      const between: string = rankBetween(low, high);
      expect(low < between && between < high).toBe(true);
      if (i % 2 === 0) low = between;
      else high = between;
      const less = rankBetween(null, least);
      expect(less < least).toBe(true);
      least = less;
    }
  });

  test("50 000 one after another stay short", () => {
    const ranks = ranksBetween(null, null, 50_000);
    expect(Math.max(...ranks.map((rank) => rank.length))).toBe(4);
    expect(ranks).toEqual([...new Set(ranks)].sort());
    const between = ranksBetween("a0", "a1", 1000);
    expect(["a0", ...between, "a1"]).toEqual(["a0", ...new Set(between), "a1"].sort());
  });

  test("equal ends leave no room", () => {
    expect(() => rankBetween("a1", "a1")).toThrow("no rank between");
  });
});

describe("a list of annotations", () => {
  /** The oracle: a plain array, sorted anew each time. */
  const sorted = (entries: Map<string, { rank: string; name: string | null }>) =>
    [...entries]
      .sort(([a, { rank: ra }], [b, { rank: rb }]) => (ra < rb || (ra === rb && a < b) ? -1 : 1))
      .map(([id, { name }]) => [id, name]);

  test("does as a sorted array does, with few changes and many", () => {
    const change = fc.tuple(fc.nat(4000), fc.option(fc.nat(5000)), fc.string({ maxLength: 2 }));
    const batches = fc.array(
      fc.oneof(
        fc.array(change, { maxLength: 30 }),
        fc
          .nat(500)
          .map((from) => Array.from({ length: 2500 }, (_, i) => [i + from, (i * 7919) % 4001, "m"] as const)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(batches, (list) => {
        const oracle = new Map<string, { rank: string; name: string | null }>();
        let subject = AnnotationList.empty;
        for (const batch of list) {
          const before = [...subject.keys()];
          const kept = subject;
          subject = subject.edited(
            batch.map(([n, place, name]) => {
              const id = `i${n}`;
              if (place === null) {
                oracle.delete(id);
                return [id, null];
              }
              const rank = `a${String(place).padStart(5, "0")}`;
              oracle.set(id, { rank, name });
              return [id, { annotation: annotation(id, { name }), rank }];
            }),
          );
          expect([...subject].map(([id, { name }]) => [id, name])).toEqual(sorted(oracle));
          expect(subject.size).toBe(oracle.size);
          for (const [n] of batch) expect(subject.get(`i${n}`)?.name).toBe(oracle.get(`i${n}`)?.name);
          expect([...kept.keys()]).toEqual(before);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("is made of annotations in order", () => {
    const list = AnnotationList.of(["c", "a", "b"].map((id) => annotation(id)));
    expect([...list.keys()]).toEqual(["c", "a", "b"]);
    expect(list.top()?.annotation.id).toBe("b");
    expect(list.has("d")).toBe(false);
  });
});
