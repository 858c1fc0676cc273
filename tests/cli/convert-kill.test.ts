import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FolderTree } from "../../src/cli/convert/node-folder.ts";
import { verifyStore } from "../../src/cli/convert/verify-store.ts";
import { checkFile, readFileManifest } from "../../src/store/file-manifest.ts";
import { bundleChild, runNode } from "./child-process.ts";

/** `KILLS=100 npx vitest run tests/cli/convert-kill.test.ts` kills as often. */
const KILLS = Number(process.env.KILLS ?? 6);

describe("a conversion killed at any step", { timeout: 400_000 }, () => {
  let folder: string;
  let child: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "centiscope-kill-"));
    child = await bundleChild("kill-child", join(folder, "code"));
  }, 240_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const convert = (out: string, killAt: number, ...force: string[]) =>
    runNode([child, out, String(killAt), ...force]);

  /** The store's files, each held against its checksum: equal to those of a store that was verified whole. */
  async function crcs(path: string): Promise<string> {
    const tree = new FolderTree(path);
    const files = await readFileManifest(tree);
    for (const [file, record] of files) await checkFile(tree, file, record);
    tree.close();
    return JSON.stringify([...files]);
  }

  test("leaves no store, and the next run makes the whole one", async () => {
    const whole = join(folder, "whole.zarr");
    const steps = Number((await convert(whole, 0)).stdout);
    expect(steps).toBeGreaterThan(200);
    const expected = await crcs(whole);
    const tree = new FolderTree(whole);
    const options = { signal: new AbortController().signal, memoryBytes: 2 ** 24 };
    expect(await verifyStore(tree, options)).toEqual([]);
    tree.close();
    const out = join(folder, "killed.zarr");
    for (let k = 0; k < KILLS; k++) {
      // Steps from the first to the last, unevenly spread.
      const killAt = k === KILLS - 1 ? steps : 1 + Math.floor(steps * ((k * 0.618034) % 1));
      const { signal } = await convert(out, killAt);
      expect(signal).toBe("SIGKILL");
      if (existsSync(out)) expect(await crcs(out)).toBe(expected);
      rmSync(out, { recursive: true, force: true });
    }
    expect((await convert(out, 0)).status).toBe(0);
    expect(await crcs(out)).toBe(expected);
    expect(readdirSync(folder).filter((name) => /\.part/.test(name))).toEqual([]);
  });

  test("on a full disk says so, and leaves nothing, whenever it fills", async () => {
    const out = join(folder, "full.zarr");
    const failure = async (from: number) => {
      const ran = await runNode([child, out, "0"], 60_000, { DISK_FULL_FROM_WRITE: String(from) });
      expect(ran.stderr).toBe("");
      return JSON.parse(ran.stdout);
    };
    // The lock, scratch, shards, metadata, the manifest; fewer than 230 writes in all.
    for (const from of [1, 2, 9, 60, 120, 150]) {
      expect(await failure(from)).toMatchObject({
        code: "path-unwritable",
        params: { detail: "the disk is full" },
      });
      expect(readdirSync(folder).filter((name) => name.startsWith("full"))).toEqual([]);
    }
    expect(await failure(1_000_000)).toBe(null);
    expect(existsSync(out)).toBe(true);
  });

  test("keeps the store that it was to replace, or has replaced it", async () => {
    const before = join(folder, "before.zarr");
    const after = join(folder, "after.zarr");
    expect((await convert(before, 0)).status).toBe(0);
    cpSync(before, after, { recursive: true });
    const steps = Number((await convert(after, 0, "--force")).stdout);
    const either = [await crcs(before), await crcs(after)];
    expect(either[0]).not.toBe(either[1]);
    const out = join(folder, "forced.zarr");
    for (let back = 0; back < 6; back++) {
      rmSync(out, { recursive: true, force: true });
      rmSync(`${out}.part`, { recursive: true, force: true });
      cpSync(before, out, { recursive: true });
      expect((await convert(out, steps - back, "--force")).signal).toBe("SIGKILL");
      // Between its two renames the store has no name; the next run gives it back.
      const stopped = await convert(out, 1);
      expect(existsSync(out) || stopped.signal === "SIGKILL").toBe(true);
      if (!existsSync(out)) expect((await convert(out, 0)).status).not.toBe(null);
      expect(either).toContain(await crcs(out));
    }
  });
});
