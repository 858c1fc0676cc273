import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { SharedCache } from "../../src/formats/image-cache.ts";
import type { RawImage, RawTile } from "../../src/formats/image-raw.ts";
import { openTiff } from "../../src/formats/tiff.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { openDecodedImage } from "../../workers/image-decode.ts";

/** One file as tests/fixtures/make-tiff-expected.py read it. */
interface ExpectedFile {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly planes: number;
  readonly levels: readonly (readonly number[])[];
  readonly pixels: readonly {
    readonly level: number;
    readonly plane: number;
    readonly mean: readonly number[];
    readonly at: readonly (readonly number[])[];
  }[];
}

const expectedFiles = JSON.parse(readFileSync("tests/fixtures/expected/tiff.json", "utf8")) as ExpectedFile[];

const DATA = "../shared/data";
const present = existsSync(DATA);
if (!present) console.info("tests/formats/tiff: ../shared/data is absent, real files are not tested");

const cache = () => new SharedCache<RawTile>(64 << 20, (t) => t.data.byteLength);
const source = (path: string) => new MemorySource(basename(path), readFileSync(path));

/** A pixel of a stored level, through the tiles. */
async function pixel(image: RawImage, level: number, plane: number, x: number, y: number) {
  const at = image.info.levels[level]!;
  const col = Math.floor(x / at.tileWidthPx);
  const row = Math.floor(y / at.tileHeightPx);
  const tile = await image.readTile(level, col, row, plane);
  const i = ((y - row * at.tileHeightPx) * tile.widthPx + x - col * at.tileWidthPx) * tile.samples;
  return [...tile.data.subarray(i, i + tile.samples)];
}

/** Mean of every sample over a whole level. */
async function mean(image: RawImage, level: number, plane: number): Promise<number[]> {
  const at = image.info.levels[level]!;
  let sums: number[] = [];
  for (let row = 0; row * at.tileHeightPx < at.heightPx; row++) {
    for (let col = 0; col * at.tileWidthPx < at.widthPx; col++) {
      const tile = await image.readTile(level, col, row, plane);
      if (sums.length === 0) sums = new Array(tile.samples).fill(0);
      for (let i = 0; i < tile.data.length; i++) sums[i % tile.samples]! += tile.data[i]!;
    }
  }
  return sums.map((s) => s / (at.widthPx * at.heightPx));
}

describe.skipIf(!present)("every TIFF of the shared data agrees with tifffile", () => {
  for (const expected of expectedFiles) {
    it(expected.path, async () => {
      const image = await openTiff(source(join(DATA, expected.path)), cache());
      expect([image.info.widthPx, image.info.heightPx]).toEqual([expected.width, expected.height]);
      expect(image.info.levels.map((l) => [l.widthPx, l.heightPx])).toEqual(expected.levels);
      const colour = expected.samples === 3;
      expect(image.info.kind).toBe(colour ? "rgb" : "channels");
      expect(image.info.channels.length).toBe(colour ? 3 : expected.planes);
      // JPEG decoders differ in rounding and in how they smooth subsampled chroma; all else is exact.
      const jpeg = expected.path.includes("CMU-1");
      for (const { level, plane, at, mean: means } of expected.pixels) {
        const found = await mean(image, level, plane);
        for (const [s, m] of means.entries()) {
          expect(Math.abs(found[s]! - m), `mean ${level}/${plane}/${s}`).toBeLessThan(
            jpeg ? 0.6 : 1e-6 + Math.abs(m) * 1e-9,
          );
        }
        for (const [x, y, ...values] of at) {
          const got = await pixel(image, level, plane, x!, y!);
          if (!jpeg) expect(got, `${level}/${plane} at ${x},${y}`).toEqual(values);
          else for (const [s, v] of values.entries()) expect(Math.abs(got[s]! - v)).toBeLessThanOrEqual(24);
        }
      }
    });
  }
});

