import { isRecord, readJson } from "../../formats/json-file.ts";
import { HttpSource } from "../../io/http.ts";
import { parseContentRange } from "../../io/http-response.ts";
import { mayRead } from "./cors-check.ts";
import type { HostCheck } from "./host-check.ts";
import { probe } from "./http-probe.ts";

/** Arrays whose shards are tried: those that every store has, and that are most of its bytes. */
const ARRAYS = ["points/rows", "gene/rows"];

/** Files of a store and their sizes as its `zarr.json` gives them: the first and the last shard of its rows. */
async function shardsOf(
  root: HttpSource,
  signal: AbortSignal,
): Promise<(readonly [path: string, bytes: number])[]> {
  const { consolidated_metadata: inline } = await readJson(root, signal);
  const all = isRecord(inline) ? inline.metadata : undefined;
  return ARRAYS.flatMap((array) => {
    const node = isRecord(all) ? all[array] : undefined;
    const shards = isRecord(node) && isRecord(node.attributes) ? node.attributes.shards : undefined;
    const list = isRecord(shards) ? Object.entries(shards) : [];
    const tried = list.length > 1 ? [list[0]!, list.at(-1)!] : list;
    return tried.map(([key, bytes]) => [`${array}/${key}`, Number(bytes)] as const);
  });
}

/** What is wrong with the answer for one shard; undefined when nothing is. */
async function faultOf(
  url: string,
  bytes: number,
  origin: string,
  signal: AbortSignal,
): Promise<readonly [found: string, advice: string] | undefined> {
  const headers = { origin, "accept-encoding": "gzip, deflate, br", range: "bytes=0-15" };
  const answer = await probe(url, { method: "GET", headers, limit: 64 }, signal);
  const { status } = answer;
  if (status === 200)
    return ["byte ranges are ignored", "Switch ranges on for files without an ending, too."];
  if (status !== 206) {
    return [
      `is answered HTTP ${status}`,
      "The copy is not whole, or the host hides such names: upload the store again.",
    ];
  }
  const encoding = answer.headers["content-encoding"];
  if (encoding && encoding !== "identity") {
    return [`is sent with Content-Encoding: ${encoding}`, "Switch compression off for the whole folder."];
  }
  const total = parseContentRange(answer.headers["content-range"] ?? null)?.total;
  if (typeof total === "number" && total !== bytes) {
    return [
      `has ${total} bytes instead of ${bytes}`,
      "The copy was cut, or mixes two stores: upload the store again.",
    ];
  }
  const allowed = answer.headers["access-control-allow-origin"];
  if (new URL(answer.url).origin !== origin && !mayRead(allowed, answer.origin)) {
    return [
      "may not be read by other sites, though zarr.json may",
      "Send Access-Control-Allow-Origin for every file of the folder, whatever its type.",
    ];
  }
  return undefined;
}

/**
 * Tries the shards of a store whose `zarr.json` is served well: files without an ending are what hosts, caches and
 * copies treat otherwise. Empty for what is no store; network failures are part of the answer, only an abort is thrown.
 */
export async function shardChecks(
  address: string,
  origin: string,
  signal: AbortSignal,
): Promise<HostCheck[]> {
  const inside = (path: string): string => {
    const url = new URL(address);
    url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
    return url.href;
  };
  const checks: HostCheck[] = [];
  let tried = 0;
  try {
    for (const [path, bytes] of await shardsOf(new HttpSource(inside("zarr.json"), "zarr.json"), signal)) {
      tried += 1;
      const fault = await faultOf(inside(path), bytes, origin, signal);
      if (fault)
        checks.push({ name: "shards", verdict: "fault", found: `${path} ${fault[0]}`, advice: fault[1] });
    }
  } catch (thrown) {
    signal.throwIfAborted();
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return [
      {
        name: "shards",
        verdict: "fault",
        found: `a shard could not be tried: ${text}`,
        advice: "Try again.",
      },
    ];
  }
  if (tried > 0 && checks.length === 0) {
    checks.push({
      name: "shards",
      verdict: "ok",
      found: `${tried} shards of its rows are there, whole`,
      advice: null,
    });
  }
  return checks;
}
