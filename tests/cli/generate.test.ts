import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlockSampler } from "../../src/cli/generate/block-sampler.ts";
import { type ChipPlan, chipRows, geneModels } from "../../src/cli/generate/chip.ts";
import { gaussianBlur } from "../../src/cli/generate/gaussian-blur.ts";
import { gefWriter } from "../../src/cli/generate/gef-writer.ts";
import { poisson, random } from "../../src/cli/generate/random.ts";
import { BLOCK_PX, readTissue } from "../../src/cli/generate/tissue.ts";
import type { Inspection } from "../../src/cli/inspect/inspection.ts";
import { openRows } from "../../src/cli/rows/open-rows.ts";
import { closeFiles, sourceFiles } from "../../src/cli/source-files.ts";
import { SharedCache } from "../../src/formats/image-cache.ts";
import type { RawTile } from "../../src/formats/image-raw.ts";
import { identify } from "../../src/formats/registry.ts";
import { openTiff } from "../../src/formats/tiff.ts";
import { fileSource } from "../formats/files.ts";
import { command, commandUntil } from "./command.ts";
import { streamFigures } from "./stream-figures.ts";

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "centiscope-generate-"));
const NAME = "SS2SIMULATED.tissue";
/** The same two chips as h5py, pandas and tifffile read them: `tests/fixtures/expected/generated.py`. */
const independent = JSON.parse(readFileSync("tests/fixtures/expected/generated.json", "utf8"));

const tissue = await readTissue(fileSource("public/samples/he-simulated/CMU-1-Small-Region.svs"), signal);

async function make(name: string, ...options: string[]): Promise<string> {
  const out = join(folder, name);
  const { code, notes } = await command("generate", out, ...options, "--json");
  expect({ code, notes }).toEqual({ code: 0, notes: "" });
  return out;
}

async function figures(path: string) {
  const files = await sourceFiles(path, signal);
  const opened = await openRows(await identify(files.files, signal), { signal });
  const found = await streamFigures(opened.source);
  await closeFiles(files);
  return { ...found, perGene: Object.fromEntries(found.perGene), simulated: opened.simulated };
}

const small = ["--cm", "0.03", "--seed", "5", "--rows-per-um2", "0.5"];

