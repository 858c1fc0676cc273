import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import type { RawImage } from "../../src/formats/image-raw.ts";
import { openOmeZarr } from "../../src/formats/ome-zarr.ts";
import type { SourceFile } from "../../src/io/byte-source.ts";
import { ListTree } from "../../src/io/list-tree.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { folder, hasShared, SHARED } from "./files.ts";

const OWN = "tests/fixtures/ome-zarr";

/** The files of a group by their paths in it, some of them changed or, with null, taken away. */
function files(path: string, changes: Readonly<Record<string, string | null>> = {}): SourceFile[] {
  const all = new Map(
    folder(path).map((file) => [file.path.split("/").slice(1).join("/"), file.source] as const),
  );
  for (const [name, text] of Object.entries(changes)) {
    if (text === null) all.delete(name);
    else all.set(name, new MemorySource(name, new TextEncoder().encode(text)));
  }
  return [...all].map(([name, source]) => ({ path: name, source }));
}

async function open(path: string, changes: Readonly<Record<string, string | null>> = {}): Promise<RawImage> {
  const inside = files(path, changes);
  const metadata = inside.some((file) => file.path === "zarr.json") ? "zarr.json" : ".zattrs";
  return openOmeZarr(new ListTree(path.split("/").at(-1)!, inside), metadata);
}

/** All pixels of a level, plane by plane, put together from its tiles: `[channel][y · width + x]`. */
async function pixels(image: RawImage, index: number): Promise<Float64Array[]> {
  const level = image.info.levels[index]!;
  const { widthPx, heightPx, tileWidthPx, tileHeightPx } = level;
  const channels = image.places.map(() => new Float64Array(widthPx * heightPx).fill(Number.NaN));
  for (const [i, { plane, sample }] of image.places.entries()) {
    for (let row = 0; row * tileHeightPx < heightPx; row++) {
      for (let col = 0; col * tileWidthPx < widthPx; col++) {
        const tile = await image.readTile(index, col, row, plane);
        for (let y = 0; y < tile.heightPx; y++) {
          for (let x = 0; x < tile.widthPx; x++) {
            const at = (row * tileHeightPx + y) * widthPx + col * tileWidthPx + x;
            channels[i]![at] = tile.data[(y * tile.widthPx + x) * tile.samples + sample]!;
          }
        }
      }
    }
  }
  return channels;
}

/** What `make-ome-zarr.py` wrote. */
const formula = (top: number, c: number, z: number, y: number, x: number): number =>
  (7 * x + 11 * y + 50 * c + 300 * z) % top;

/** Every pixel is the formula's; `value` where another is known. */
async function expectFormula(
  image: RawImage,
  top: number,
  z: number,
  value: (y: number, x: number) => number | undefined = () => undefined,
): Promise<void> {
  const { widthPx } = image.info;
  for (const [c, values] of (await pixels(image, 0)).entries()) {
    values.forEach((found, i) => {
      const [y, x] = [Math.floor(i / widthPx), i % widthPx];
      const expected = value(y, x) ?? formula(top, c, z, y, x);
      if (found !== expected) expect([c, y, x, found]).toEqual([c, y, x, expected]);
    });
  }
}

const failure = (opening: Promise<unknown>) =>
  opening.then(
    () => "opened",
    (thrown) => (thrown instanceof CentiscopeError ? thrown.facts : String(thrown)),
  );

