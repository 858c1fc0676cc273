import { beforeAll, describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import type { Region } from "../../src/core/region.ts";
import { HttpTree } from "../../src/io/http-tree.ts";
import { crc32c } from "../../src/store/crc32c.ts";
import { readFileManifest } from "../../src/store/file-manifest.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import type { MemoryFolder } from "./memory-folder.ts";
import { makeTable, storeOf } from "./table.ts";

/** What a host does wrong with one answer. */
interface Fault {
  readonly status?: number;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}
interface Asked {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly file: Uint8Array;
  /** How many requests for this file came before. */
  readonly before: number;
}

/** Sparse enough that a shard of its rows is larger than what is read whole: its index and its chunks are asked for apart. */
const TABLE = makeTable({
  seed: 21,
  rows: 60_000,
  genes: 300,
  lattice: true,
  side: 3000,
  x0: 0,
  y0: 0,
  unitUm: 0.5,
  repeats: 0,
  bigCounts: false,
});

let folder: MemoryFolder;
beforeAll(async () => {
  folder = (await storeOf(TABLE)).folder;
});

/** The store behind a static host that answers ranges well, but for what `fault` says. */
function hosted(fault: (asked: Asked) => Fault | undefined) {
  const requests: string[] = [];
  const times = new Map<string, number>();
  const send = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const path = decodeURIComponent(new URL(String(input)).pathname).slice(
      "/slides/a.centiscope.zarr/".length,
    );
    const file = folder.files.get(path);
    const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init?.headers).get("range") ?? "");
    requests.push(path);
    if (!file) return new Response(null, { status: 404 });
    const start = Number(range?.[1] ?? 0);
    const before = times.get(path) ?? 0;
    times.set(path, before + 1);
    const served = fault({ path, start, end: Number(range?.[2] ?? file.length - 1) + 1, file, before });
    const end = Math.min(file.length, Number(range?.[2] ?? file.length - 1) + 1);
    const body = (served?.body ?? file.slice(start, end)) as Uint8Array<ArrayBuffer>;
    const headers = {
      etag: '"1"',
      "content-length": String(body.length),
      ...(range && served?.status !== 200
        ? { "content-range": `bytes ${start}-${end - 1}/${file.length}` }
        : {}),
      ...served?.headers,
    };
    return new Response(body, { status: served?.status ?? 206, headers });
  };
  const options = { fetch: send as typeof fetch, wait: async () => {} };
  return { tree: new HttpTree("https://host.test/slides/a.centiscope.zarr", options), requests };
}

async function facts(promise: Promise<unknown>) {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(CentiscopeError);
  return (thrown as CentiscopeError).facts;
}

const ROWS = "points/rows/c/0/0";
const BOX = { x0: 100, y0: 100, x1: 300, y1: 250 };

const REGION: Region = [
  [
    [
      [50, 60],
      [1400, 90],
      [700, 1300],
    ],
  ],
];

