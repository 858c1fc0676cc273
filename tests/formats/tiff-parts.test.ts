import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { SharedCache } from "../../src/formats/image-cache.ts";
import { completeJpeg, convertYCbCr, parseJpegFrame } from "../../src/formats/image-jpeg.ts";
import { halveTile, planLevels } from "../../src/formats/image-overviews.ts";
import type { RawTile } from "../../src/formats/image-raw.ts";
import { parseOmeXml } from "../../src/formats/ome-xml.ts";
import { openTiff } from "../../src/formats/tiff.ts";
import { decodeDeflate, decodeLzw, decodePackBits } from "../../src/formats/tiff-codecs.ts";
import { downsampleOf } from "../../src/formats/tiff-pages.ts";
import { MemorySource } from "../../src/io/memory.ts";

type Entry = readonly [tag: number, type: 3 | 4, value: number];

/** A little-endian TIFF of directories without data, each linked to `next` (a directory number) or ended. */
function tiff(
  directories: readonly { readonly entries: readonly Entry[]; readonly next: number }[],
): Uint8Array {
  const starts: number[] = [];
  let size = 8;
  for (const d of directories) {
    starts.push(size);
    size += 2 + 12 * d.entries.length + 4;
  }
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, 8, true);
  for (const [i, d] of directories.entries()) {
    const at = starts[i]!;
    view.setUint16(at, d.entries.length, true);
    for (const [e, [tag, type, value]] of d.entries.entries()) {
      const slot = at + 2 + 12 * e;
      view.setUint16(slot, tag, true);
      view.setUint16(slot + 2, type, true);
      view.setUint32(slot + 4, 1, true);
      if (type === 3) view.setUint16(slot + 8, value, true);
      else view.setUint32(slot + 8, value, true);
    }
    view.setUint32(at + 2 + 12 * d.entries.length, starts[d.next] ?? 0, true);
  }
  return new Uint8Array(view.buffer);
}

const grey = (width: number, height: number, ...more: Entry[]): Entry[] => [
  [256, 4, width],
  [257, 4, height],
  [258, 3, 8],
  [262, 3, 1],
  [273, 4, 8],
  [279, 4, 4],
  ...more,
];
const open = (bytes: Uint8Array) =>
  openTiff(new MemorySource("t.tif", bytes), new SharedCache<RawTile>(1 << 20, (t) => t.data.byteLength));
const code = (bytes: Uint8Array) =>
  open(bytes).then(
    () => "opened",
    (e) => e.facts?.code ?? String(e),
  );

describe("hostile TIFF structure", () => {
  it("opens the image that the others are bent from", async () => {
    expect(await code(tiff([{ entries: grey(2, 2), next: -1 }]))).toBe("opened");
  });
  it("does not follow a circle of directories", async () => {
    const two = [
      { entries: grey(2, 2), next: 1 },
      { entries: grey(2, 2), next: 0 },
    ];
    expect(await code(tiff(two))).toBe("tiff-cyclic");
  });
  it("names the side that an image does not state", async () => {
    for (const [tag, name] of [
      [256, "ImageWidth"],
      [257, "ImageLength"],
    ] as const) {
      const without = grey(2, 2).filter((entry) => entry[0] !== tag);
      await expect(open(tiff([{ entries: without, next: -1 }]))).rejects.toMatchObject({
        facts: { code: "tiff-bad-field", params: { file: "t.tif", field: expect.stringContaining(name) } },
      });
    }
  });
  it("refuses sizes, tiles and strips that no slide has", async () => {
    expect(await code(tiff([{ entries: grey(2 ** 31, 2 ** 31), next: -1 }]))).toBe("tiff-bad-field");
    const tiled: Entry[] = [
      ...grey(65536, 65536),
      [322, 4, 65536],
      [323, 4, 65536],
      [324, 4, 8],
      [325, 4, 4],
    ];
    expect(await code(tiff([{ entries: tiled, next: -1 }]))).toBe("tiff-tile-too-large");
    const lzw: Entry[] = [...grey(60000, 60000), [259, 3, 5]];
    expect(await code(tiff([{ entries: lzw, next: -1 }]))).toBe("tiff-huge-strip");
  });
  it("names a compression that it cannot read", async () => {
    const jxl: Entry[] = [...grey(2, 2), [259, 3, 50002]];
    await expect(open(tiff([{ entries: jxl, next: -1 }]))).rejects.toThrow(/JPEG XL.*vips/);
  });
  it("refuses what is not TIFF, and data past the end", async () => {
    expect(await code(new TextEncoder().encode("geneID\tx\ty\tMIDCount\n"))).toBe("tiff-not-tiff");
    const beyond = grey(2, 2).map((e): Entry => (e[0] === 273 ? [273, 4, 5000] : e));
    expect(await code(tiff([{ entries: beyond, next: -1 }]))).toBe("tiff-truncated");
  });
});

