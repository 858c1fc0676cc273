import { describe, expect, it } from "vitest";
import { readAhead } from "../../src/store/read-ahead.ts";

describe("reading ahead", () => {
  it("takes in order, one batch ahead and no more", async () => {
    const events: string[] = [];
    await readAhead(
      [1, 2, 3, 4],
      async (batch) => {
        events.push(`read ${batch}`);
        return 10 * batch;
      },
      (batch, values) => events.push(`take ${batch} ${values}`),
    );
    expect(events).toEqual([
      "read 1",
      "read 2",
      "take 1 10",
      "read 3",
      "take 2 20",
      "read 4",
      "take 3 30",
      "take 4 40",
    ]);
  });

  it("reads as many ahead as it is told, and takes in order still", async () => {
    const events: string[] = [];
    await readAhead(
      [1, 2, 3, 4, 5],
      async (batch) => {
        events.push(`read ${batch}`);
      },
      (batch) => events.push(`take ${batch}`),
      3,
    );
    const inOrder = [1, 2, 3, 4].map((batch) => `read ${batch}`);
    expect(events).toEqual([...inOrder, "take 1", "read 5", "take 2", "take 3", "take 4", "take 5"]);
  });

  it("ends at the first failure, whichever comes first in time, and leaves none unheard", async () => {
    const taken: number[] = [];
    const failing = readAhead(
      [1, 2, 3],
      (batch) =>
        batch === 1
          ? new Promise<number>((_, reject) => setTimeout(() => reject(new Error("first")), 5))
          : Promise.reject(new Error("second")),
      (batch) => taken.push(batch),
    );
    await expect(failing).rejects.toThrow("first");
    expect(taken).toEqual([]);
  });

  it("does nothing without batches", async () => {
    await readAhead(
      [],
      () => Promise.reject(new Error("read")),
      () => undefined,
    );
  });
});