describe("a store on a host that", () => {
  test("replaces a file while it is open: the file is named, all else goes on", async () => {
    const { tree } = hosted(({ path, before }) =>
      path === ROWS && before > 0 ? { headers: { etag: '"2"' } } : undefined,
    );
    const store = await StoreReader.open(tree);
    const found = await facts(store.points(null));
    expect(found).toMatchObject({ code: "http-file-changed", params: { file: ROWS } });
    expect((await store.genes()).names).toHaveLength(TABLE.genes);
    expect((await store.genePoints([0], null)).count.length).toBeGreaterThan(0);
    expect((await store.totals(10, null)).values.some((count) => count > 0)).toBe(true);
  });

  test("ignores ranges: small files are cut here, with the same answer; one too large is refused", async () => {
    const whole = hosted(({ file }) => ({ status: 200, body: file }));
    const good = await StoreReader.open(hosted(() => undefined).tree);
    const store = await StoreReader.open(whole.tree);
    expect(await store.points(BOX)).toEqual(await good.points(BOX));
    expect(await store.countRegion(REGION)).toEqual(await good.countRegion(REGION));
    const large = hosted(({ path, file }) =>
      path === ROWS ? { status: 200, body: file, headers: { "content-length": "99999999999" } } : undefined,
    );
    const other = await StoreReader.open(large.tree);
    expect(await facts(other.points(null))).toMatchObject({
      code: "http-range-ignored",
      params: { file: ROWS },
    });
    expect((await other.genePoints([0], null)).count.length).toBeGreaterThan(0);
  });

  test("answers 206 with another range, or with the bytes of another range", async () => {
    const said = hosted(({ path, start, end, file }) =>
      path === ROWS
        ? { headers: { "content-range": `bytes ${start + 8}-${end + 7}/${file.length}` } }
        : undefined,
    );
    const first = await StoreReader.open(said.tree);
    expect(await facts(first.points(null))).toMatchObject({
      code: "http-range-wrong",
      params: { file: ROWS },
    });
    // Says the right range: only checksums tell, of the index or of the chunk.
    const unsaid = hosted(({ path, start, end, file }) =>
      path === ROWS && start > 0
        ? { body: file.slice(start - 1, Math.min(end, file.length) - 1) }
        : undefined,
    );
    const second = await StoreReader.open(unsaid.tree);
    expect(await facts(second.points(null))).toMatchObject({
      kind: "CorruptDataError",
      params: { array: "points/rows" },
    });
    expect((await second.genes()).names).toHaveLength(TABLE.genes);
  });

  test("has a shard cut short: it is said, and nothing is taken for zero", async () => {
    const cut = folder.files.get(ROWS)!.slice(0, 5000);
    const { tree } = hosted(({ path, start, end }) => {
      if (path !== ROWS) return undefined;
      const range = `bytes ${start}-${Math.min(end, cut.length) - 1}/${cut.length}`;
      return start >= cut.length
        ? { status: 416, body: new Uint8Array(0), headers: { "content-range": `bytes */${cut.length}` } }
        : { body: cut.slice(start, end), headers: { "content-range": range } };
    });
    const store = await StoreReader.open(tree);
    const questions = [() => store.points(null), () => store.points(BOX), () => store.countRegion(REGION)];
    for (const question of questions) {
      expect(await facts(question())).toMatchObject({
        kind: "CorruptDataError",
        params: { array: "points/rows" },
      });
    }
    expect((await store.totals(10, null)).values.some((count) => count > 0)).toBe(true);
  });

  test("lacks a file: its array and chunk are named", async () => {
    const { tree } = hosted(({ path }) =>
      path === ROWS ? { status: 404, body: new Uint8Array(0) } : undefined,
    );
    const store = await StoreReader.open(tree);
    expect(await facts(store.points(null))).toMatchObject({
      code: "store-chunk-missing",
      params: { array: "points/rows", part: ROWS },
    });
  });

  test("holds a store of a newer version: both its descriptions say so", async () => {
    const root = JSON.parse(new TextDecoder().decode(folder.files.get("zarr.json"))) as {
      attributes: { centiscope: { version: number } };
    };
    root.attributes.centiscope.version = 7;
    const open = '{"format":"centiscope-store","version":7,"files":{}';
    const newer: Record<string, Uint8Array> = {
      "zarr.json": new TextEncoder().encode(JSON.stringify(root)),
      "manifest.json": new TextEncoder().encode(
        `${open},"crc32c":${crc32c(new TextEncoder().encode(open))}}`,
      ),
    };
    const { tree } = hosted(({ path, start, end }) => {
      const file = newer[path];
      if (!file) return undefined;
      const range = `bytes ${start}-${Math.min(end, file.length) - 1}/${file.length}`;
      return { body: file.slice(start, end), headers: { "content-range": range } };
    });
    const expected = { code: "store-newer", params: { found: 7, known: 2 } };
    expect(await facts(StoreReader.open(tree))).toMatchObject(expected);
    expect(await facts(readFileManifest(tree))).toMatchObject(expected);
  });
});
