import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SharedCache } from "../../src/formats/image-cache.ts";
import { parseJpeg2000Frame } from "../../src/formats/image-jpeg2000.ts";
import type { RawTile } from "../../src/formats/image-raw.ts";
import { joinImages } from "../../src/formats/joined-image.ts";
import { identify } from "../../src/formats/registry.ts";
import { openTiff } from "../../src/formats/tiff.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { openDecodedImage } from "../../workers/image-decode.ts";

const bytesOf = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(`tests/fixtures/jpeg2000/${name}`));
const open = (name: string, bytes = bytesOf(name)) =>
  openTiff(new MemorySource(name, bytes), new SharedCache<RawTile>(1 << 24, (tile) => tile.data.byteLength));

type Image = Awaited<ReturnType<typeof open>>;

/** Every pixel of a level with its values, through the tiles. */
async function* pixels(image: Image, level: number) {
  const { widthPx, heightPx, tileWidthPx, tileHeightPx } = image.info.levels[level]!;
  for (let row = 0; row * tileHeightPx < heightPx; row++)
    for (let col = 0; col * tileWidthPx < widthPx; col++) {
      const tile = await image.readTile(level, col, row, 0);
      for (let i = 0; i < tile.widthPx * tile.heightPx; i++) {
        const [x, y] = [i % tile.widthPx, Math.floor(i / tile.widthPx)];
        const values = Array.from(tile.data.subarray(i * tile.samples, (i + 1) * tile.samples));
        yield { x: col * tileWidthPx + x, y: row * tileHeightPx + y, values };
      }
    }
}

/** BT.601, full range; by its definition, not by the coefficients of our own conversion. */
function rgbOf(y: number, cb: number, cr: number): number[] {
  const red = y + 2 * (1 - 0.299) * (cr - 128);
  const blue = y + 2 * (1 - 0.114) * (cb - 128);
  const green = (y - 0.299 * red - 0.114 * blue) / 0.587;
  return [red, green, blue].map((value) => Math.min(255, Math.max(0, value)));
}