describe("an OME-Zarr image", () => {
  test.each(["v04", "v05"])(
    "of NGFF %s, two channels of three planes: the middle plane, in µm",
    async (version) => {
      const image = await open(`${OWN}/${version}.ome.zarr`);
      const { widthPx, heightPx, umPerPx, kind, channels, levels, warnings } = image.info;
      expect([widthPx, heightPx, kind]).toEqual([100, 70, "channels"]);
      expect(umPerPx).toEqual([0.5, 0.5]);
      expect(channels.map(({ name, color }) => [name, color])).toEqual([
        ["DAPI", "#0000ff"],
        ["GFP", "#00ff00"],
      ]);
      expect(levels.map((level) => level.downsample)).toEqual([1, 2]);
      expect(warnings).toEqual([
        { code: "image-middle-picked", params: { file: `${version}.ome.zarr`, z: 3, t: 1 } },
      ]);
      const read = await pixels(image, 0);
      for (const [c, values] of read.entries()) {
        values.forEach((value, i) => {
          const expected = formula(60_000, c, 1, Math.floor(i / 100), i % 100);
          if (value !== expected) expect([c, i, value]).toEqual([c, i, expected]);
        });
      }
    },
  );

  test("in shards, its colours together in chunks that fit no tile", async () => {
    const image = await open(`${OWN}/sharded.ome.zarr`);
    expect(image.info.kind).toBe("rgb");
    // Chunks of 90 × 70 are put together to tiles of at least 512.
    expect(image.info.levels[0]).toMatchObject({ tileWidthPx: 540, tileHeightPx: 560 });
    await expectFormula(image, 251, 0);
  });

  test("in columns, the high byte first, and a chunk that is not there", async () => {
    const image = await open(`${OWN}/turned.ome.zarr`);
    expect(image.info.channels.map(({ name }) => name)).toEqual(["Grey"]);
    await expectFormula(image, 60_000, 0, (y, x) => (y >= 70 && x >= 180 ? 7 : undefined));
  });

  test("of NGFF 0.1, whose dimensions have no names, and of 0.3, where they are bare names", async () => {
    const first = await open(`${OWN}/first.zarr`);
    expect(first.info).toMatchObject({ kind: "channels", widthPx: 30, heightPx: 20, umPerPx: null });
    expect(first.places.length).toBe(2);
    await expectFormula(first, 251, 1);
    const group = JSON.parse(readFileSync(`${OWN}/turned.ome.zarr/.zattrs`, "utf8"));
    const [{ datasets }] = group.multiscales;
    const named = {
      multiscales: [{ version: "0.3", axes: ["y", "x"], datasets: [{ path: datasets[0].path }] }],
    };
    const third = await open(`${OWN}/turned.ome.zarr`, { ".zattrs": JSON.stringify(named) });
    expect(third.info).toMatchObject({ widthPx: 200, heightPx: 130, umPerPx: null });
    await expectFormula(third, 60_000, 0, (y, x) => (y >= 70 && x >= 180 ? 7 : undefined));
  });

  test.skipIf(!hasShared)("of others is what zarr-python reads", async () => {
    const text = readFileSync("tests/fixtures/expected/ome-zarr.json", "utf8");
    type Figures = { height: number; width: number; sums: number[]; middle: number[] }[];
    for (const [path, levels] of Object.entries(JSON.parse(text) as Record<string, Figures>)) {
      const image = await open(`${SHARED}/${path}`);
      expect(image.info.levels.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual(
        levels.map(({ width, height }) => [width, height]),
      );
      for (const [index, { width, height, sums, middle }] of levels.entries()) {
        const read = await pixels(image, index);
        const at = Math.floor(height / 2) * width + Math.floor(width / 2);
        expect(read.map((values) => values[at])).toEqual(middle);
        read.forEach((values, c) => {
          expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(sums[c]!, 6);
        });
      }
    }
  });
});

describe("an OME-Zarr that cannot be shown says why", () => {
  const path = `${OWN}/turned.ome.zarr`;
  const group = JSON.parse(readFileSync(`${path}/.zattrs`, "utf8"));
  const array = JSON.parse(readFileSync(`${path}/0/.zarray`, "utf8"));
  const changed = (of: object, change: object) => JSON.stringify({ ...of, ...change });
  const image = (change: object) => changed(group, { multiscales: [{ ...group.multiscales[0], ...change }] });

  test.each<[string, Readonly<Record<string, string | null>>, string, string]>([
    ["no image", { ".zattrs": "{}" }, "zarr-image-invalid", "multiscales"],
    ["no levels", { ".zattrs": image({ datasets: [] }) }, "zarr-image-invalid", "datasets"],
    [
      "a level outside",
      { ".zattrs": image({ datasets: [{ path: "../0" }] }) },
      "zarr-image-invalid",
      "datasets",
    ],
    ["axes unknown", { ".zattrs": image({ axes: ["q", "y", "x"] }) }, "zarr-image-invalid", "axes q, y, x"],
    [
      "axes of another number",
      { ".zattrs": image({ axes: ["c", "y", "x"] }) },
      "zarr-image-invalid",
      "0: shape 130 × 200, chunks 70 × 90",
    ],
    ["an array that is missing", { "0/.zarray": null }, "zarr-image-invalid", "0: "],
    ["metadata cut off", { "0/.zarray": '{"shape":' }, "zarr-image-invalid", "0: "],
    [
      "no pixels",
      { "0/.zarray": changed(array, { shape: [0, 200] }) },
      "zarr-image-invalid",
      "0: shape 0 × 200",
    ],
    ["64-bit integers", { "0/.zarray": changed(array, { dtype: "<i8" }) }, "zarr-image-unsupported", "int64"],
    [
      "huge chunks",
      { "0/.zarray": changed(array, { chunks: [20_000, 20_000] }) },
      "zarr-image-unsupported",
      "chunks 20000 × 20000",
    ],
  ])("%s", async (_, changes, code, detail) => {
    expect(await failure(open(path, changes))).toMatchObject({
      code,
      params: { file: "turned.ome.zarr", detail: expect.stringContaining(detail) },
    });
  });

  test("a chunk that is damaged, by its place", async () => {
    const broken = await open(path, { "0/1.0": "not deflated" });
    expect(await failure(broken.readTile(0, 0, 0, 0))).toMatchObject({
      code: "zarr-image-chunk",
      params: { file: "turned.ome.zarr", chunk: "0: 1, 0" },
    });
  });

  test("a read that is aborted rejects with the reason", async () => {
    const opened = await open(path);
    const reason = new DOMException("gone", "AbortError");
    await expect(opened.readTile(0, 0, 0, 0, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
