import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostReport, hostReport } from "../../src/cli/inspect/host-report.ts";
import type { Inspection } from "../../src/cli/inspect/inspection.ts";
import { command } from "./command.ts";

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const GEM = "#Stereo-seqChip=D00001A1\ngeneID\tx\ty\tMIDCount\nActb\t1\t2\t3\nXist\t5\t8\t4\n";

/** A server with one fault for each first part of the path. */
function answer(request: IncomingMessage, response: ServerResponse): unknown {
  const [, fault = "", name = ""] = (request.url ?? "").split("/");
  const content = name.startsWith("chip.gem") ? new TextEncoder().encode(GEM) : bytes;
  const known = ["file.bin", "chip.gem", "file.gem.gz"].includes(name);
  const cors: Record<string, string> = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Content-Range, ETag",
    "access-control-allow-headers": "Range",
    etag: '"1"',
  };
  if (fault === "no-cors") delete cors["access-control-allow-origin"];
  if (fault === "other-cors") cors["access-control-allow-origin"] = "https://other.example";
  if (fault === "hidden") delete cors["access-control-expose-headers"];
  if (fault === "unversioned") delete cors.etag;
  if (fault === "no-store") cors["cache-control"] = "no-store";
  const send = (status: number, headers: Record<string, string>, body: Uint8Array | string = "") =>
    response.writeHead(status, { ...cors, ...headers }).end(body);
  if (request.method === "OPTIONS") return send(fault === "no-options" ? 405 : 204, {});
  if (fault === "one-site") {
    // As S3 does: a site that is not in the rules is told nothing.
    delete cors["access-control-allow-origin"];
    if (request.headers.origin === VIEWER) cors["access-control-allow-origin"] = VIEWER;
  }
  if (fault === "moved-closed") {
    delete cors["access-control-allow-origin"];
    return send(302, { location: `/fine/${name}` });
  }
  if (fault === "moved-away") return send(302, { location: `${elsewhere}/fine/${name}` });
  if (fault === "moved-to-one") return send(302, { location: `${elsewhere}/one-site/${name}` });
  if (fault === "moved") return send(302, { location: `/fine/${name}` });
  if (!known) return fault === "start-page" ? send(200, {}, "<html>") : send(404, {});
  if (fault === "private") return send(403, {});
  if (fault === "broken") return send(500, {});
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (!range || fault === "whole") return send(200, { "content-length": `${content.length}` }, content);
  const [start, last] = [Number(range[1]), Math.min(Number(range[2]), content.length - 1)];
  const total = fault === "starred" ? "*" : `${content.length}`;
  const headers = { "content-range": `bytes ${start}-${last}/${total}` };
  const shift = fault === "mixed" && start > 0 && last - start < 20 ? 7 : 0;
  const part = content.subarray(start + shift, last + 1 + shift);
  if (fault === "packed") return send(206, { ...headers, "content-encoding": "gzip" }, gzipSync(part));
  if (fault === "off") return send(206, { "content-range": `bytes 3-${last + 3}/${content.length}` }, part);
  return send(206, headers, part);
}

const VIEWER = "https://viewer.example.org";
/** Two sites that answer alike. */
const servers = [createServer(answer), createServer(answer)];
let base = "";
let elsewhere = "";
beforeAll(async () => {
  [base, elsewhere] = (await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  )) as [string, string];
});
afterAll(() => {
  for (const server of servers) server.close();
});

const signal = new AbortController().signal;
const report = (fault: string, name = "file.bin", origin?: string) =>
  hostReport(`${base}/${fault}/${name}`, signal, origin);
const verdicts = ({ checks }: HostReport) =>
  checks.filter((check) => check.verdict !== "ok").map(({ name, verdict }) => `${name} ${verdict}`);

