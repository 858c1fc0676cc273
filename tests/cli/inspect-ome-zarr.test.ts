import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command } from "./command.ts";

/** A host as the viewer wants it, over the fixtures. */
const server = createServer((request, response) => {
  const file = `tests/fixtures${new URL(request.url ?? "/", "http://host").pathname}`;
  const headers = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Content-Range, ETag",
    etag: '"1"',
  };
  if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404, headers).end();
  const bytes = readFileSync(file);
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
  const end = Math.min(bytes.length, Number(to) + 1);
  const range = { "content-range": `bytes ${from}-${end - 1}/${bytes.length}` };
  return response.writeHead(206, { ...headers, ...range }).end(bytes.subarray(Number(from), end));
});
let base = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test.each(["v04", "v05"])(
  "an OME-Zarr image of NGFF %s at an address, and how its host serves it",
  async (version) => {
    const { code, out } = await command("inspect", `${base}/ome-zarr/${version}.ome.zarr`);
    expect(out).toContain("OME-Zarr image");
    expect(out).toContain("100 × 70 (0.5 µm per pixel)");
    expect(out).toMatch(/channel 2 +GFP/);
    expect(out).toContain("Host: other sites can read this");
    expect(code).toBe(0);
  },
);

test("a SpatialData store at an address, with its image", async () => {
  const { out } = await command("inspect", `${base}/tables/placed.zarr`);
  expect(out).toContain("SpatialData points");
  expect(out).toContain("stains: OME-Zarr");
  expect(out).toContain("60 × 40");
});

test("an address where nothing is", async () => {
  const { code, out } = await command("inspect", `${base}/nothing.zarr`);
  expect(out).toContain("the server answers HTTP 404");
  expect(code).toBe(1);
});