describe("block codecs", () => {
  it("unpacks the example of TIFF 6.0 section 9", () => {
    const packed = [0xfe, 0xaa, 2, 0x80, 0, 0x2a, 0xfd, 0xaa, 3, 0x80, 0, 0x2a, 0x22, 0xf7, 0xaa];
    const plain = [0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0x22];
    expect([...decodePackBits(new Uint8Array(packed), 24)]).toEqual([...plain, ...new Array(10).fill(0xaa)]);
  });
  it("unpacks the example of TIFF 6.0 section 13", () => {
    // 7 7 7 8 8 7 7 6 6 → codes 256 7 258 8 8 258 6 6 257 of nine bits
    const bits = [256, 7, 258, 8, 8, 258, 6, 6, 257].map((c) => c.toString(2).padStart(9, "0")).join("");
    const bytes = bits.match(/.{1,8}/g)!.map((b) => Number.parseInt(b.padEnd(8, "0"), 2));
    expect([...decodeLzw(new Uint8Array(bytes), 9)]).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
  });
  it("stops a deflate bomb at the tile's size", async () => {
    const bomb = new Uint8Array(deflateSync(Buffer.alloc(64 << 20)));
    expect((await decodeDeflate(bomb, 1024)).length).toBe(1024);
  });
});

describe("JPEG in TIFF", () => {
  const soi = [0xff, 0xd8];
  const jfif = [0xff, 0xe0, 0, 4, 1, 2];
  const sof = [0xff, 0xc0, 0, 11, 8, 0, 16, 0, 32, 3, 1, 0x22, 0];
  const scan = [0xff, 0xda, 0, 2, 9, 9, 0xff, 0xd9];
  it("reads the frame and puts tables and the colour transform before it", () => {
    const tile = new Uint8Array([...soi, ...jfif, ...sof, ...scan]);
    expect(parseJpegFrame(tile)).toMatchObject({ bits: 8, heightPx: 16, widthPx: 32, components: 3 });
    const tables = new Uint8Array([...soi, 0xff, 0xdb, 0, 3, 5, 0xff, 0xd9]);
    const whole = [...completeJpeg(tile, tables, 0)];
    expect(whole.slice(2, 4)).toEqual([0xff, 0xee]);
    expect(whole[17]).toBe(0);
    expect(whole.slice(18)).toEqual([0xff, 0xdb, 0, 3, 5, ...sof, ...scan]);
  });
  it("turns YCbCr into RGB by JFIF's formula", () => {
    // pure red: Y 76.245, Cb 84.97, Cr 255.5 → stored as 76, 85, 255
    const pixel = new Uint8Array([76, 85, 255, 128, 128, 128]);
    convertYCbCr(pixel);
    expect([...pixel]).toEqual([254, 0, 0, 128, 128, 128]);
  });
});