describe("a host is told its fault in plain words", () => {
  test("one without any", async () => {
    const found = await report("fine");
    expect(verdicts(found)).toEqual([]);
    expect(found).toMatchObject({ usable: true, sizeBytes: 5000 });
  });

  test.each([
    ["whole", ["ranges fault"], /ranges are ignored/],
    ["starred", ["ranges fault"], /size is hidden/],
    ["off", ["ranges fault"], /got “bytes 3-18\/5000”/],
    ["packed", ["compression fault"], /Content-Encoding: gzip/],
    ["mixed", ["bytes fault"], /differ between two requests/],
    ["no-cors", ["cors fault"], /no Access-Control-Allow-Origin/],
    ["other-cors", ["cors fault"], /only https:\/\/other\.example/],
    ["one-site", ["cors fault"], /no Access-Control-Allow-Origin/],
    ["moved-closed", ["cors fault"], /the redirect itself \(HTTP 302 of .*moved-closed/],
    ["moved-to-one", ["cors fault"], /does not say which site asks, and it is read by no other site/],
    ["private", ["reachable fault"], /HTTP 403/],
    ["broken", ["reachable fault"], /HTTP 500/],
  ])("%s", async (fault, expected, words) => {
    const found = await report(fault);
    expect(verdicts(found)).toEqual(expect.arrayContaining(expected));
    expect(found.usable).toBe(false);
    const faults = found.checks.filter((check) => check.verdict === "fault");
    expect(faults.map((check) => check.found).join()).toMatch(words);
    for (const { advice } of faults) expect(advice?.length).toBeGreaterThan(20);
  });

  test.each([
    ["hidden", ["headers note"]],
    ["no-options", ["headers note"]],
    ["unversioned", ["version note"]],
    ["no-store", ["cache note"]],
    ["start-page", ["missing note"]],
  ])("%s is not ideal, but works", async (fault, expected) => {
    const found = await report(fault);
    expect(verdicts(found)).toEqual(expected);
    expect(found.usable).toBe(true);
  });

  test("a name that ends in .gz says why it is packed", async () => {
    const { checks } = await report("packed", "file.gem.gz");
    const check = checks.find(({ name }) => name === "compression");
    expect(check?.found).toContain("because its name ends in .gz");
    expect(check?.advice).toContain(".gzip");
  });

  test("redirects are followed and said", async () => {
    const found = await report("moved");
    expect(found).toMatchObject({ usable: true, finalUrl: `${base}/fine/file.bin` });
  });

  test("a host that lets only the viewer's site read is well when that site is named", async () => {
    expect(verdicts(await report("one-site", "file.bin", VIEWER))).toEqual([]);
    const other = await report("one-site", "file.bin", "https://other.example");
    expect(other.checks.find(({ name }) => name === "cors")?.found).toMatch(
      /^https:\/\/other\.example may not/,
    );
    // A redirect to another site hides which site asks, so that a rule for one site does not hold there.
    expect(verdicts(await report("moved-to-one", "file.bin", VIEWER))).toEqual(["cors fault"]);
    expect(verdicts(await report("moved-away", "file.bin", VIEWER))).toEqual([]);
    // The viewer's own site needs no leave, and no redirect on it does.
    expect(verdicts(await report("no-cors", "file.bin", base))).toEqual([]);
    expect(verdicts(await report("moved-closed", "file.bin", base))).toEqual([]);
  });

  test("nobody there", async () => {
    const found = await hostReport("http://127.0.0.1:9/file.bin", signal);
    expect(found).toMatchObject({ usable: false, sizeBytes: null });
    expect(found.checks[0]?.found).toMatch(/no answer/);
  });

  test("an abort is no report", async () => {
    await expect(hostReport(`${base}/fine/file.bin`, AbortSignal.abort())).rejects.toThrow();
  });
});

describe("inspect of an address", () => {
  test("says what the file is and how it is served", async () => {
    const { code, out } = await command("inspect", `${base}/fine/chip.gem`, "--json");
    const found: Inspection = JSON.parse(out);
    expect(code).toBe(0);
    expect(found.table).toMatchObject({ rows: 2, totalCount: 7, genes: 2, unitUm: 0.5 });
    expect(found.host?.usable).toBe(true);
  });

  test("asks as the site that is named", async () => {
    const { code, out } = await command(
      "inspect",
      `${base}/one-site/chip.gem`,
      "--origin",
      `${VIEWER}/labs/?a`,
    );
    expect(code).toBe(0);
    expect(out).toContain(`Host: a viewer at ${VIEWER} can read this`);
    expect((await command("inspect", `${base}/fine/chip.gem`, "--origin", "viewer")).code).toBe(2);
  });

  test("ends with 1 when another site could not read it", async () => {
    const { code, out } = await command("inspect", `${base}/no-cors/chip.gem`);
    expect(code).toBe(1);
    expect(out).toContain("other sites cannot read this as it is");
    expect(out).toContain("✗ other sites may not read it");
    expect(out).toContain("Access-Control-Allow-Origin: *");
  });

  test("of a file that is not there tells so, without a stack", async () => {
    const { code, out, notes } = await command("inspect", `${base}/fine/none.gem`);
    expect({ code, notes }).toEqual({ code: 1, notes: "" });
    expect(out).toContain("✗ the server answers HTTP 404");
  });
});
