import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SharedCache } from "../../src/formats/image-cache.ts";
import type { RawTile } from "../../src/formats/image-raw.ts";
import { openTiff } from "../../src/formats/tiff.ts";
import { checkOverlap } from "../../src/formats/ventana.ts";
import { MemorySource } from "../../src/io/memory.ts";

const open = (name: string) =>
  openTiff(
    new MemorySource(name, new Uint8Array(readFileSync(`tests/fixtures/images/${name}`))),
    new SharedCache<RawTile>(1 << 24, (tile) => tile.data.byteLength),
  );

type Image = Awaited<ReturnType<typeof open>>;
type Formula = (x: number, y: number) => readonly number[];

/** The largest difference of any value of a level from the formula's. */
async function apart(image: Image, formula: Formula, level = 0, plane = 0): Promise<number> {
  const { widthPx, heightPx, tileWidthPx, tileHeightPx } = image.info.levels[level]!;
  let most = 0;
  let seen = 0;
  for (let row = 0; row * tileHeightPx < heightPx; row++)
    for (let col = 0; col * tileWidthPx < widthPx; col++) {
      const tile = await image.readTile(level, col, row, plane);
      for (let i = 0; i < tile.widthPx * tile.heightPx; i++) {
        const x = col * tileWidthPx + (i % tile.widthPx);
        const y = row * tileHeightPx + Math.floor(i / tile.widthPx);
        const values = formula(x, y);
        expect(tile.samples).toBe(values.length);
        for (const [k, value] of values.entries())
          most = Math.max(most, Math.abs(tile.data[i * tile.samples + k]! - value));
        seen++;
      }
    }
  expect(seen).toBe(widthPx * heightPx);
  return most;
}

const rgb: Formula = (x, y) => [2 * x, 3 * y, x + y];
const grey: Formula = (x, y) => [x + y];
const eighths: Formula = (x, y) => [(x + y) / 8];