describe("pyramids", () => {
  const level = (widthPx: number, heightPx: number, downsample: number) => ({
    widthPx,
    heightPx,
    downsample,
    tileWidthPx: 256,
    tileHeightPx: 256,
  });
  it("fills wide gaps and the missing top", () => {
    const steps = planLevels([level(8000, 6000, 1), level(2000, 1500, 4), level(500, 375, 16)]);
    expect(steps.map((s) => [s.stored, s.level.downsample])).toEqual([
      [0, 1],
      [-1, 2],
      [1, 4],
      [-1, 8],
      [2, 16],
    ]);
  });
  it("averages 2 × 2 and what there is at odd edges", () => {
    const tile = { widthPx: 3, heightPx: 2, samples: 1, data: new Uint8Array([0, 2, 9, 4, 7, 10]) };
    // (0+2+4+7)/4 = 3.25 → 3; (9+10)/2 = 9.5 → 10
    expect([...halveTile(tile).data]).toEqual([3, 10]);
  });
  it("takes the whole factor that a rounded size means", () => {
    const main = { widthPx: 2220, heightPx: 2967 };
    expect(downsampleOf(main, { widthPx: 138, heightPx: 185 })).toBe(16);
    expect(downsampleOf({ widthPx: 3001, heightPx: 2399 }, { widthPx: 1000, heightPx: 799 })).toBe(3);
    expect(downsampleOf({ widthPx: 1000, heightPx: 1000 }, { widthPx: 400, heightPx: 400 })).toBe(2.5);
  });
});

describe("OME-XML", () => {
  it("reads units, channels and planes in other files, and ignores comments", () => {
    const [image] =
      parseOmeXml(`<?xml version="1.0"?><!-- <Image Name="no"/> --><OME><Image ID="Image:0" Name="a &amp; b">
      <Pixels SizeX="10" SizeY="20" SizeC="2" SizeZ="3" SizeT="1" DimensionOrder="XYZCT" PhysicalSizeX="250" PhysicalSizeXUnit="nm" PhysicalSizeY="0.00025" PhysicalSizeYUnit="mm">
      <Channel Name="DAPI" Color="65535"/><Channel Name="CD3" Color="-16776961"/>
      <TiffData IFD="0" FirstC="1" PlaneCount="1"><UUID FileName="b.tif">u</UUID></TiffData></Pixels></Image></OME>`);
    expect(image!.name).toBe("a & b");
    expect(image!.umPerPx![0]).toBeCloseTo(0.25, 12);
    expect(image!.umPerPx![1]).toBeCloseTo(0.25, 12);
    // 65535 = 0x0000ffff: RGB 00 00 ff, alpha ff; −16776961 = 0xff0000ff: red
    expect(image!.channels.map((c) => c.color)).toEqual(["#0000ff", "#ff0000"]);
    expect(image!.planes).toEqual([{ ifd: 0, firstC: 1, firstZ: 0, firstT: 0, count: 1, fileName: "b.tif" }]);
  });
});

describe("the tile cache", () => {
  it("shares work, aborts it when nobody waits, and keeps within its bytes", async () => {
    const cache = new SharedCache<Uint8Array>(100, (v) => v.length);
    let made = 0;
    const make = async () => {
      made++;
      return new Uint8Array(60);
    };
    const [a, b] = await Promise.all([cache.get("x", make), cache.get("x", make)]);
    expect(a).toBe(b);
    await cache.get("y", make);
    expect([made, cache.usedBytes]).toEqual([2, 60]);
    await cache.get("x", make);
    expect(made).toBe(3);
    let stopped = false;
    const forEver = (signal: AbortSignal) =>
      new Promise<Uint8Array>((_, reject) =>
        signal.addEventListener("abort", () => {
          stopped = true;
          reject(signal.reason);
        }),
      );
    const one = new AbortController();
    const two = new AbortController();
    const first = cache.get("z", forEver, one.signal);
    const second = cache.get("z", forEver, two.signal);
    one.abort();
    await expect(first).rejects.toBe(one.signal.reason);
    expect(stopped).toBe(false);
    two.abort();
    await expect(second).rejects.toBe(two.signal.reason);
    expect(stopped).toBe(true);
  });
});
