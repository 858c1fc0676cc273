import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { FolderTree } from "../../src/cli/convert/node-folder.ts";
import { verifyStore } from "../../src/cli/convert/verify-store.ts";
import { HttpTree } from "../../src/io/http-tree.ts";
import { readFileManifest } from "../../src/store/file-manifest.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import { command } from "./command.ts";

const GEM = fileURLToPath(new URL("../fixtures/tables/mouse-brain.gem.gz", import.meta.url));
const PARQUET = fileURLToPath(new URL("../fixtures/tables/transcripts.parquet", import.meta.url));

describe("stores on the command line", () => {
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

  test.each([
    ["a GEM", GEM],
    ["a Parquet table of continuous positions, qualities and cells", PARQUET],
  ])("%s converted is verified against itself, and so is a store of the store", async (_name, source) => {
    const [first, second] = [file("a.centiscope.zarr"), file("b.centiscope.zarr")];
    expect((await command("convert", source, first, "--um-per-unit", "1", "--force")).code).toBe(0);
    const against = await command("verify", first, "--against", source, "--json");
    expect(JSON.parse(against.out)).toEqual({ good: true, faults: [] });
    expect((await command("convert", first, second)).code).toBe(0);
    expect((await command("verify", second, "--against", source)).out).toBe("b.centiscope.zarr: good\n");
    rmSync(first, { recursive: true });
    rmSync(second, { recursive: true });
  });

  test("a store in a zip without compression is a source like its folder", async () => {
    const tree = new FolderTree(store);
    const files: Record<string, Uint8Array> = {};
    for (const path of ["manifest.json", ...(await readFileManifest(tree)).keys()]) {
      files[`brain.centiscope.zarr/${path}`] = readFileSync(join(store, path));
    }
    tree.close();
    const [zip, again] = [file("brain.zip"), file("from-zip.centiscope.zarr")];
    writeFileSync(zip, zipSync(files, { level: 0 }));
    expect((await command("convert", zip, again)).code).toBe(0);
    expect((await command("verify", again, "--against", store)).code).toBe(0);
    expect((await command("verify", again, "--against", zip)).code).toBe(0);
    expect((await command("convert", zip, again, "--um-per-unit", "1")).code).toBe(2);
    rmSync(again, { recursive: true });
  });

  test("a store that is there is replaced only when asked, and another folder never", async () => {
    const again = await command("convert", GEM, store, "--json");
    expect(again.code).toBe(1);
    expect(JSON.parse(again.out).error.code).toBe("path-exists");
    expect((await command("convert", GEM, store, "--force")).code).toBe(0);
    const other = await command("convert", GEM, folder, "--force", "--json");
    expect(JSON.parse(other.out).error.code).toBe("convert-not-store");
  });

  test("a user's own folders beside and at the place are left alone", async () => {
    const out = file("own.centiscope.zarr");
    for (const name of [`${out}.part`, `${out}.old`, out]) {
      mkdirSync(name);
      writeFileSync(join(name, "manifest.json"), '{"name":"a web page"}');
    }
    const refusal = async () =>
      JSON.parse((await command("convert", GEM, out, "--force", "--json")).out).error?.code;
    // Another tool's manifest.json makes no store.
    expect(await refusal()).toBe("convert-not-store");
    rmSync(out, { recursive: true });
    expect(await refusal()).toBe("convert-part");
    rmSync(`${out}.part`, { recursive: true });
    expect(await refusal()).toBe(undefined);
    expect(readFileSync(join(`${out}.old`, "manifest.json"), "utf8")).toContain("web page");
    for (const name of [`${out}.old`, out]) rmSync(name, { recursive: true });
  });

  test("a store's folder gives what is missing as missing, what cannot be read as that, and nothing outside", async () => {
    symlinkSync("loop", file("loop"));
    writeFileSync(file("outside"), "x");
    const tree = new FolderTree(store);
    const code = (path: string) =>
      tree
        .open(path)
        .read(0, 1)
        .catch((thrown) => thrown.facts.code);
    expect(await code("no/such")).toBe("file-missing");
    expect(await code("../outside")).toBe("file-missing");
    symlinkSync("../loop", join(store, "link"));
    expect(await code("link")).toBe("path-unreadable");
    rmSync(join(store, "link"));
    tree.close();
  });

  test("a stop is heard while a store's folder is checked", async () => {
    // Every look at the clock finds a second gone.
    let ms = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      ms += 1000;
      return ms;
    });
    const stop = new AbortController();
    const tree = new FolderTree(store);
    try {
      setImmediate(() => stop.abort());
      await expect(verifyStore(tree, { signal: stop.signal })).rejects.toThrow(/abort/i);
    } finally {
      clock.mockRestore();
      tree.close();
    }
  });

  test("a table without a scale is verified by that of its store, which takes no other", async () => {
    const table = file("plain.csv");
    writeFileSync(table, "gene,x,y,count\nA,1,2,3\nB,4.5,6,1\n");
    const made = file("plain.centiscope.zarr");
    expect((await command("convert", table, made, "--um-per-unit", "2")).code).toBe(0);
    const ran = await command("verify", made, "--against", table, "--json");
    expect(JSON.parse(ran.out)).toEqual({ good: true, faults: [] });
    const again = file("again.centiscope.zarr");
    expect((await command("convert", made, again, "--um-per-unit", "3")).code).toBe(2);
    const { converter } = (await StoreReader.open(new FolderTree(made))).manifest;
    expect(converter).toBe("centiscope 1.2.3");
  });

  test("verify tells of a flipped bit by exit code and file", async () => {
    const path = join(store, "sums/2048/rows/c/0/0");
    const bytes = readFileSync(path);
    const kept = Buffer.from(bytes);
    bytes[7] = bytes[7]! ^ 4;
    writeFileSync(path, bytes);
    const ran = await command("verify", store, "--json");
    writeFileSync(path, kept);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out).faults[0].params).toMatchObject({ part: "sums/2048/rows/c/0/0" });
  });

  test("regions count the same in a store and in the table it came from", async () => {
    const all = JSON.parse(
      (await command("bins", store, "--bin-um", "10", "--out", file("x.npy"), "--json")).out,
    );
    const [x, y] = [all.x0Um + 20, all.y0Um + 30];
    const ring = [
      [x, y],
      [x + 70, y],
      [x + 70, y + 60],
      [x, y + 60],
      [x, y],
    ];
    const hole = [
      [x + 20, y + 20],
      [x + 40, y + 20],
      [x + 40, y + 40],
      [x + 20, y + 40],
    ];
    const feature = {
      type: "Feature",
      properties: { classification: { name: "Tumour" } },
      geometry: { type: "Polygon", coordinates: [ring, hole] },
    };
    writeFileSync(
      file("r.geojson"),
      JSON.stringify({ type: "FeatureCollection", features: [feature, feature] }),
    );
    const counts = async (path: string) => {
      const ran = await command("count", path, "--region", file("r.geojson"), "--json");
      const { genes, regions } = JSON.parse(ran.out) as {
        genes: { name: string }[];
        regions: { name: string; total: number; counts: number[] }[];
      };
      const [{ name, total, counts }] = regions as [(typeof regions)[0]];
      const found = counts.flatMap((count, gene) => (count > 0 ? [`${genes[gene]?.name} ${count}`] : []));
      return { name, total, found: found.sort(), regions: regions.length };
    };
    const expected = await counts(GEM);
    expect(expected.total).toBeGreaterThan(0);
    expect(expected.total).toBeLessThan(all.total);
    expect(await counts(store)).toEqual(expected);
    expect(expected).toMatchObject({ name: "Tumour", regions: 2 });
    const none = await command("count", store, "--region", file("none.geojson"), "--json");
    expect(JSON.parse(none.out).error).toMatchObject({ code: "path-missing" });
    const text = await command("count", store, "--region", file("r.geojson"));
    expect(text.out.split("\n").slice(0, 2)).toEqual([
      "gene\tid\tTumour\tTumour",
      `(all)\t\t${expected.total}\t${expected.total}`,
    ]);
  });

  test.each([
    "",
    "[]",
    '{"type":"Point","coordinates":[1,2]}',
    '{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}',
    '{"type":"MultiPolygon","coordinates":[]}',
    '{"type":"GeometryCollection","geometries":[]}',
    '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,"x"]]]}',
  ])("a region that is none is refused: %s", async (text) => {
    writeFileSync(file("bad.geojson"), text);
    const ran = await command("count", store, "--region", file("bad.geojson"), "--json");
    expect(JSON.parse(ran.out).error.code).toBe("region-invalid");
  });

  test("rows of a quality value and more are counted alike in a table and its store, which has sums for 20", async () => {
    const made = file("qualities.centiscope.zarr");
    expect((await command("convert", PARQUET, made, "--json")).code).toBe(0);
    const everywhere = {
      type: "Polygon",
      coordinates: [
        [
          [-1e6, -1e6],
          [1e6, -1e6],
          [1e6, 1e6],
          [-1e6, 1e6],
        ],
      ],
    };
    writeFileSync(file("all.geojson"), JSON.stringify(everywhere));
    const counted = async (path: string, ...more: string[]): Promise<Record<string, number>> => {
      const ran = await command("count", path, "--region", file("all.geojson"), "--json", ...more);
      const { genes, regions } = JSON.parse(ran.out) as {
        genes: { name: string }[];
        regions: { counts: number[] }[];
      };
      return Object.fromEntries(genes.map(({ name }, k) => [name, regions[0]!.counts[k]!]));
    };
    const binned = async (path: string, ...more: string[]): Promise<string[]> => {
      await command("bins", path, "--bin-um", "50", "--out", file("bins.csv"), ...more);
      return readFileSync(file("bins.csv"), "utf8").trim().split("\n").slice(1).sort();
    };
    const totals: number[] = [];
    for (const more of [[], ["--min-qv", "20"], ["--min-qv", "31.5"]]) {
      const inTable = await counted(PARQUET, ...more);
      expect(await counted(made, ...more)).toEqual(inTable);
      expect(await binned(made, ...more)).toEqual(await binned(PARQUET, ...more));
      totals.push(Object.values(inTable).reduce((a, b) => a + b, 0));
    }
    // As hyparquet reads the column.
    const buffer = await asyncBufferFromFile(PARQUET);
    const rows = (await parquetReadObjects({ file: buffer, columns: ["qv"] })) as { qv: number }[];
    expect(totals).toEqual([0, 20, 31.5].map((least) => rows.filter(({ qv }) => qv >= least).length));
    expect(totals[1]).toBeLessThan(totals[0]!);
    const without = await command("count", GEM, "--region", file("all.geojson"), "--min-qv", "20");
    expect(without.code).toBe(2);
    expect(without.notes).toContain("has no quality values");
    const inspected = JSON.parse((await command("inspect", made, "--json")).out);
    expect(inspected.facts).toMatchObject({ "quality filter": "qv ≥ 20" });
  });

  test("over HTTP: ranges alone, none of them open-ended, and never HEAD", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url!, "http://x").pathname);
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
      asked.push(`${request.method} ${range ? "range" : request.headers.range}`);
      const bytes = readFileSync(join(folder, path));
      const start = Number(range?.[1]);
      const end = Math.min(bytes.length, Number(range?.[2]) + 1);
      response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${bytes.length}`, etag: '"1"' });
      response.end(bytes.subarray(start, end));
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    try {
      const { port } = server.address() as AddressInfo;
      const reader = await StoreReader.open(new HttpTree(`http://127.0.0.1:${port}/brain.centiscope.zarr`));
      expect((await reader.points(null)).rows).toBe(600);
      expect(new Set(asked)).toEqual(new Set(["GET range"]));
      // The root; offsets and rows, each shard whole.
      expect(asked).toHaveLength(3);
    } finally {
      server.close();
    }
  });
});
