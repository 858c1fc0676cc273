import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildStore } from "../../src/cli/convert/build-store.ts";
import { endParts, planParts, runParts } from "../../src/cli/convert/convert-parts.ts";
import { FolderSink } from "../../src/cli/convert/node-folder.ts";
import { encodeHere } from "../../src/store/array-writer.ts";
import { makeTable, type Table, tableShapes, tableSource } from "../store/table.ts";
import { bundleChild, runNode } from "./child-process.ts";
import { command } from "./command.ts";
import { filesOf, PARTS_TABLES, PROVENANCE } from "./parts-table.ts";

const { signal } = new AbortController();
const INPUT = { name: "table.gem", bytes: 1 };
const STEP = { input: INPUT, signal, encoder: encodeHere };

/** Steps of a finish: while it sums, while it moves shards, and at its renames; it takes some 200. */
const FINISH_KILLS = [1, 120, 190];

describe("a conversion in parts", { timeout: 400_000 }, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "centiscope-parts-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const fresh = (name: string): string => {
    const path = join(folder, name);
    rmSync(path, { recursive: true, force: true });
    return path;
  };

  /** The store as one process writes it. */
  async function whole(table: Table, memoryBytes: number, shardChunks: number) {
    const [out, scratchDir] = [fresh("whole.zarr"), fresh("scratch")];
    mkdirSync(scratchDir);
    const options = {
      provenance: PROVENANCE,
      scratchDir,
      memoryBytes,
      shardChunks,
      encoder: encodeHere,
      signal,
    };
    await buildStore(tableSource(table), new FolderSink(out), options);
    return filesOf(out);
  }

  /** The store of `count` parts, those of each kind run in the order in which `later` puts them. */
  async function inParts(
    table: Table,
    memoryBytes: number,
    shardChunks: number,
    count: number,
    seed: number,
  ) {
    const out = fresh("parts.zarr");
    rmSync(`${out}.part`, { recursive: true, force: true });
    const options = { provenance: PROVENANCE, memoryBytes, shardChunks, force: false, signal };
    await planParts(tableSource(table, 777), INPUT, out, count, options);
    for (const kind of [0, count]) {
      const order = Array.from({ length: count }, (_, k) => kind + ((k + seed) % count));
      for (const part of order) await runParts(out, part, part + 1, STEP);
    }
    await endParts(out, STEP);
    expect(existsSync(`${out}.part`)).toBe(false);
    return filesOf(out);
  }

  test.each(["spots", "positions"] as const)("of %s is, byte for byte, that of one process", async (kind) => {
    const table = PARTS_TABLES[kind];
    const expected = await whole(table, 2 ** 21, 1);
    for (const count of [1, 3]) {
      expect(expected.has("gene_bins/20/rows/c/0/0") || kind === "positions").toBe(true);
      expect([...expected.keys()].filter((path) => /^points\/rows\/c/.test(path)).length).toBe(8);
      expect(await inParts(table, 2 ** 21, 1, count, count)).toEqual(expected);
    }
  });

  test("of any table, in any number of parts, run in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableShapes(5000),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(3),
        fc.constantFrom(2 ** 20, 2 ** 24),
        async (shape, count, seed, memoryBytes) => {
          const table = makeTable(shape);
          expect(await inParts(table, memoryBytes, 1, count, seed)).toEqual(
            await whole(table, memoryBytes, 1),
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  test("by processes at once, one of them killed and run again alone", async () => {
    const child = await bundleChild("parts-child", join(folder, "code"));
    const step = (out: string, kill: number, ...args: readonly (string | number)[]) =>
      runNode([child, out, String(kill), ...args.map(String)]);
    const [one, out, scratch] = [fresh("one.zarr"), fresh("many.zarr"), fresh("scratch")];
    mkdirSync(scratch);
    expect((await step(one, 0, "whole", scratch)).status).toBe(0);
    const expected = filesOf(one);
    expect((await step(out, 0, "plan", 2)).status).toBe(0);
    const [first, second] = await Promise.all([step(out, 0, "shards", 0, 1), step(out, 60, "shards", 1, 2)]);
    expect(first.status).toBe(0);
    expect(second.signal).toBe("SIGKILL");
    expect((await step(out, 0, "shards", 2, 3)).stderr).toMatch(/convert-parts-missing|Missing: 1/);
    // The same part twice at once: the second to end finds it done.
    const twice = await Promise.all([step(out, 0, "shards", 1, 2), step(out, 0, "shards", 1, 2)]);
    expect(twice.map(({ status }) => status)).toEqual([0, 0]);
    expect((await step(out, 0, "finish")).status).toBe(1);
    await Promise.all([step(out, 0, "shards", 2, 3), step(out, 0, "shards", 3, 4)]);
    // A finish killed at many of its steps, the last ones among them, and run again.
    for (const kill of FINISH_KILLS) expect((await step(out, kill, "finish")).signal).toBe("SIGKILL");
    const last = await step(out, 0, "finish");
    expect(last.stderr).toBe("");
    expect(filesOf(out)).toEqual(expected);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  /** The lock of a plan, as a process of the name given would have left it. */
  const lockOf = (out: string, pid: number, host: string): void =>
    writeFileSync(join(`${out}.part`, "centiscope-convert.lock"), `${pid} ${host} another`);

  test("goes on after a killed run whose number, in a container, is that of the next", async () => {
    const options = { provenance: PROVENANCE, memoryBytes: 2 ** 21, shardChunks: 1, force: false, signal };
    const plan = (out: string) => planParts(tableSource(PARTS_TABLES.spots), INPUT, out, 1, options);
    // This host and this process: what was killed in a pod had the number that this one has. Another host: not seen.
    for (const [pid, host] of [
      [process.pid, hostname()],
      [process.ppid, "another-host"],
    ] as const) {
      const out = fresh("held.zarr");
      mkdirSync(`${out}.part`);
      lockOf(out, pid, host);
      await plan(out);
      await runParts(out, 0, 2, STEP);
      lockOf(out, pid, host);
      await endParts(out, STEP);
      expect(existsSync(out)).toBe(true);
    }
    // A process that lives, on this host.
    const out = fresh("busy.zarr");
    mkdirSync(`${out}.part`);
    lockOf(out, process.ppid, hostname());
    await expect(plan(out)).rejects.toMatchObject({ facts: { code: "convert-busy" } });
  });

  test("ends without touching anything when another machine has begun the same step since", async () => {
    const out = fresh("taken.zarr");
    const options = { provenance: PROVENANCE, memoryBytes: 2 ** 21, shardChunks: 1, force: false, signal };
    const source = tableSource(PARTS_TABLES.spots);
    const taken = { facts: { code: "convert-taken", params: { file: "taken.zarr" } } };
    const take = () => lockOf(out, 7, "another-host");
    await expect(planParts(source, INPUT, out, 1, { ...options, onRows: take })).rejects.toMatchObject(taken);
    expect(existsSync(join(`${out}.part`, "scratch/by-place"))).toBe(true);
    expect(existsSync(join(`${out}.part`, "plan.json"))).toBe(false);
    await planParts(source, INPUT, out, 1, options);
    await runParts(out, 0, 2, STEP);
    const encoder: typeof encodeHere = (raws, form) => {
      take();
      return encodeHere(raws, form);
    };
    await expect(endParts(out, { ...STEP, encoder })).rejects.toMatchObject(taken);
    expect(existsSync(out)).toBe(false);
    await endParts(out, STEP);
    expect(filesOf(out)).toEqual(await whole(PARTS_TABLES.spots, 2 ** 21, 1));
  });

  test("is run twice at once by pods of one name and number, and done once", async () => {
    const out = fresh("pods.zarr");
    const options = { provenance: PROVENANCE, memoryBytes: 2 ** 21, shardChunks: 1, force: false, signal };
    await planParts(tableSource(PARTS_TABLES.spots), INPUT, out, 1, options);
    // Both runs are of this process: the same host, the same number.
    const later: typeof encodeHere = async (raws, form) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return encodeHere(raws, form);
    };
    for (const part of [0, 1]) {
      const run = () => runParts(out, part, part + 1, { ...STEP, encoder: later });
      await Promise.all([run(), run()]);
    }
    await endParts(out, STEP);
    expect(filesOf(out)).toEqual(await whole(PARTS_TABLES.spots, 2 ** 21, 1));
  });

  test("says what is missing, another's or damaged, and lets nothing else in", async () => {
    const table = join(folder, "t.csv");
    writeFileSync(table, `gene,x,y,count\n${"A,1,2,3\nB,4.5,6,1\n".repeat(40)}`);
    const out = fresh("cli.centiscope.zarr");
    const refusal = async (...args: readonly string[]) => {
      const ran = await command("convert", ...args, "--um-per-unit", "1", "--json");
      return ran.code === 0 ? undefined : JSON.parse(ran.out).error;
    };
    expect(await refusal(join(folder, "none.csv"), out, "--plan", "2")).toMatchObject({
      code: "path-missing",
    });
    expect(await refusal(table, out, "--shards", "0:1")).toMatchObject({ code: "convert-no-plan" });
    expect(await refusal(table, out, "--plan", "2")).toBe(undefined);
    expect(await refusal(table, out)).toMatchObject({ code: "convert-planned" });
    expect(await refusal(table, out, "--plan", "2")).toMatchObject({ code: "convert-planned" });
    expect(await refusal(table, out, "--shards", "2:3")).toMatchObject({
      code: "convert-parts-missing",
      params: { parts: "0, 1", done: 0, of: 2 },
    });
    const other = join(folder, "other.csv");
    writeFileSync(other, "gene,x,y,count\nA,1,2,3\n");
    for (const step of [["--shards", "0:1"], ["--finish"]]) {
      expect(await refusal(other, out, ...step)).toMatchObject({
        code: "convert-plan-other",
        params: { planned: expect.stringContaining("t.csv"), found: expect.stringContaining("other.csv") },
      });
    }
    expect(await refusal(table, out, "--shards", "0:3")).toBe(undefined);
    expect(await refusal(table, out, "--finish")).toMatchObject({
      code: "convert-parts-missing",
      params: { parts: "3", done: 3, of: 4 },
    });
    expect(await refusal(table, out, "--shards", "3:4")).toBe(undefined);
    // A part whose file was cut or changed: named, and made again alone.
    const tiles = join(`${out}.part`, "parts/1/tiles");
    const bytes = readFileSync(tiles);
    const damaged = { code: "convert-part-other", params: { number: 1, next: 2 } };
    writeFileSync(tiles, bytes.subarray(0, -1));
    expect(await refusal(table, out, "--finish")).toMatchObject(damaged);
    bytes[bytes.length - 3] = bytes[bytes.length - 3]! ^ 1;
    writeFileSync(tiles, bytes);
    expect(await refusal(table, out, "--finish")).toMatchObject(damaged);
    rmSync(join(`${out}.part`, "parts/1"), { recursive: true });
    expect(await refusal(table, out, "--shards", "1:2")).toBe(undefined);
    const shard = join(`${out}.part`, "parts/1/store/points/rows/c/0/0");
    const kept = readFileSync(shard);
    rmSync(shard);
    expect(await refusal(table, out, "--finish")).toMatchObject(damaged);
    writeFileSync(shard, kept);
    expect(existsSync(out)).toBe(false);
    expect(await refusal(table, out, "--finish")).toBe(undefined);
    expect((await command("verify", out, "--against", table)).out).toBe("cli.centiscope.zarr: good\n");
    // A task that a scheduler runs again after the last one.
    expect(await refusal(table, out, "--shards", "0:1")).toMatchObject({
      code: "convert-no-plan",
      params: { detail: "a store is there already" },
    });
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  test("is planned anew with --force, and replaces a store only then", async () => {
    const table = join(folder, "again.csv");
    writeFileSync(table, "gene,x,y,count\nA,1,2,3\n");
    const out = fresh("again.centiscope.zarr");
    const run = (...args: readonly string[]) => command("convert", table, out, "--um-per-unit", "1", ...args);
    expect((await run()).code).toBe(0);
    const before = filesOf(out);
    expect((await run("--plan", "1")).code).toBe(1);
    writeFileSync(table, "gene,x,y,count\nA,1,2,4\n");
    for (const step of [
      ["--plan", "3", "--force"],
      ["--plan", "1", "--force"],
      ["--shards", "0:2"],
    ]) {
      expect((await run(...step)).code).toBe(0);
      expect(filesOf(out)).toEqual(before);
    }
    expect((await run("--finish")).out).toBe("again.centiscope.zarr: 1 rows, 1 genes, 4 molecules\n");
    expect((await command("verify", out, "--against", table)).code).toBe(0);
  });

  test.each([
    [["--plan", "0"]],
    [["--plan", "1.5"]],
    [["--shards", "2:2"]],
    [["--shards", "a:b"]],
    [["--plan", "2", "--finish"]],
  ])("is not asked for by %j", async (args) => {
    expect((await command("convert", "in.csv", "out.zarr", ...args)).code).toBe(2);
  });
});
