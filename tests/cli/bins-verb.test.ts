import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gridOfRows } from "../../src/cli/convert/bins.ts";
import { FolderTree } from "../../src/cli/convert/node-folder.ts";
import type { RowSource } from "../../src/cli/row-source.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import { tableSource } from "../store/table.ts";
import { command } from "./command.ts";

const GEM = fileURLToPath(new URL("../fixtures/tables/mouse-brain.gem.gz", import.meta.url));

describe("bins on the command line", () => {
  let folder: string;
  let store: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "centiscope-verbs-"));
    store = join(folder, "brain.centiscope.zarr");
    const ran = await command("convert", GEM, store, "--json");
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ rows: 600 });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string): string => join(folder, name);

  test("bins of a name that turns out to be two features' are those of none, of a name in full of one", async () => {
    const batch = (gene: number[], x: number[]) => ({
      rows: gene.length,
      x: Int32Array.from(x),
      y: new Int32Array(gene.length),
      gene: Uint32Array.from(gene),
      count: new Uint32Array(gene.length).fill(1),
      extra: {},
    });
    let names = ["A"];
    const source: RowSource = {
      path: "t",
      platform: "",
      formatVersion: "",
      lattice: true,
      unitUm: 1,
      extraColumns: [],
      rowsExpected: null,
      sizeBytes: 0,
      async *batches() {
        names = ["A"];
        yield batch([0, 0], [0, 3]);
        names = ["A (id1)", "A (id2)"];
        yield batch([1, 0], [1, 3]);
      },
      genes: () => ({ names, ids: null, isControl: null }),
    };
    const { signal } = new AbortController();
    const values = async (name: string) => [...(await gridOfRows(source, 1, [name], signal)).values];
    expect(await values("A (id1)")).toEqual([1, 0, 0, 2]);
    expect(await values("A (id2)")).toEqual([0, 1, 0, 0]);
    await expect(values("A")).rejects.toMatchObject({ facts: { code: "gene-unknown" } });
  });

  test.each([
    ["too many bins", [0, 2 ** 14], [0, 2 ** 14]],
    ["a bin past what a key holds", [0, 2 ** 26], [0, 0]],
  ])("bins of a table are refused while it is read: %s", async (_name, x, y) => {
    let read = 0;
    const source = {
      ...tableSource(
        {
          lattice: true,
          unitUm: 1,
          genes: 1,
          x: Float64Array.from([...x, 0]),
          y: Float64Array.from([...y, 0]),
          gene: new Uint32Array(3),
          count: new Uint32Array(3).fill(1),
          extra: {},
          extraColumns: [],
        },
        2,
      ),
    };
    const { batches } = source;
    source.batches = async function* (signal) {
      for await (const one of batches(signal)) {
        read += 1;
        yield one;
      }
    };
    await expect(gridOfRows(source, 1, null, new AbortController().signal)).rejects.toMatchObject({
      facts: { code: "bin-size-invalid" },
    });
    expect(read).toBe(1);
  });

  test.each(["npy", "csv", "tif"])(
    "bins as %s are the same from a store and from its table",
    async (kind) => {
      const names = (await (await StoreReader.open(new FolderTree(store))).genes()).names;
      for (const more of [[], ["--gene", `${names[0]},${names[3]}`]]) {
        const files = [file(`a.${kind}`), file(`b.${kind}`)];
        const totals = [];
        for (const [k, path] of [store, GEM].entries()) {
          const ran = await command("bins", path, "--bin-um", "25", "--out", files[k]!, ...more, "--json");
          expect(ran.code).toBe(0);
          totals.push(JSON.parse(ran.out).total);
        }
        expect(totals[0]).toBe(totals[1]);
        if (more.length === 0) expect(readFileSync(files[0]!)).toEqual(readFileSync(files[1]!));
      }
      const unknown = await command(
        "bins",
        store,
        "--bin-um",
        "5",
        "--out",
        file("c.npy"),
        "--gene",
        "?",
        "--json",
      );
      expect(JSON.parse(unknown.out).error.code).toBe("gene-unknown");
    },
  );

  test("bins never replace their own table, and what cannot be written is said in a sentence", async () => {
    const table = file("table.csv");
    const text = "x,y,gene\n1,1,A\n2,2,B\n";
    writeFileSync(table, text);
    symlinkSync(table, file("link.csv"));
    const bins = (path: string, out: string, ...more: string[]) =>
      command("bins", path, "--bin-um", "1", "--um-per-unit", "1", "--out", out, ...more);
    for (const out of [table, file("link.csv")]) {
      const ran = await bins(table, out);
      expect(ran.code).toBe(2);
      expect(ran.notes).toContain("--out is the table itself");
    }
    expect(readFileSync(table, "utf8")).toBe(text);
    mkdirSync(file("folder.npy"));
    for (const out of [file("none/a.npy"), file("table.csv/a.npy"), file("folder.npy")]) {
      const ran = await bins(table, out);
      expect(ran.code).toBe(1);
      expect(ran.notes).toContain("it cannot be written");
      expect(ran.notes.trim()).not.toContain("\n");
    }
    expect((await bins(table, file("a.npy"), "--gene", "A,")).code).toBe(2);
    expect((await bins(table, file("a.npy"), "--gene=")).code).toBe(2);
    expect((await bins(table, file("b.csv"))).code).toBe(0);
    expect((await bins(table, file("b.csv"), "--gene", "A")).code).toBe(0);
    expect(readFileSync(file("b.csv"), "utf8")).toBe("x_um,y_um,count\n1,1,1\n");
    expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
  });
});
