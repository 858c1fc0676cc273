import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRecords, encodeRecord } from "../../workers/journal-records.ts";

const value = fc.jsonValue({ maxDepth: 3 });
const special = fc.constantFrom(
  Number.NaN,
  Infinity,
  -Infinity,
  -0,
  "\u0000",
  '\u0000"',
  "\u0000-0",
  "\u0000NaN",
);
const record = fc.record({ value, special: fc.array(special), number: fc.double() });

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test("records come back as they were, numbers that JSON does not know too", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), (records) => {
      expect(decodeRecords(joined(records.map(encodeRecord)))).toEqual(records);
    }),
  );
});

test("of a journal that was cut off or damaged anywhere, all records before are read and none after", () => {
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.boolean(),
      (records, at, cut) => {
        const parts = records.map(encodeRecord);
        const bytes = joined(parts);
        const place = at % bytes.length;
        let whole = 0;
        for (let end = parts[0]!.length; end <= place; end += parts[++whole]!.length);
        const damaged = cut
          ? bytes.subarray(0, place)
          : bytes.map((byte, i) => (i === place ? byte ^ 1 : byte));
        expect(decodeRecords(damaged)).toEqual(records.slice(0, whole));
      },
    ),
  );
});

test("what is packed stands in a record as text and comes back as bytes", () => {
  const packed = new TextEncoder().encode('{"list":"created","values":["\\u0000-0","腺癌"]}');
  const record = { operation: { opId: "1", packed, sizes: [packed.length] }, endsDraft: null };
  expect(decodeRecords(encodeRecord(record))).toStrictEqual([record]);
});
