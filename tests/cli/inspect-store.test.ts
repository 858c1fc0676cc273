import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Inspection } from "../../src/cli/inspect/inspection.ts";
import { readZipDirectory, storedEntry } from "../../src/formats/zip-directory.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { fileSource, hasShared, SHARED } from "../formats/files.ts";
import { command } from "./command.ts";

/** The root of a store as its writer makes it: the attribute `centiscope`. */
const manifest = {
  format: "centiscope-store",
  version: 1,
  platform: "stereo-seq",
  lattice: true,
  unit_um: 0.5,
  quanta_per_unit: 1,
  extent: [9600, 12600, 9899, 12900],
  rows: 77_634,
  total: 131_002,
  genes: 10_631,
  columns: [{ name: "exon", dtype: "uint32", by_gene: true, dictionary: false }],
  simulated: true,
  source: { name: "chip.gef", format_version: "GEF 2", bytes: 7_304_921, sha256: "ab12" },
  converter: "centiscope 0.1.0",
};
const zarrJson = JSON.stringify({
  zarr_format: 3,
  node_type: "group",
  attributes: { centiscope: manifest },
});
const figures = {
  format: "Centiscope store",
  rows: 77_634,
  totalCount: 131_002,
  genes: 10_631,
  unitUm: 0.5,
  unit: "spot",
  simulated: true,
  columns: ["exon"],
  bounds: { minX: 9600, minY: 12600, maxX: 9898, maxY: 12899 },
};

const inspected = async (path: string): Promise<Inspection> =>
  JSON.parse((await command("inspect", path, "--json")).out);

describe("a store is told by its manifest", () => {
  let server: Server;
  let address = "";
  beforeAll(async () => {
    server = createServer((request, response) => {
      const headers = { "access-control-allow-origin": "*", etag: '"1"' };
      if (request.url !== "/chip.centiscope.zarr/zarr.json") return response.writeHead(404, headers).end();
      const bytes = Buffer.from(zarrJson);
      const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "");
      const [start, end] = range
        ? [Number(range[1]), Math.min(bytes.length, Number(range[2]) + 1)]
        : [0, bytes.length];
      const partial = { ...headers, "content-range": `bytes ${start}-${end - 1}/${bytes.length}` };
      return response.writeHead(range ? 206 : 200, range ? partial : headers).end(bytes.subarray(start, end));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chip.centiscope.zarr`;
  });
  afterAll(() => {
    server.close();
  });

  test("in a folder", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "centiscope-store-")), "chip.centiscope.zarr");
    mkdirSync(join(folder, "points"), { recursive: true });
    writeFileSync(join(folder, "zarr.json"), zarrJson);
    const found = await inspected(folder);
    expect(found.what).toBe("Centiscope store, version 1");
    expect(found.table).toMatchObject(figures);
    expect(found.facts).toMatchObject({ "made from": "chip.gef (GEF 2)", "sha256 of the source": "ab12" });
  });

  test("with the extent of real positions in their unit, not in quanta", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "centiscope-store-")), "real.centiscope.zarr");
    mkdirSync(folder);
    const real = { ...manifest, lattice: false, unit_um: 1, quanta_per_unit: 16, extent: [-8, 32, 40, 1601] };
    writeFileSync(
      join(folder, "zarr.json"),
      zarrJson.replace(JSON.stringify(manifest), JSON.stringify(real)),
    );
    // −8/16, 32/16; 40/16, 1601/16.
    expect((await inspected(folder)).table?.bounds).toEqual({
      minX: -0.5,
      minY: 2,
      maxX: 2.5,
      maxY: 100.0625,
    });
  });

  test("at an address, with what its host does", async () => {
    for (const path of [address, `${address}/`]) {
      const found = await inspected(path);
      expect(found.table).toMatchObject(figures);
      expect(found.host?.usable).toBe(true);
    }
  });

  test("in a zip archive whose files are stored", async () => {
    const folder = mkdtempSync(join(tmpdir(), "centiscope-zip-"));
    const path = join(folder, "chip.centiscope.zarr.zip");
    const entry = new TextEncoder().encode(zarrJson);
    writeFileSync(path, zipSync({ "chip.centiscope.zarr/zarr.json": entry }, { level: 0 }));
    expect((await inspected(path)).table).toMatchObject(figures);
    writeFileSync(path, zipSync({ "chip.centiscope.zarr/zarr.json": entry }, { level: 6 }));
    expect((await inspected(path)).what).toMatch(/compressed once more/);
  });
});

describe("a zip archive's directory", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-zé]{1,12}(\/[a-z0-9]{1,8})?$/), {
    minLength: 1,
    maxLength: 20,
  });

  test("lists every file, and gives the bytes of those that are stored", async () => {
    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom(0, 6), async (list, level) => {
        const files = Object.fromEntries(
          list.map((name, i) => [name, Uint8Array.from({ length: i * 37 }, (_, k) => k & 255)]),
        );
        // Extra fields stand between a file's header and its bytes.
        const extra = { 39321: new Uint8Array(list.length % 7) };
        const packed = zipSync(files, { level: level as 0 | 6, extra });
        const source = new MemorySource("a.zip", packed);
        const entries = await readZipDirectory(source);
        expect(entries.map(({ name, bytes }) => [name, bytes])).toEqual(
          list.map((name) => [name, files[name]!.length]),
        );
        for (const entry of entries.filter(({ method }) => method === 0)) {
          const file = await storedEntry(source, entry);
          expect(await file.read(0, 1e6)).toEqual(files[entry.name]);
          expect(await file.read(3, 9)).toEqual(files[entry.name]?.subarray(3, 9));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("that is cut or changed is refused, never read beyond the file", async () => {
    const whole = zipSync({ a: new Uint8Array(500), b: new Uint8Array(70) }, { level: 0 });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(40), async (at, value, cut) => {
        const bytes = whole.slice(0, whole.length - cut);
        if (at < bytes.length) bytes[at] = value;
        try {
          const source = new MemorySource("a.zip", bytes);
          for (const entry of await readZipDirectory(source)) {
            const file = await storedEntry(source, entry);
            expect((await file.read(0, 1e9)).length).toBe(entry.bytes);
          }
        } catch (thrown) {
          expect(thrown).toMatchObject({ facts: { code: "zip-corrupt" } });
        }
      }),
      { numRuns: 500 },
    );
  });

  test.skipIf(!hasShared)("of real archives, zip64 among them, as Python's zipfile lists it", async () => {
    const list = async (path: string) =>
      (await readZipDirectory(fileSource(`${SHARED}/${path}`))).map((entry) => [
        entry.name,
        entry.bytes,
        entry.method,
        entry.headerOffset,
      ]);
    expect(await list("malformed/zip/yauzl/zip64.zip")).toEqual([
      ["test1.txt", 3, 8, 0],
      ["test2.txt", 3, 8, 68],
    ]);
    expect(await list("malformed/zip/yauzl/streaming.zip")).toEqual([
      ["test1.txt", 25, 8, 0],
      ["test2.txt", 25, 8, 63],
    ]);
    const store = await readZipDirectory(
      fileSource(`${SHARED}/anndata/anndata-archives/v0.7.0/adata.zarr.zip`),
    );
    expect(store.length).toBe(333);
    expect(store.reduce((sum, entry) => sum + entry.bytes, 0)).toBe(85_392);
  });
});
