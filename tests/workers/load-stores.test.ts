import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorFacts } from "../../src/core/errors.ts";
import { loadService } from "../../workers/load-table.ts";
import type { FilesFound, WorkerFile } from "../../workers/protocol.ts";
import { hasShared, SHARED } from "../formats/files.ts";

const SAMPLES = "public/samples/xenium-breast";
const XENIUM = "xenium_rep1_io.points_only.spatialdata.zarr";

/** How the server answers for files that are not there; `changes` replaces files by content, or by absence. */
type Missing = "404" | "403" | "page" | "cut";
interface Hosted {
  readonly folder: string;
  readonly missing: Missing;
  readonly changes?: Readonly<Record<string, string | Buffer | null>>;
}

const hosted = new Map<string, Hosted>();
const asked: string[] = [];
let server: Server;
let base = "";

function answerMissing(missing: Missing, response: ServerResponse): void {
  if (missing === "cut") response.destroy();
  else if (missing === "page")
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
  else response.writeHead(Number(missing)).end();
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://host");
    asked.push(decodeURIComponent(pathname) + search);
    const [, site = "", ...rest] = decodeURIComponent(pathname).split("/");
    const { folder, missing, changes } = hosted.get(site)!;
    const path = rest.join("/");
    const file = join(folder, path);
    const change = changes?.[path];
    if (change === null || (change === undefined && !(existsSync(file) && statSync(file).isFile()))) {
      return answerMissing(missing, response);
    }
    const bytes = change === undefined ? readFileSync(file) : Buffer.from(change);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from);
    if (start >= bytes.length) {
      return response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    }
    const last = Math.min(Number(to), bytes.length - 1);
    const headers = { "content-range": `bytes ${start}-${last}/${bytes.length}` };
    response.writeHead(206, headers).end(bytes.subarray(start, last + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** Hosts a folder under a name of its own. */
function host(site: string, hosting: Hosted): string {
  hosted.set(site, hosting);
  return `${base}/${site}`;
}

const context = () => ({ signal: new AbortController().signal, report: () => {}, hand: () => {} });

function inspect(url: string, ...more: readonly WorkerFile[]): Promise<FilesFound> {
  const path = decodeURIComponent(new URL(url).pathname).replace(/^\//, "");
  const request = { files: [{ kind: "url" as const, path, url }, ...more] };
  return Promise.resolve(loadService().inspect(request, context()));
}

async function rowsOf(found: FilesFound) {
  const files = found.expression!.paths.map((path) => found.added.find((file) => file.path === path)!);
  const read = await loadService().read({ files, roles: null }, context());
  return read.status === "read" ? read.rows : read.status;
}

const failure = async (found: Promise<FilesFound>) => {
  const thrown = await found.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { code, params } = errorFacts(thrown, "?");
  return { code, file: params.file };
};

describe("a SpatialData store at one address", () => {
  test.each(["", "/", "/.zattrs", "/zmetadata"])("its eight parts are found: x.zarr%s", async (end) => {
    const site = host("plain", { folder: SAMPLES, missing: "404" });
    const found = await inspect(`${site}/${XENIUM}${end}?key=a%2Fb`);
    const inside = `plain/${XENIUM}/points/transcripts`;
    expect(found.expression?.paths.slice().sort()).toEqual([
      `${inside}/.zattrs`,
      ...Array.from({ length: 8 }, (_, i) => `${inside}/points.parquet/part.${i}.parquet`),
    ]);
    expect(found.added.map((file) => file.kind === "url" && new URL(file.url).search)).toEqual(
      Array(9).fill("?key=a%2Fb"),
    );
    expect(found.warnings).toEqual([]);
    // The number of rows that pandas reads (tests/fixtures/expected/tables.json, from the shared files).
    if (end === "") expect(await rowsOf(found)).toBe(213_191);
  });

  test("parts that are given are taken as they are", async () => {
    const site = host("listed", { folder: SAMPLES, missing: "404" });
    const part = `${XENIUM}/points/transcripts/points.parquet/part.0.parquet`;
    asked.length = 0;
    const found = await inspect(`${site}/${XENIUM}/zmetadata`, {
      kind: "url",
      path: `listed/${part}`,
      url: `${site}/${part}`,
    });
    expect(found.added).toEqual([]);
    expect(asked.filter((path) => path.includes("part."))).toEqual([]);
  });

  test("a server that answers all paths with its page, or refuses what is not there", async () => {
    const page = await inspect(`${host("page", { folder: SAMPLES, missing: "page" })}/${XENIUM}`);
    expect(page.expression?.paths).toHaveLength(9);
    expect(page.warnings).toEqual([]);
    const refused = await inspect(`${host("refused", { folder: SAMPLES, missing: "403" })}/${XENIUM}/`);
    expect(refused.expression?.paths).toHaveLength(9);
    expect(refused.warnings).toMatchObject([
      { code: "warn-store-part-refused", params: { file: XENIUM, code: "http-forbidden" } },
    ]);
  });

  test("a server whose refusals cannot be read (no CORS headers in them)", async () => {
    const cut = await inspect(`${host("cut", { folder: SAMPLES, missing: "cut" })}/${XENIUM}`);
    expect(cut.expression?.paths).toHaveLength(9);
    expect(cut.warnings).toMatchObject([
      { code: "warn-store-part-refused", params: { code: "http-unreachable" } },
    ]);
  }, 20_000);

  test("several points elements: transcripts are taken and the others named", async () => {
    const metadata = (names: readonly string[]) =>
      JSON.stringify({ metadata: Object.fromEntries(names.map((name) => [`points/${name}/.zattrs`, {}])) });
    const changes = { [`${XENIUM}/zmetadata`]: metadata(["cells", "transcripts"]) };
    const found = await inspect(`${host("two", { folder: SAMPLES, missing: "404", changes })}/${XENIUM}`);
    expect(found.expression?.paths).toHaveLength(9);
    expect(found.warnings).toMatchObject([{ code: "warn-two-tables", params: { others: "cells" } }]);
  });

  test("one file instead of parts", async () => {
    const folder = "points/cells of 1%";
    const bytes = readFileSync(join(SAMPLES, XENIUM, "points/transcripts/points.parquet/part.0.parquet"));
    const changes = {
      "x.zarr/.zmetadata": JSON.stringify({ metadata: { [`${folder}/.zattrs`]: {} } }),
      [`x.zarr/${folder}/.zattrs`]: "{}",
      [`x.zarr/${folder}/points.parquet`]: bytes,
    };
    const found = await inspect(`${host("one", { folder: "none", missing: "404", changes })}/x.zarr`);
    expect(found.expression?.paths).toEqual([
      `one/x.zarr/${folder}/points.parquet`,
      `one/x.zarr/${folder}/.zattrs`,
    ]);
    // Seven parts of so many rows and a last one of 3,191 are the 213,191 of the store.
    expect(await rowsOf(found)).toBe(30_000);
  });

  test("what is wrong is said with the store's name", async () => {
    const at = (name: string, missing: Missing, changes: Hosted["changes"] = {}) =>
      failure(inspect(`${host(name, { folder: SAMPLES, missing, changes })}/${XENIUM}`));
    const none = { [`${XENIUM}/zmetadata`]: null };
    expect(await at("e1", "404", none)).toEqual({ code: "store-metadata-missing", file: XENIUM });
    expect(await at("e2", "page", none)).toEqual({ code: "store-metadata-missing", file: XENIUM });
    expect(await at("e3", "403", none)).toEqual({ code: "http-forbidden", file: `${XENIUM}/zarr.json` });
    expect(await at("e4", "cut", none)).toEqual({ code: "http-unreachable", file: `${XENIUM}/zarr.json` });
    const shapes = { [`${XENIUM}/zmetadata`]: '{"metadata":{"shapes/cells/.zattrs":{}}}' };
    expect(await at("e5", "404", shapes)).toEqual({ code: "spatialdata-no-points", file: XENIUM });
    const broken = { [`${XENIUM}/zmetadata`]: '{"metadata":' };
    expect(await at("e6", "404", broken)).toEqual({ code: "metadata-invalid", file: `${XENIUM}/zmetadata` });
    const gap = { [`${XENIUM}/points/transcripts/points.parquet/part.3.parquet`]: null };
    expect((await at("e7", "404", gap)).code).toBe("spatialdata-part-missing");
  }, 20_000);

  test.skipIf(!hasShared).each([
    ["SpatialData-R", "blobs_v3.zarr", "blobs_points", "blobs_image/zarr.json"],
    ["vitessce", "blobs-0.3.sdata.zarr", "blobs_points", "blobs_image/.zattrs"],
    ["vitessce", "merfish_mouse_ileum_cropped.sdata.zarr", "molecule_baysor", "stains/.zattrs"],
    ["bento-tools", "small_data.zarr", "transcripts", null],
  ])("stores as their writers left them: %s/%s", async (owner, store, element, image) => {
    const site = host(owner, { folder: `${SHARED}/spatialdata/${owner}`, missing: "404" });
    const found = await inspect(`${site}/${store}/`);
    expect(found.expression?.paths).toContain(
      `${owner}/${store}/points/${element}/points.parquet/part.0.parquet`,
    );
    expect(await rowsOf(found)).not.toBe(0);
    expect(found.image?.paths ?? null).toEqual(image && [`${owner}/${store}/images/${image}`]);
  });

  test("an OME-Zarr image at an address is its metadata", async () => {
    const site = host("own", { folder: "tests/fixtures/ome-zarr", missing: "404" });
    for (const [store, metadata] of [
      ["v04.ome.zarr", ".zattrs"],
      ["v05.ome.zarr", "zarr.json"],
    ]) {
      expect(await inspect(`${site}/${store}`)).toMatchObject({
        image: { name: store, kind: "zarr-image", paths: [`own/${store}/${metadata}`] },
        expression: null,
        warnings: [],
      });
    }
  });
});