describe.skipIf(!present)("what the files say about themselves", () => {
  const open = (path: string) => openTiff(source(join(DATA, path)), cache());

  it("reads scale and objective from Aperio, OME-XML and resolution tags", async () => {
    const svs = (await open("wsi/openslide-testdata/CMU-1-Small-Region.svs")).info;
    expect([svs.format, svs.umPerPx, svs.magnification]).toEqual(["Aperio SVS", [0.499, 0.499], 20]);
    const ome = (await open("wsi/derived/CMU-1-Small-Region.ome.tif")).info;
    expect([ome.format, ome.umPerPx]).toEqual(["OME-TIFF", [0.499, 0.499]]);
    const tags = (await open("wsi/derived/CMU-1-Small-Region.pyramid.tif")).info;
    // 10260521 / 512 pixels per cm = 0.499 µm per pixel
    expect(tags.umPerPx![0]).toBeCloseTo(0.499, 6);
    const plant = (await open("wsi/VoltRon/xy_12bit__plant.ome.tiff")).info;
    expect(plant.umPerPx![0]).toBeCloseTo(2.485922277608956, 12);
    expect([plant.magnification, plant.channels[0]!.name, plant.channels[0]!.dataRange]).toEqual([
      10,
      "CH2",
      [0, 4095],
    ]);
  });

  it("says null when no scale is stated", async () => {
    expect((await open("wsi/histolab/kidney-48-5.tif")).info.umPerPx).toBeNull();
    const mosaic = "merscope/vizgen-postprocessing/input_images/mosaic_DAPI_z3.tif";
    expect((await open(mosaic)).info.umPerPx).toBeNull();
  });

  it("knows the true factor of levels whose sizes were rounded down", async () => {
    const { levels } = (await open("wsi/derived/CMU-1-Small-Region.pyramid.tif")).info;
    expect(levels.map((l) => l.downsample)).toEqual([1, 2, 4, 8, 16]);
  });

  it("adds overviews to an image of one level, each the mean of the finer", async () => {
    const image = await openDecodedImage(source(join(DATA, "wsi/openslide-testdata/CMU-1-Small-Region.svs")));
    expect(image.info.levels.map((l) => [l.widthPx, l.heightPx, l.downsample])).toEqual([
      [2220, 2967, 1],
      [1110, 1484, 2],
      [555, 742, 4],
      [278, 371, 8],
    ]);
    const views = image.info.channels.map((c) => ({ visible: true, color: c.color, limits: c.limits }));
    const { rgba, widthPx, heightPx } = await image.draw(3, 0, 0, views);
    expect([widthPx, heightPx, rgba[3]]).toEqual([278, 371, 255]);
    const sum = [0, 0, 0];
    for (let i = 0; i < rgba.length; i++) if (i % 4 < 3) sum[i % 4]! += rgba[i]!;
    const expected = expectedFiles[0]!.pixels[0]!.mean;
    for (const [c, s] of sum.entries()) expect(Math.abs(s / (278 * 371) - expected[c]!)).toBeLessThan(1.5);
  });

  it("suggests contrast limits inside the data for 16-bit images", async () => {
    const image = await openDecodedImage(
      source(join(DATA, "merscope/vizgen-postprocessing/input_images/mosaic_DAPI_z3.tif")),
    );
    const [low, high] = image.info.channels[0]!.limits;
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low);
    expect(high).toBeLessThan(65535);
  });
});

describe.skipIf(!present)("damaged and hostile files", () => {
  const fuzz = join(DATA, "malformed/tiff/image-tiff");
  const files = present
    ? ["divide_by_zero", "oor_panic"].flatMap((d) => readdirSync(join(fuzz, d)).map((f) => join(d, f)))
    : [];

  it("has all 64 fuzzed files", () => expect(files.length).toBe(64));

  for (const file of files) {
    it(`opens or refuses ${file}`, { timeout: 10_000 }, async () => {
      try {
        const image = await openDecodedImage(source(join(fuzz, file)));
        const views = image.info.channels.map((c) => ({ visible: true, color: c.color, limits: c.limits }));
        const { rgba, widthPx, heightPx } = await image.draw(0, 0, 0, views);
        expect(rgba.length).toBe(widthPx * heightPx * 4);
      } catch (error) {
        expect(error).toBeInstanceOf(CentiscopeError);
        expect((error as CentiscopeError).message).not.toMatch(/\{\w+\}/);
      }
    });
  }

  it("says where a truncated slide ends", async () => {
    const whole = readFileSync(join(DATA, "wsi/openslide-testdata/CMU-1-Small-Region.svs"));
    for (const keep of [1000, 500_000, 1_500_000]) {
      const cut = new MemorySource("cut.svs", whole.subarray(0, keep));
      await expect(openTiff(cut, cache())).rejects.toMatchObject({
        facts: { code: "tiff-truncated", params: { file: "cut.svs", size: keep } },
      });
    }
  });

  it("stops reading when aborted", async () => {
    const image = await openTiff(source(join(DATA, "wsi/histolab/kidney-48-5.tif")), cache());
    const reason = new DOMException("gone", "AbortError");
    await expect(image.readTile(0, 0, 0, 0, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
