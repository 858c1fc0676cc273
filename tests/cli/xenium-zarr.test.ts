import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openXeniumZarr } from "../../src/cli/rows/xenium-zarr-source.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { FIXTURES } from "../formats/files.ts";
import { command } from "./command.ts";

type Row = readonly [x: number, y: number, z: number, qv: number, gene: string];
const expected = JSON.parse(
  readFileSync(fileURLToPath(new URL("../fixtures/expected/xenium-zarr.json", import.meta.url)), "utf8"),
) as Readonly<Record<string, readonly Row[]>>;
const { signal } = new AbortController();

async function rowsOf(bytes: Uint8Array): Promise<Row[]> {
  const opened = await openXeniumZarr(new MemorySource("transcripts.zarr.zip", bytes), undefined, signal);
  const rows: Row[] = [];
  for await (const { rows: n, x, y, gene, count, extra } of opened!.source.batches(signal)) {
    const { names } = opened!.source.genes();
    for (let i = 0; i < n; i++) {
      expect(count[i]).toBe(1);
      rows.push([x[i]!, y[i]!, Number(extra.z![i]), Number(extra.qv![i]), names[gene[i]!]!]);
    }
  }
  expect(opened!.source.rowsExpected).toBe(rows.length);
  return rows;
}

const byPlace = (a: Row, b: Row): number => a[0] - b[0] || a[1] - b[1];

describe("the molecules of a Xenium transcripts.zarr.zip", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "centiscope-xenium-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const [name, rows] of Object.entries(expected)) {
    test(`are those that were written: ${name}`, async () => {
      const found = await rowsOf(readFileSync(join(FIXTURES, name)));
      expect(found.sort(byPlace)).toEqual([...rows].sort(byPlace));
    });

    test(`come back from a store, quality, depth and controls kept: ${name}`, async () => {
      const out = join(folder, `${name}.centiscope.zarr`);
      const made = await command("convert", join(FIXTURES, name), out, "--json");
      expect(JSON.parse(made.out)).toMatchObject({ rows: 400, genes: 5, columns: ["x", "y", "qv", "z"] });
      const checked = await command("verify", out, "--against", join(FIXTURES, name), "--json");
      expect(JSON.parse(checked.out)).toEqual({ good: true, faults: [] });
    });
  }

  test("are refused where an array is damaged, by its name", async () => {
    const bytes = new Uint8Array(readFileSync(join(FIXTURES, "transcripts-sopa.zarr.zip")));
    const name = new TextEncoder().encode("grids/0/0,0/gene_identity/0.0");
    const at = bytes.findIndex((_, i) => name.every((byte, k) => bytes[i + k] === byte));
    // The Blosc frame's length of the whole, after version, flags and type size.
    bytes[at + name.length + 4] = bytes[at + name.length + 4]! ^ 1;
    await expect(rowsOf(bytes)).rejects.toMatchObject({
      facts: { code: "zarr-array", params: { array: "grids/0/0,0/gene_identity" } },
    });
  });

  test("are not looked for in other archives", async () => {
    const path = join(folder, "other.zip");
    // An empty archive: only the end of its directory.
    writeFileSync(path, Uint8Array.of(0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0)));
    const ran = await command("convert", path, join(folder, "o.centiscope.zarr"), "--json");
    expect(JSON.parse(ran.out).error.code).toMatch(/nothing-known|file-kind-unknown|no-expression/);
  });
});
