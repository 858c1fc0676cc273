import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startViewServer, type ViewServer } from "../../src/cli/view/view-server.ts";
import { HttpSource } from "../../src/io/http.ts";
import { command } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "centiscope-view-"));
const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 13) & 255);
let server: ViewServer;

beforeAll(async () => {
  mkdirSync(join(folder, "viewer"));
  mkdirSync(join(folder, "store.zarr/c/0"), { recursive: true });
  mkdirSync(join(folder, "image_files/0"), { recursive: true });
  writeFileSync(join(folder, "viewer/index.html"), "<p>viewer</p>");
  writeFileSync(join(folder, "table.gem"), bytes);
  writeFileSync(join(folder, "secret.txt"), "not yours");
  writeFileSync(join(folder, "store.zarr/zarr.json"), "{}");
  writeFileSync(join(folder, "store.zarr/c/0/ä 1"), "chunk");
  writeFileSync(join(folder, "image.dzi"), "dzi");
  writeFileSync(join(folder, "image.dzi.bak"), "not yours");
  symlinkSync(join(folder, "secret.txt"), join(folder, "store.zarr/link.txt"));
  writeFileSync(join(folder, "image_files/0/0_0.jpg"), "tile");
  server = await startViewServer(
    join(folder, "viewer"),
    [
      { path: join(folder, "table.gem"), isFolder: false },
      { path: join(folder, "store.zarr"), isFolder: true },
      { path: folder, isFolder: true, only: ["image.dzi", "image_files/"] },
    ],
    0,
  );
});
afterAll(() => server.close());

/** A request as it is written, `..` and all: fetch would tidy it up. */
function raw(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(server.address);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      let body = "";
      response.on("data", (piece) => {
        body += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}

describe("the server of view", () => {
  test("serves the viewer and, by ranges, exactly the bytes of a file", async () => {
    expect((await raw("/")).body).toBe("<p>viewer</p>");
    const source = new HttpSource(server.dataUrl(0, "table.gem"));
    expect(await source.size()).toBe(bytes.length);
    expect(await source.read(100, 2000)).toEqual(bytes.slice(100, 2000));
    expect(await source.read(69_990, 80_000)).toEqual(bytes.slice(69_990));
  });

  test("answers 416 beyond the end and 404 for what is not there", async () => {
    const { pathname } = new URL(server.dataUrl(0, "table.gem"));
    expect((await raw(pathname, { range: "bytes=70000-70010" })).status).toBe(416);
    expect((await raw("/assets/none.js")).status).toBe(404);
    const head = await fetch(server.dataUrl(0, "table.gem"), { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("70000");
  });

  test("serves a folder with all in it, whatever the names", async () => {
    expect(await (await fetch(server.dataUrl(1, "store.zarr/zarr.json"))).text()).toBe("{}");
    expect(await (await fetch(server.dataUrl(1, "store.zarr/c/0/ä 1"))).text()).toBe("chunk");
  });

  test("serves nothing that was not named", async () => {
    const inFolder = new URL(server.dataUrl(1, "store.zarr/zarr.json")).pathname;
    const base = inFolder.slice(0, inFolder.indexOf("/1/"));
    for (const path of [
      `${base}/1/store.zarr/../secret.txt`,
      `${base}/1/store.zarr/%2e%2e/secret.txt`,
      `${base}/1/store.zarr/..%2fsecret.txt`,
      `${base}/2/${basename(folder)}/secret.txt`,
      `${base}/2/${basename(folder)}/image.dzi.bak`,
      `${base}/1/store.zarr/link.txt`,
      `${base}/0/table.gem/secret.txt`,
      `${base}/0/table.gem.not-there`,
      `${base}/1/other.zarr/zarr.json`,
      `${base}/3/secret.txt`,
      "/../secret.txt",
      "/..%5csecret.txt",
      "/0/secret.txt",
    ]) {
      const { status, body } = await raw(path);
      expect({ path, ok: status === 400 || status === 404 }).toEqual({ path, ok: true });
      expect(body).not.toContain("yours");
    }
    expect((await raw(`${base}/2/${basename(folder)}/image_files/0/0_0.jpg`)).body).toBe("tile");
    expect((await raw(`${base}/2/${basename(folder)}/image.dzi`)).body).toBe("dzi");
  });

  test("refuses another host name, as a page of another site would come by", async () => {
    expect((await raw("/", { host: "evil.example" })).status).toBe(403);
    expect((await raw("/", { host: "localhost:80" })).status).toBe(403);
  });

  test("has an address that differs each time", async () => {
    const other = await startViewServer(join(folder, "viewer"), [{ path: folder, isFolder: true }], 0);
    const secretOf = (one: ViewServer) => new URL(one.dataUrl(0, "a")).pathname.split("/")[1];
    expect(secretOf(other)).not.toBe(secretOf(server));
    expect(secretOf(other)).toMatch(/^[0-9a-f]{32}$/);
    await other.close();
  });
});

test("a port that is none is refused before anything is served", async () => {
  const { code, notes } = await command("view", "--port", "70000", "tests/fixtures/gef/v2.gef");
  // Without a build of the viewer that is said first.
  expect([1, 2]).toContain(code);
  expect(notes).toMatch(/--port is a number from 0 to 65535|has not been built/);
});