describe("a generated chip", () => {
  test("is the same as GEF and as GEM, and as its manifest says", async () => {
    const out = await make("both", ...small, "--format", "both", "--no-image");
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    const { batches, largestBatch, ...gef } = await figures(join(out, `${NAME}.gef`));
    const { batches: b, largestBatch: l, ...gem } = await figures(join(out, `${NAME}.gem.gz`));
    expect(gef).toEqual(gem);
    const { rows, countSum, xSum, ySum, genesWithRows } = independent;
    expect(gef).toMatchObject({ rows, countSum, xSum, ySum, genes: genesWithRows });
    expect(manifest).toMatchObject({
      simulated: true,
      seed: 5,
      rows: gef.rows,
      molecules: gef.countSum,
      spots: 600,
    });
    expect(gef.simulated).toBe(true);
    // 0.5 rows for each of 300 × 300 µm² were the tissue even; this corner holds little of it.
    expect(gef.rows).toBeGreaterThan(2000);
    expect(gef.rows).toBeLessThan(70_000);
    expect(gef.x[1]).toBeLessThan(600);
  });

  test("comes again from the same seed, and not from another", async () => {
    const genes = ["a", "b"].map((name) => ({ name, share: 0.5, counts: Uint16Array.of(1, 2) }));
    const rows = (seed: number) =>
      JSON.stringify([...chipRows({ spots: 2400, seed, rowsPerUm2: 0.01, genes }, tissue)]);
    expect(rows(1)).toBe(rows(1));
    expect(rows(2)).not.toBe(rows(1));
  });

  test("has an image of its size and scale, whose tiles are the slide's pixels", async () => {
    const out = await make("image", "--cm", "0.3", "--rows-per-um2", "0.01");
    const { out: text } = await command("inspect", out, "--json");
    const found: Inspection = JSON.parse(text);
    // 3000 µm / 0.499 µm = 6012.02 pixels.
    expect(found.images).toMatchObject([{ widthPx: 6013, heightPx: 6013 }]);
    expect(found.images[0]?.umPerPx?.[0]).toBeCloseTo(0.499, 6);
    const levels = found.images[0]?.levels ?? [];
    expect(levels.map((level) => [level.heightPx, level.widthPx])).toEqual(independent.levels);
    expect(found.table?.simulated).toBe(true);
    const { rgb } = tissue;
    const path = join(out, "SS2SIMULATED_HE_regist.tif");
    const image = await openTiff(
      fileSource(path),
      new SharedCache<RawTile>(1 << 24, (tile) => tile.data.byteLength),
      signal,
    );
    const { tileWidthPx, tileHeightPx, widthPx, heightPx } = image.info.levels.at(-1)!;
    let sum = 0;
    for (let row = 0; row * tileHeightPx < heightPx; row++) {
      for (let col = 0; col * tileWidthPx < widthPx; col++) {
        const tile = await image.readTile(image.info.levels.length - 1, col, row, 0, signal);
        for (const value of tile.data as Uint8Array) sum += value;
      }
    }
    expect(sum).toBe(independent.pixelSums.at(-1));
    const block = (px: number) => {
      const at = px % (2 * BLOCK_PX);
      return at < BLOCK_PX ? at : 2 * BLOCK_PX - 1 - at;
    };
    for (const [col, row] of [
      [0, 0],
      [7, 3],
      [8, 8],
      [15, 2],
      [16, 23],
      [23, 23],
    ] as const) {
      const tile = await image.readTile(0, col, row, 0, signal);
      for (const [x, y] of [
        [0, 0],
        [3, 7],
        [tile.widthPx - 1, tile.heightPx - 1],
      ] as const) {
        const from = (block(row * 256 + y) * BLOCK_PX + block(col * 256 + x)) * 3;
        const at = (y * tile.widthPx + x) * 3;
        expect([...tile.data.slice(at, at + 3)].map(Number)).toEqual([...rgb.slice(from, from + 3)]);
      }
    }
    image.close();
  });

  test("follows the tissue: nuclear genes lie on darker pixels than a gene that lies anywhere would", async () => {
    const counts = Uint16Array.of(1);
    const genes = ["nuclear", "stromal", "everywhere"].map((name) => ({ name, share: 1 / 3, counts }));
    const plan: ChipPlan = { spots: 2000, seed: 3, rowsPerUm2: 0.2, genes };
    const red = genes.map(() => ({ sum: 0, rows: 0 }));
    for (const { gene, x, y } of chipRows(plan, tissue)) {
      for (let i = 0; i < x.length; i++) {
        const [px, py] = [x[i]!, y[i]!].map((spot) =>
          Math.min(BLOCK_PX - 1, Math.floor(((spot + 0.5) * 0.5) / 0.499)),
        );
        red[gene]!.sum += tissue.rgb[(py! * BLOCK_PX + px!) * 3]!;
        red[gene]!.rows++;
      }
    }
    const mean =
      tissue.rgb.filter((_, i) => i % 3 === 0).reduce((sum, value) => sum + value, 0) / BLOCK_PX ** 2;
    const [nuclear, stromal, everywhere] = red.map(({ sum, rows }) => sum / rows) as [number, number, number];
    expect(nuclear).toBeLessThan(everywhere - 10);
    expect(everywhere).toBeLessThan(mean - 10);
    expect(stromal).toBeLessThan(mean);
  });

  test("is refused a name that is taken, unless forced; a stop leaves nothing", async () => {
    const out = await make("taken", "--cm", "0.02", "--rows-per-um2", "0.01", "--no-image");
    const again = await command("generate", out, "--cm", "0.02", "--no-image");
    expect(again).toMatchObject({ code: 1, out: "" });
    expect(again.notes).toContain("exists already and is not overwritten");
    expect(
      (await command("generate", out, "--cm", "0.02", "--rows-per-um2", "0.01", "--no-image", "--force"))
        .code,
    ).toBe(0);
    const own = join(folder, "own");
    mkdirSync(own);
    writeFileSync(join(own, "manifest.json"), '{"simulated":"no"}');
    const refused = await command("generate", own, "--cm", "0.02", "--no-image", "--force", "--json");
    expect(JSON.parse(refused.out).error.code).toBe("generate-not-chip");
    expect(readFileSync(join(own, "manifest.json"), "utf8")).toBe('{"simulated":"no"}');
    const stopped = join(folder, "stopped");
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 600);
    expect((await commandUntil(stop.signal, "generate", stopped, "--cm", "1")).code).toBe(130);
    expect(readdirSync(folder).filter((name) => /^(stopped|.*\.part)/.test(name))).toEqual([]);
  });

  test("is not made where nothing can be written", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { code, notes } = await command("generate", join(file, "chip"), "--cm", "0.02");
    expect(code).toBe(1);
    expect(notes).toMatch(/cannot be written \(ENOTDIR\)|there is no such file/);
  });

  test.each([
    [["--seed", "1"], "Say how large the chip is"],
    [["--cm", "4"], "--cm is a number from 0.02 to 3"],
    [["--cm", "1", "--seed", "1.5"], "whole numbers"],
    [["--cm", "1", "--format", "csv"], "--format is gef, gem or both"],
  ])("%j is a wrong command line", async (options, words) => {
    const { code, notes } = await command("generate", join(folder, "never"), ...options);
    expect(code).toBe(2);
    expect(notes).toContain(words);
  });
});

