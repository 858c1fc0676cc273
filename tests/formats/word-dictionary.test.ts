import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteDictionary, hashBytes } from "../../src/formats/byte-dictionary.ts";
import { CellCoder, GeneCoder } from "../../src/formats/column-codes.ts";
import type { BytesVector, ColumnVector } from "../../src/formats/column-vector.ts";
import { NO_NAME, TranscriptBuilder } from "../../src/formats/transcript-builder.ts";
import { WordDictionary } from "../../src/formats/word-dictionary.ts";

/** Few letters, zero bytes and lengths about the inline limit of 24: many equal and nearly equal keys. */
const keys = fc.array(
  fc.oneof(
    fc.array(fc.constantFrom(0, 97, 255), { maxLength: 6 }),
    fc.array(fc.constantFrom(0, 97), { minLength: 22, maxLength: 27 }),
  ),
  { maxLength: 300 },
);

test("codes are those of a ByteDictionary, wherever a key stands in its buffer", () => {
  fc.assert(
    fc.property(keys, fc.nat({ max: 7 }), fc.nat({ max: 9 }), (list, before, after) => {
      const offsets = [0];
      for (const key of list) offsets.push(offsets.at(-1)! + key.length);
      const buffer = new Uint8Array(before + offsets.at(-1)! + after);
      const bytes = buffer.subarray(before);
      bytes.set(list.flat());
      const slow = new ByteDictionary();
      const fast = new WordDictionary();
      fast.use(bytes);
      list.forEach((_, i) => {
        const [start, end] = [offsets[i]!, offsets[i + 1]!];
        expect(fast.intern(start, end)).toBe(slow.intern(bytes, start, end, hashBytes(bytes, start, end)));
      });
      expect(fast.size).toBe(slow.size);
    }),
  );
});

test("codes hold when the table grows, over several buffers", () => {
  const dictionary = new WordDictionary();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20_000; i++) {
      const bytes = new TextEncoder().encode(`c${i}aa-1`);
      dictionary.use(bytes);
      expect(dictionary.intern(0, bytes.length)).toBe(i);
    }
  }
});

const words = fc.array(
  fc.option(fc.constantFrom("", "UNASSIGNED", "c1", "c2", "c10", "a cell with a very long name, indeed")),
  { minLength: 1, maxLength: 60 },
);

function bits(present: readonly boolean[]) {
  const bytes = new Uint8Array(Math.ceil(present.length / 8));
  present.forEach((there, i) => {
    if (there) bytes[i >> 3]! |= 1 << (i & 7);
  });
  return { bits: bytes, offset: 0 };
}

function bytesVector(list: readonly (string | null)[]): BytesVector {
  const encoded = list.map((word) => new TextEncoder().encode(word ?? ""));
  const offsets = new Int32Array(list.length + 1);
  encoded.forEach((bytes, i) => {
    offsets[i + 1] = offsets[i]! + bytes.length;
  });
  const data = Uint8Array.from(encoded.flatMap((bytes) => [...bytes]));
  return {
    kind: "bytes",
    length: list.length,
    data,
    offsets,
    gap: 0,
    unchecked: false,
    valid: bits(list.map((word) => word !== null)),
  };
}

function dictionaryVector(list: readonly (string | null)[]): ColumnVector {
  const entries = [...new Set(list)].reverse();
  const { length } = list;
  const valid = bits(list.map((word) => word !== null));
  const values = Int32Array.from(list, (word) => entries.indexOf(word));
  const codes = { kind: "number" as const, length, values, valid };
  return { kind: "dictionary", length, codes, values: bytesVector(entries), valid };
}

function builder(rows: number): TranscriptBuilder {
  const made = new TranscriptBuilder({
    file: "a",
    coordinates: "float32",
    hasCount: false,
    hasQv: false,
    hasCell: true,
    geneColumn: "gene",
  });
  made.reserve(rows);
  return made;
}

test("text and dictionaries in turn give the codes of their order of appearance", () => {
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), fc.boolean(), (batches, first) => {
      const all = batches.flat();
      const target = builder(all.length);
      const cells = new CellCoder(target, ["UNASSIGNED"]);
      const genes = new GeneCoder(target);
      let start = 0;
      batches.forEach((list, i) => {
        const vector = (i % 2 === 0) === first ? bytesVector(list) : dictionaryVector(list);
        const at = { file: "a", column: "b", firstRow: start };
        cells.copy(vector, start, at);
        genes.copy(vector, start, at);
        start += list.length;
      });
      const cellNames: (string | null)[] = [...new Set(all)].filter(
        (word) => word !== null && word !== "" && word !== "UNASSIGNED",
      );
      const geneNames = [...new Set(all.map((word) => word || NO_NAME))];
      expect(target.cells.texts()).toEqual(cellNames);
      expect(target.genes.texts()).toEqual(geneNames);
      expect([...target.cell.subarray(0, all.length)]).toEqual(
        all.map((word) => cellNames.indexOf(word) + 1),
      );
      expect([...target.gene.subarray(0, all.length)]).toEqual(
        all.map((word) => geneNames.indexOf(word || NO_NAME)),
      );
      expect(target.unnamedRows).toBe(all.filter((word) => !word).length);
    }),
  );
});