describe("TIFFs as other software writes them", () => {
  // JPEG of a gradient, its colours halved or not, is off by a few steps; all else is exact.
  it.each<readonly [name: string, kind: string, formula: Formula, tolerance: number]>([
    ["bioformats-planes-jpeg.ome.tif", "rgb", rgb, 4],
    ["bioformats-33003.ome.tif", "rgb", rgb, 0],
    ["vips-rgbjpeg.tif", "rgb", rgb, 8],
    ["gdal-float32-predictor2.tif", "channels", eighths, 0],
    ["gdal-float64-predictor2.tif", "channels", eighths, 0],
    ["gdal-white-jpeg.tif", "channels", grey, 4],
    ["libtiff-low-bit-first-none.tif", "rgb", rgb, 0],
    ["libtiff-low-bit-first-lzw.tif", "rgb", rgb, 0],
    ["libtiff-low-bit-first-zip.tif", "rgb", rgb, 0],
    ["gdal-12-bit.tif", "channels", (x, y) => [16 * (x + y) + 5], 0],
    ["gdal-mask.tif", "rgb", rgb, 0],
    ["pillow-grey-alpha.tif", "channels", (x, y) => [x + y, 255 - x - y], 0],
    ["vips-premultiplied.tif", "rgb", (x, y) => [...rgb(x, y), x < 48 ? 255 : 128], 2],
    ["rgb-float.tif", "channels", (x, y) => rgb(x, y).map((value) => value / 256), 0],
  ])("%s", async (name, kind, formula, tolerance) => {
    const image = await open(name);
    expect(image.info).toMatchObject({ kind, widthPx: 96, heightPx: 64, warnings: [] });
    expect(await apart(image, formula)).toBeLessThanOrEqual(tolerance);
  });

  it.each([2, 3, 4, 5, 6, 7, 8])("is shown as orientation %i wants", async (orientation) => {
    const image = await open(`orientation-${orientation}.tif`);
    expect([image.info.widthPx, image.info.heightPx]).toEqual([96, 64]);
    expect(await apart(image, rgb)).toBe(0);
    expect(image.info.umPerPx).toEqual(orientation < 5 ? [0.5, 1] : [1, 0.5]);
    expect(image.info.warnings.map(({ code }) => code)).toEqual(["image-orientation"]);
  });

  it("names and colours what the samples of a pixel are, so that alpha is not drawn over grey", async () => {
    const channels = async (name: string) =>
      (await open(name)).info.channels.map((channel) => [channel.name, channel.color, channel.dataRange[1]]);
    expect(await channels("pillow-grey-alpha.tif")).toEqual([
      ["Grey", "#ffffff", 255],
      ["Alpha", "#000000", 255],
    ]);
    expect(await channels("rgb-float.tif")).toEqual([
      ["Red", "#ff0000", 1],
      ["Green", "#00ff00", 1],
      ["Blue", "#0000ff", 1],
    ]);
    expect(await channels("gdal-12-bit.tif")).toEqual([["Grey", "#ffffff", 4095]]);
  });

  it("says of a file whose description lies in another that names, scale and planes are unknown", async () => {
    const { info } = await open("bioformats-binary-only.ome.tif");
    expect(info.warnings).toEqual([
      {
        code: "image-companion",
        params: { file: "bioformats-binary-only.ome.tif", other: "bioformats.companion.ome" },
      },
    ]);
  });

  it("takes Akoya's pages for channels, each with its levels, and never its label", async () => {
    const image = await open("akoya.qptiff");
    expect(image.info).toMatchObject({
      format: "QPTIFF",
      umPerPx: [0.5, 0.5],
      magnification: 20,
      kind: "channels",
      warnings: [],
    });
    expect(image.info.channels.map(({ name, color }) => [name, color])).toEqual([
      ["DAPI", "#0000ff"],
      ["Opal 520", "#00ff00"],
      ["Opal 690", "#ff0000"],
    ]);
    expect(image.info.levels.map(({ widthPx, downsample }) => [widthPx, downsample])).toEqual([
      [96, 1],
      [48, 2],
    ]);
    for (const plane of [0, 1, 2])
      for (const level of [0, 1]) {
        const step = 2 ** level;
        const formula: Formula = (x, y) => [(x + y) * step + 50 * plane];
        expect(await apart(image, formula, level, plane)).toBe(0);
      }
  });

  it("cuts the padding off Philips' levels and knows their scale", async () => {
    const image = await open("philips.tiff");
    expect(image.info).toMatchObject({
      format: "Philips TIFF",
      umPerPx: [0.5, 0.25],
      kind: "rgb",
      warnings: [],
    });
    expect(
      image.info.levels.map(({ widthPx, heightPx, downsample }) => [widthPx, heightPx, downsample]),
    ).toEqual([
      [96, 64, 1],
      [48, 32, 2],
      [24, 16, 4],
    ]);
    for (const level of [0, 1, 2]) {
      const step = 2 ** level;
      const formula: Formula = (x, y) => (y * step < 40 ? rgb(x * step, y * step) : [0, 0, 0]);
      expect(await apart(image, formula, level)).toBe(0);
    }
  });

  it("refuses tiles that overlap, and knows the scale of a slide where they do not", async () => {
    await expect(open("ventana-overlap-12.bif")).rejects.toMatchObject({
      facts: { code: "tiff-tiles-overlap", params: { file: "ventana-overlap-12.bif" } },
    });
    const image = await open("ventana-overlap-0.bif");
    expect(image.info).toMatchObject({ umPerPx: [0.25, 0.25], magnification: 40, warnings: [] });
    expect(await apart(image, rgb)).toBe(0);
    expect(() => checkOverlap("a.tif", undefined, "Objective Power=40;OverlapsXY=0 0 0 0;")).not.toThrow();
    expect(() => checkOverlap("a.tif", undefined, "Objective Power=40;OverlapsXY= 0 64 0 32;")).toThrow();
  });

  it("says that a file holds another region, not its levels and small pictures", async () => {
    const { info } = await open("two-regions.scn");
    expect(info.levels.map(({ widthPx }) => widthPx)).toEqual([96, 48]);
    expect(info.warnings).toEqual([
      { code: "image-other-images", params: { file: "two-regions.scn", count: 1 } },
    ]);
  });

  it("says that a TIFF past 4 GB, whose addresses lead astray, may be NDPI", async () => {
    const bytes = new Uint8Array(64);
    bytes.set([0x49, 0x49, 42, 0, 48, 0, 0, 0, 1]);
    const source = new MemorySource("a.ndpi", bytes);
    source.size = async () => 5 * 2 ** 30;
    await expect(openTiff(source, new SharedCache<RawTile>(1, () => 1))).rejects.toMatchObject({
      facts: { code: "tiff-over-4-gb", params: { file: "a.ndpi", gigabytes: 5 } },
    });
  });

  it("refuses an image of which no pixel was written, rather than show white", async () => {
    await expect(open("gdal-empty.tif")).rejects.toMatchObject({ facts: { code: "tiff-no-pixels" } });
  });

  it("refuses a slide that it cannot read, rather than show a smaller picture of it as the slide", async () => {
    await expect(open("huge-strip-first.tif")).rejects.toMatchObject({
      facts: { code: "tiff-huge-strip", params: { width: 4200, height: 4200 } },
    });
  });

  it("refuses floats of which zero is white, as they would be shown inverted", async () => {
    await expect(open("white-float.tif")).rejects.toMatchObject({
      facts: { code: "tiff-pixel-type", params: { found: "white is zero, sample format 3" } },
    });
  });
});
