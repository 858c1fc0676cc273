import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SlideFile } from "../../src/viewer/slide-contract.ts";
import { slideIdentity } from "../../src/viewer/slide-identity.ts";
import { folder } from "../formats/files.ts";

const bytes = (length: number, salt = 0) => Uint8Array.from({ length }, (_, i) => (i * 7 + salt) & 255);
const dzi =
  '<Image TileSize="254" Overlap="1" Format="png" xmlns="http://schemas.microsoft.com/deepzoom/2008"><Size Width="1000" Height="500"/></Image>';
const FILES: Record<string, Uint8Array> = {
  "/a/scan.tif": bytes(150_000),
  "/a/s.centiscope.zarr/zarr.json": bytes(150_000),
  "/b/renamed.svs": bytes(150_000),
  "/b/other.svs": bytes(150_000, 1),
};

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const file = FILES[request.url ?? ""];
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    if (!file || from === undefined) return response.writeHead(404).end();
    const end = Math.min(Number(to) + 1, file.length);
    const range = `bytes ${from}-${end - 1}/${file.length}`;
    response.writeHead(206, { "Content-Range": range, "Content-Length": end - Number(from) });
    return response.end(file.subarray(Number(from), end));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const url = (path: string): SlideFile => ({ kind: "url", path, url: origin + path });
const blob = (path: string, content: BlobPart): SlideFile => ({
  kind: "blob",
  path,
  blob: new Blob([content]),
});
const identity = (image: readonly SlideFile[] | null, table: readonly SlideFile[] | null = null) => {
  const part = (files: readonly SlideFile[] | null, kind: "image" | "table") =>
    files && { name: "n", kind, files };
  const parts = { image: part(image, "image"), expression: part(table, "table"), warnings: [] };
  return slideIdentity(parts, new AbortController().signal);
};
const keyOf = async (...parts: Parameters<typeof identity>) => (await identity(...parts)).slideKey;

test("a slide is the same from a server, from another under another name, and from the disk", async () => {
  const served = await keyOf([url("/a/scan.tif")]);
  expect(served).toMatch(/^[0-9a-f]{64}$/);
  expect(await keyOf([url("/b/renamed.svs")])).toBe(served);
  expect(await keyOf([blob("x/scan.tif", bytes(150_000))])).toBe(served);
  expect(await keyOf([url("/b/other.svs")])).not.toBe(served);
});

test("the image tells it; without one the table does", async () => {
  const [image, table] = [[blob("i.tif", bytes(10))], [blob("t.csv", bytes(20))]];
  expect(await keyOf(image, table)).toBe(await keyOf(image));
  expect(await keyOf(null, table)).toBe(await keyOf(null, [blob("u.csv", bytes(20))]));
});

test("two Deep Zoom slides of one size are told by their smallest picture", async () => {
  // 1000 × 500 px in tiles of 254: the first level that one tile holds is 250 × 125, level 8.
  const slide = (salt: number) => [
    blob("d/slide.dzi", dzi),
    blob("d/slide_files/8/0_0.png", bytes(100, salt)),
    blob("d/slide_files/10/0_0.png", bytes(100, 5)),
  ];
  expect(await keyOf(slide(0))).toBe(await keyOf(slide(0)));
  expect(await keyOf(slide(0))).not.toBe(await keyOf(slide(1)));
});

test("two OME-Zarr images of one size are told by a chunk of their smallest level, at an address too", async () => {
  const path = "tests/fixtures/ome-zarr/v05.ome.zarr";
  const slide = (change: (name: string, content: Buffer) => Buffer = (_, content) => content) => {
    const names = folder(path).map((file) => file.path.split("/").slice(1).join("/"));
    const files = names.map((name) => [name, change(name, readFileSync(`${path}/${name}`))] as const);
    // The metadata come first.
    return files.sort(([a], [b]) => a.split("/").length - b.split("/").length);
  };
  const told = (files: readonly SlideFile[]) =>
    slideIdentity(
      { image: { name: "n", kind: "zarr-image", files }, expression: null, warnings: [] },
      new AbortController().signal,
    );
  const dropped = (files: ReturnType<typeof slide>, top: string) =>
    files.map(([name, content]) => blob(`${top}/${name}`, content as unknown as BlobPart));
  const known = await told(dropped(slide(), "a.zarr"));
  for (const [name, content] of slide()) FILES[`/v05.zarr/${name}`] = content;
  expect(await told([url("/v05.zarr/zarr.json")])).toEqual(known);
  expect(known.check).not.toBe(null);
  const other = slide((name, content) =>
    name === "s1/c/1/0/0/0" ? Buffer.from(content).reverse() : content,
  );
  expect((await told(dropped(other, "b.zarr"))).slideKey).not.toBe(known.slideKey);
  const without = slide().filter(([name]) => name !== "s1/c/1/0/0/0");
  expect((await told(dropped(without, "c.zarr"))).check).toBe(null);
});

test("what cannot be read again is known by its place", async () => {
  const gone = await keyOf([url("/gone.tif")]);
  expect(gone).toBe(await keyOf([url("/gone.tif")]));
  expect(gone).not.toBe(await keyOf([url("/also-gone.tif")]));
});

test("a store is told by its own description, as a folder of files or by address", async () => {
  const store = async (files: readonly SlideFile[]) =>
    (
      await slideIdentity(
        { image: null, expression: { name: "s", kind: "store", files }, warnings: [] },
        new AbortController().signal,
      )
    ).slideKey;
  const description = bytes(150_000);
  const dropped = [
    blob("s.zarr/genes/zarr.json", "{}"),
    blob("s.zarr/zarr.json", description),
    blob("s.zarr/x", "1"),
  ];
  const told = await store(dropped);
  expect(await store([blob("other/zarr.json", description)])).toBe(told);
  expect(await store([url("/a/s.centiscope.zarr")])).toBe(told);
  expect(await store([blob("other/zarr.json", bytes(149_999))])).not.toBe(told);
});

test("files that differ between their ends are told apart; places and bare descriptors tell nothing", async () => {
  const blank = bytes(400_000).fill(255);
  const spotted = blank.slice();
  spotted.fill(7, 150_000, 250_000);
  const [one, other] = [await identity([blob("a.tif", blank)]), await identity([blob("b.tif", spotted)])];
  expect(one.slideKey).toBe(other.slideKey);
  expect(one.check).not.toBe(other.check);
  expect(one.check).toMatch(/^[0-9a-f]{64}$/);
  expect((await identity([blob("a.tif", bytes(1000))])).check).toBe("");
  expect((await identity([url("/gone.tif")])).check).toBe(null);
  expect((await identity([blob("d/slide.dzi", dzi)])).check).toBe(null);
});
