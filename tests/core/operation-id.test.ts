import fc from "fast-check";
import { expect, test } from "vitest";
import { OperationIds } from "../../src/core/operation-id.ts";

const random = (out: Uint8Array) => out.fill(0xff);

test("ids are UUIDs of version 7 that carry the time", () => {
  // 2022-02-22T19:22:22 UTC is 0x017F22E279B0 ms: the example of RFC 9562, appendix A.6.
  const ids = new OperationIds(() => 0x017f22e279b0, random);
  expect(ids.next()).toBe("017f22e2-79b0-7000-bfff-ffffffffffff");
  expect(ids.next()).toBe("017f22e2-79b0-7001-bfff-ffffffffffff");
});

test("ids rise whatever the clocks of two windows do, also past 4096 in a millisecond", () => {
  const clocks = fc.array(fc.record({ window: fc.nat(1), ms: fc.integer({ min: 0, max: 3 }) }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(clocks, (ticks) => {
      let now = 0;
      const windows = [new OperationIds(() => now, random), new OperationIds(() => now * 2, random)];
      let last = "";
      for (const { window, ms } of ticks) {
        now = ms;
        const id = windows[window]!.next();
        windows[1 - window]!.observe(id);
        expect(id > last).toBe(true);
        last = id;
      }
    }),
  );
  const still = new OperationIds(() => 5, random);
  const many = Array.from({ length: 10_000 }, () => still.next());
  expect(many).toEqual([...new Set(many)].sort());
});

test("what is no such id is refused", () => {
  const ids = new OperationIds(() => 5, random);
  expect(() => ids.observe("c56a4180-65aa-42ec-a945-5fd21dec0538")).toThrow("not an operation id");
});
