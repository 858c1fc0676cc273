import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTable, storeOf } from "../store/table.ts";
import { command } from "./command.ts";

const TABLE = makeTable({
  seed: 3,
  rows: 900,
  genes: 4,
  lattice: true,
  side: 400,
  x0: 0,
  y0: 0,
  unitUm: 0.5,
  repeats: 0,
  bigCounts: false,
});
let files: ReadonlyMap<string, Uint8Array>;

/** A store on a host with one fault for each first part of the path: all but `zarr.json` suffer from it. */
function answer(request: IncomingMessage, response: ServerResponse): unknown {
  const [, fault = "", path = ""] = /^\/([\w-]+)\/a\.centiscope\.zarr\/([^?]*)/.exec(request.url ?? "") ?? [];
  const whole = files.get(path);
  const shard = path !== "zarr.json";
  const cors: Record<string, string> =
    fault === "no-cors" && shard
      ? {}
      : { "access-control-allow-origin": "*", "access-control-expose-headers": "*", etag: '"1"' };
  if (!whole || (fault === "missing" && path.startsWith("gene/"))) return response.writeHead(404, cors).end();
  const file = fault === "cut" && shard ? whole.subarray(0, whole.length - 9) : whole;
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (!range || (fault === "no-ranges" && shard)) return response.writeHead(200, cors).end(file);
  const [start, last] = [Number(range[1]), Math.min(Number(range[2]), file.length - 1)];
  const packed: Record<string, string> = fault === "packed" && shard ? { "content-encoding": "br" } : {};
  const headers = { ...cors, ...packed, "content-range": `bytes ${start}-${last}/${file.length}` };
  return response.writeHead(206, headers).end(file.subarray(start, last + 1));
}

const server = createServer(answer);
let base = "";
beforeAll(async () => {
  files = (await storeOf(TABLE)).folder.files;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

async function shardsFound(fault: string, query = "") {
  const ran = await command("inspect", `${base}/${fault}/a.centiscope.zarr${query}`, "--json");
  const { host } = JSON.parse(ran.out) as {
    host: {
      usable: boolean;
      checks: { name: string; verdict: string; found: string; advice: string | null }[];
    };
  };
  const shards = host.checks.filter(({ name }) => name === "shards");
  expect([ran.code, host.usable]).toEqual(shards[0]?.verdict === "ok" ? [0, true] : [1, false]);
  for (const { verdict, advice } of shards) expect(advice === null).toBe(verdict === "ok");
  return shards.map(({ found }) => found);
}

test("a store whose shards are there is told so, signed addresses too", async () => {
  expect(await shardsFound("fine")).toEqual(["2 shards of its rows are there, whole"]);
  expect(await shardsFound("fine", "?signature=1")).toEqual(["2 shards of its rows are there, whole"]);
});

test.each([
  ["missing", /^gene\/rows\/c\/0\/0 is answered HTTP 404$/, 1],
  ["cut", /^points\/rows\/c\/0\/0 has \d+ bytes instead of \d+$/, 2],
  ["packed", /is sent with Content-Encoding: br$/, 2],
  ["no-ranges", /byte ranges are ignored$/, 2],
  ["no-cors", /may not be read by other sites, though zarr\.json may$/, 2],
])("shards that are %s are named, though zarr.json is served well", async (fault, words, count) => {
  const found = await shardsFound(fault);
  expect(found).toHaveLength(count);
  expect(found[0]).toMatch(words);
});
