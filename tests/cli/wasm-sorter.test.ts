import fc from "fast-check";
import { expect, test } from "vitest";
import { HEAD_WORDS } from "../../src/cli/convert/partition.ts";
import { sortRecords } from "../../src/cli/convert/sort-rows.ts";
import { type RecordForm, wasmSorter } from "../../src/cli/convert/wasm-sorter.ts";
import { randomFrom } from "../bench/bench.ts";

/** Records in few places and of few genes, so that many agree in both; counts of any size. */
function records(rows: number, { recordWords, rank, codeBits }: RecordForm, spread: number, seed: number) {
  const random = randomFrom(seed);
  const words = new Uint32Array(rows * recordWords);
  for (let at = 0; at < words.length; at += recordWords) {
    words[at] = Math.floor(random() * spread) * Math.floor(2 ** codeBits / spread);
    words[at + 1] = Math.floor(random() * rank.length);
    for (let k = 2; k < recordWords; k++) words[at + k] = random() < 0.1 ? 2 ** 32 - 1 - k : random() * 9;
  }
  return words;
}

test("sorts as its plain twin does, records of any length", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: HEAD_WORDS, max: 8 }),
      fc.constantFrom(1, 2, 5, 1023, 1024, 1025, 65_536),
      fc.constantFrom(22, 28),
      fc.constantFrom(1, 3, 700, 2 ** 20),
      fc.integer(),
      async (rows, recordWords, genes, codeBits, spread, seed) => {
        const random = randomFrom(seed + 1);
        const keys = Float64Array.from({ length: genes }, random);
        const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!);
        const rank = new Uint32Array(genes);
        order.forEach((gene, place) => {
          rank[gene] = place;
        });
        const form = { recordWords, rank, codeBits };
        const sort = await wasmSorter(form, 2 * rows);
        // A second table, longer or shorter, in the memory of the first.
        for (const n of [rows, Math.ceil(rows / 3), 2 * rows]) {
          const words = records(n, form, spread, seed + n);
          const expected = sortRecords(words.slice(), recordWords, rank, codeBits);
          const found = sort(n, (room) => room.set(words));
          for (const name of ["code", "gene", "count"] as const) {
            expect(Buffer.compare(bytesOf(found[name]), bytesOf(expected[name]))).toBe(0);
          }
          expect(found.order).toEqual(expected.order);
          if (found.order) expect(Buffer.compare(bytesOf(found.words), bytesOf(words))).toBe(0);
        }
      },
    ),
    { numRuns: 60 },
  );
});

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