describe("JPEG 2000 in TIFF", () => {
  it("is read as Xenium writes it: 16 bit, to the last bit, at every level, which SubIFDs list and chain", async () => {
    const image = await open("morphology.ome.tif");
    expect(image.info).toMatchObject({ widthPx: 200, heightPx: 150, umPerPx: [0.2125, 0.2125] });
    expect(image.info.channels.map(({ name }) => name)).toEqual(["DAPI"]);
    expect(image.info.levels).toHaveLength(3);
    for (const level of [0, 1, 2]) {
      let seen = 0;
      for await (const { x, y, values } of pixels(image, level)) {
        seen++;
        if (values[0] !== (x * 257 + y * 31) % 65536) expect([x, y, values]).toBe("as written");
      }
      expect(seen).toBe([200 * 150, 100 * 75, 50 * 37][level]);
    }
  });

  it("is read as Aperio writes RGB", async () => {
    let seen = 0;
    for await (const { x, y, values } of pixels(await open("aperio-33005.tif"), 0)) {
      seen++;
      expect(values).toEqual([(x * 3) % 256, (y * 5) % 256, (x + y) % 256]);
    }
    expect(seen).toBe(130 * 100);
  });

  it.each([
    ["aperio-33003.tif", (x: number, y: number) => rgbOf((x * 3) % 256, (y * 5) % 256, (x + y) % 256)],
    [
      "aperio-33003-422.tif",
      (x: number, y: number) => {
        const even = x - (x % 2);
        return rgbOf((x * 2 + y) % 256, (64 + even + y) % 256, (192 - even) % 256);
      },
    ],
  ])("is read as Aperio writes YCbCr: %s", async (name, expected) => {
    for await (const { x, y, values } of pixels(await open(name), 0)) {
      const apart = expected(x, y).map((value, k) => Math.abs(value - values[k]!));
      if (Math.max(...apart) > 1.5) expect([x, y, values]).toEqual([x, y, expected(x, y)]);
    }
  });

  it("says that a tile is damaged, or more than it may be", async () => {
    const name = "aperio-33005.tif";
    const bytes = bytesOf(name);
    const start = bytes.findIndex(
      (byte, at) =>
        byte === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51,
    );
    expect(parseJpeg2000Frame(bytes.subarray(start))).toEqual({
      widthPx: 64,
      heightPx: 64,
      components: 3,
      bits: 8,
      signed: false,
      subsampled: false,
    });
    const huge = bytes.slice();
    huge[start + 8] = 0x80;
    const cut = bytes.slice().fill(0, start + 60, start + 200);
    const none = bytes.slice().fill(0, start, start + 4);
    for (const [damaged, detail] of [
      [huge, "JPEG 2000 of 2147483712 × 64, 3 components"],
      [cut, "damaged JPEG 2000 data"],
      [none, "no JPEG 2000 codestream"],
    ] as const) {
      const image = await open(name, damaged);
      await expect(image.readTile(0, 0, 0, 0)).rejects.toMatchObject({
        facts: { code: "image-tile-corrupt", params: expect.objectContaining({ file: name, detail }) },
      });
    }
    expect(parseJpeg2000Frame(new Uint8Array(100))).toBeUndefined();
  });

  describe("in Xenium's stains, a file each", () => {
    const files = ["morphology_focus_0000.ome.tif", "morphology_focus_0001.ome.tif"];
    const sources = files.map((name) => new MemorySource(name, bytesOf(name)));

    it("are one image, in whatever order a folder lists them", async () => {
      const [source] = sources;
      const paths = [2, 10, 0, 1].map(
        (n) => `outs/morphology_focus/morphology_focus_${String(n).padStart(4, "0")}.ome.tif`,
      );
      const plan = await identify(
        [...paths, "outs/morphology.ome.tif"].map((path) => ({ path, source: source! })),
      );
      expect(plan.images.map(({ file, more }) => [file, ...more].map(({ path }) => path))).toEqual([
        [paths[2], paths[3], paths[0], paths[1]],
        ["outs/morphology.ome.tif"],
      ]);
      expect(plan.warnings.map(({ code }) => code)).toEqual(["warn-two-images"]);
      // Neither stains of two folders nor other pictures are one.
      const apart = ["a/ch0000_dapi.ome.tif", "b/ch0001_18s.ome.tif", "a/he.ome.tif"];
      const others = await identify(apart.map((path) => ({ path, source: source! })));
      expect(others.images.map(({ more }) => more)).toEqual([[], [], []]);
    });

    it("have the channels of all, each with its own values and colour", async () => {
      const image = await openDecodedImage(sources[0]!, undefined, [sources[1]!]);
      const { channels, warnings, widthPx } = image.info;
      expect(channels.map(({ name, color }) => [name, color])).toEqual([
        ["DAPI", "#3b82ff"],
        ["18S", "#ffb000"],
      ]);
      expect(widthPx).toBe(130);
      expect(warnings).toEqual([]);
      // Channel 1 alone, in grey: the values are those of its formula, 50 · x of 6500.
      const grey = { color: "#ffffff", limits: [0, 6500] as const, gamma: 1 };
      const views = [false, true].map((visible) => ({ ...grey, visible }));
      const { rgba, widthPx: across } = await image.draw(0, 0, 0, views);
      for (const x of [0, 13, 64, 120])
        expect(rgba[4 * (7 * across + x)]).toBe(Math.round((255 * 50 * x) / 6500));
    });

    it("of which some are missing say so, and name one of those", async () => {
      const stain = async (n: number, elsewhere: number) => {
        const image = await open(files[0]!);
        const name = (k: number) => `morphology_focus_000${k}.ome.tif`;
        const params = { file: name(n), count: 3, total: 4, other: name(elsewhere) };
        const info = { ...image.info, name: name(n), warnings: [{ code: "image-multi-file", params }] };
        return { info, alpha: false, places: image.places, readTile: image.readTile, close: image.close };
      };
      const { image } = joinImages([await stain(0, 3), await stain(1, 3), await stain(3, 2)]);
      expect(image.info.channels).toHaveLength(3);
      expect(image.info.warnings).toMatchObject([
        { code: "image-multi-file", params: { count: 1, total: 4, other: "morphology_focus_0002.ome.tif" } },
      ]);
    });

    it("that are of another size are left out, and named", async () => {
      const other = new MemorySource("morphology.ome.tif", bytesOf("morphology.ome.tif"));
      const broken = new MemorySource("cut.ome.tif", bytesOf(files[1]!).slice(0, 300));
      const { info } = await openDecodedImage(sources[0]!, undefined, [other, broken]);
      expect(info.channels.map(({ name }) => name)).toEqual(["DAPI"]);
      expect(info.warnings.at(-1)).toMatchObject({
        code: "warn-two-images",
        params: { file: files[0], others: "morphology.ome.tif, cut.ome.tif" },
      });
    });
  });
});
