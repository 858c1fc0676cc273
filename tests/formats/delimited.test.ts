import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { readCsv } from "../../src/formats/csv.ts";
import { readGem } from "../../src/formats/gem.ts";
import type { ByteSource } from "../../src/io/byte-source.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { FIXTURES, textSource } from "./files.ts";

/** A source whose stream comes in pieces of given lengths, over and over. */
function pieces(bytes: Uint8Array, lengths: readonly number[]): ByteSource {
  const whole = new MemorySource("pieces.csv", bytes);
  return {
    name: whole.name,
    size: () => whole.size(),
    read: (start, end) => whole.read(start, end),
    stream: () => {
      let at = 0;
      let turn = 0;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          if (at >= bytes.length) return controller.close();
          const length = lengths[turn++ % lengths.length]!;
          controller.enqueue(bytes.subarray(at, at + length));
          at += length;
        },
      });
    },
  };
}

const number = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -2e9, max: 2e9 }).map(String),
    fc.tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.nat(999_999_999)).map(([a, b]) => `${a}.${b}`),
    fc.double({ noNaN: true, min: 0, max: 9999 }).map((value) => value.toFixed(20)),
    fc.constantFrom(
      "0",
      "-0",
      "+1.5",
      ".5",
      "7.",
      "1e-320",
      "2E3",
      "00012.50",
      "9007199254740993",
      "0.30000000000000004",
    ),
  )
  .filter((text) => Math.abs(Number(text)) < 2 ** 31);

test("every decimal number becomes the float64 nearest to it, in pieces of any length", async () => {
  const row = fc.tuple(fc.constantFrom("A", '"B, ""b"""', "名"), number, number);
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 37 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom("\n", "\r\n"),
      async (rows, lengths, newline) => {
        const text = [["gene", "x", "y"], ...rows].map((cells) => cells.join(",")).join(newline);
        // Long enough that the head is parsed before the rest has come.
        const padding = `${newline}A,1,1`.repeat(12_000);
        const bytes = new TextEncoder().encode(text + padding);
        const columns = await readCsv(
          pieces(
            bytes,
            lengths.map((length) => length * 997),
          ),
        );
        const same = (found: ArrayLike<number>, column: 1 | 2) =>
          rows.every((cells, i) => found[i] === Number(cells[column]));
        expect(same(columns.x, 1)).toBe(true);
        expect(same(columns.y, 2)).toBe(true);
        expect(columns.rows).toBe(rows.length + 12_000);
        const names = rows.map(([gene]) => (gene.startsWith('"') ? 'B, "b"' : gene));
        expect(names.every((name, i) => columns.geneNames[columns.gene[i]!] === name)).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test("any change to a GEM's bytes gives columns or a clear error, never anything else", async () => {
  const bytes = new Uint8Array(gunzipSync(readFileSync(`${FIXTURES}/mouse-brain.gem.gz`)));
  const edit = fc.tuple(
    fc.nat(bytes.length - 1),
    fc.oneof(fc.nat(255), fc.constantFrom(9, 10, 34, 35, 44, 45, 46)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      fc.nat(bytes.length),
      async (edits, cut) => {
        const changed = bytes.slice(0, Math.max(1, bytes.length - (cut % 3 === 0 ? cut : 0)));
        for (const [at, value] of edits) if (at < changed.length) changed[at] = value;
        try {
          const columns = await readGem(new MemorySource("changed.gem", changed));
          expect(columns.x.length).toBe(columns.rows);
          expect(columns.gene.every((code) => code < columns.geneNames.length)).toBe(true);
          expect(new Set(columns.geneNames).size).toBe(columns.geneNames.length);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(CentiscopeError);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a last row of too many columns with a quote inside a name is told, not searched for its end", async () => {
  const text = new TextDecoder().decode(gunzipSync(readFileSync(`${FIXTURES}/mouse-brain.gem.gz`)));
  const row = "4930402H24Rik\t47\t81\t3\n";
  expect(text.endsWith(row)).toBe(true);
  for (const name of ['493040"H24Rik', '4930402H24Rik"', '493"40"H24Rik']) {
    const changed = `${text.slice(0, -row.length)}${row.replace("4930402H24Rik", name).replace("\n", "\t")}`;
    await expect(readGem(textSource(changed, "quoted.gem"))).rejects.toMatchObject({
      facts: { code: "row-ragged", params: { found: 5, expected: 4 } },
    });
  }
});

test("a quoted name may hold a line break", async () => {
  const columns = await readCsv(textSource('gene,x,y\n"A\nB",1,2\nC,3,4\n'), {
    roles: { x: "x", y: "y", gene: "gene", count: null, qv: null, cell: null },
  });
  expect(columns.geneNames).toEqual(["A\nB", "C"]);
});