describe("the parts of it", () => {
  test("a Gaussian blur keeps the sum and has its spread", () => {
    const size = 201;
    const field = new Float32Array(size * size);
    field[100 * size + 100] = 1;
    const out = gaussianBlur(field, size, size, 8);
    let [sum, spread] = [0, 0];
    for (let i = 0; i < out.length; i++) {
      sum += out[i]!;
      spread += out[i]! * ((i % size) - 100) ** 2;
    }
    expect(sum).toBeCloseTo(1, 4);
    // Variance of each axis: 8² = 64, within what whole widths allow.
    expect(spread).toBeGreaterThan(58);
    expect(spread).toBeLessThan(70);
  });

  test("a sampler draws each pixel by its density, with 2 % anywhere", () => {
    const density = new Float32Array(1000);
    density[3] = 1;
    density[700] = 3;
    const sampler = new BlockSampler(density);
    const drawn = new Uint32Array(1000);
    const source = random(1);
    for (let i = 0; i < 200_000; i++) drawn[sampler.draw(source)]!++;
    // 98 % at 1 : 3, the rest even: 49 020 and 147 020 of 200 000, give or take 1 %.
    expect(Math.abs(drawn[3]! / 49_004 - 1)).toBeLessThan(0.02);
    expect(Math.abs(drawn[700]! / 147_004 - 1)).toBeLessThan(0.01);
    expect(drawn.filter((count) => count > 0).length).toBeGreaterThan(950);
  });

  test.each([0.5, 12, 900])("a Poisson number of mean %d has that mean and variance", (mean) => {
    const source = random(9, mean);
    const drawn = Array.from({ length: 20_000 }, () => poisson(mean, source));
    const average = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - average) ** 2, 0) / drawn.length;
    expect(Math.abs(average / mean - 1)).toBeLessThan(0.03);
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.06);
  });

  test("any rows written as GEF are the rows read, counts above 255 in several", async () => {
    const row = fc.record({
      gene: fc.nat(3),
      x: fc.nat(2 ** 31 - 1),
      y: fc.nat(60_000),
      count: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 200, max: 2000 })),
    });
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 300 }), async (rows) => {
        const genes = ["a", "b", "c", "d"].map((name) => ({ name, share: 0.25, counts: Uint16Array.of(1) }));
        const path = join(folder, `rows-${turn++}.gef`);
        const writer = await gefWriter(path, { spots: 60_000, seed: 1, rowsPerUm2: 1, genes });
        const sorted = [...rows].sort((p, q) => p.gene - q.gene);
        for (const { gene, x, y, count } of sorted) {
          await writer.write({
            gene,
            x: Uint32Array.of(x),
            y: Uint32Array.of(y),
            count: Uint32Array.of(count),
          });
        }
        await writer.finish();
        const found = await figures(path);
        expect(found.countSum).toBe(rows.reduce((sum, { count }) => sum + count, 0));
        expect(found.rows).toBe(rows.reduce((sum, { count }) => sum + Math.ceil(count / 255), 0));
        expect(found.x).toEqual([Math.min(...rows.map(({ x }) => x)), Math.max(...rows.map(({ x }) => x))]);
        for (const name of ["a", "b", "c", "d"]) {
          const own = sorted.filter(({ gene }) => genes[gene]!.name === name);
          const total = own.reduce((sum, { count }) => sum + count, 0);
          expect(found.perGene[name]?.[1] ?? 0).toBe(total);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("more genes than the real table has are made up and named so", () => {
    const real = {
      rows: 3,
      gene: Uint16Array.of(0, 1, 1),
      geneNames: ["Xist", "Actb"],
      count: Uint16Array.of(4, 1, 2),
    } as unknown as Parameters<typeof geneModels>[0];
    const genes = geneModels(real, 4);
    expect(genes.map(({ name }) => name)).toEqual(["Actb", "Xist", "Simulated-00001", "Simulated-00002"]);
    expect(genes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect([...genes[0]!.counts]).toEqual([1, 2]);
  });
});
