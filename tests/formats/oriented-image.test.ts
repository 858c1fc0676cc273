import { describe, expect, it } from "vitest";
import type { RawImage } from "../../src/formats/image-raw.ts";
import { orientedImage } from "../../src/formats/oriented-image.ts";

const [WIDTH, HEIGHT, TILE_W, TILE_H] = [250, 130, 96, 112];

/** Stored in tiles that fit neither side, each pixel its own x and y. */
const stored = {
  info: {
    widthPx: WIDTH,
    heightPx: HEIGHT,
    umPerPx: null,
    levels: [{ widthPx: WIDTH, heightPx: HEIGHT, tileWidthPx: TILE_W, tileHeightPx: TILE_H, downsample: 1 }],
  },
  places: [],
  alpha: false,
  async readTile(_level: number, col: number, row: number) {
    const [x0, y0] = [col * TILE_W, row * TILE_H];
    const [widthPx, heightPx] = [Math.min(TILE_W, WIDTH - x0), Math.min(TILE_H, HEIGHT - y0)];
    const data = new Uint8Array(widthPx * heightPx * 2);
    for (let i = 0; i < widthPx * heightPx; i++)
      data.set([x0 + (i % widthPx), y0 + Math.floor(i / widthPx)], 2 * i);
    return { widthPx, heightPx, samples: 2, data };
  },
  close: () => undefined,
} as unknown as RawImage;

/** Where the stored pixel (0, 0) and (1, 0) are shown: "row 0 is the …, column 0 the …" (TIFF 6.0 §8). */
const R = WIDTH - 1;
const CORNERS: Readonly<Record<number, readonly [first: readonly number[], beside: readonly number[]]>> = {
  2: [
    [R, 0],
    [R - 1, 0],
  ],
  3: [
    [R, HEIGHT - 1],
    [R - 1, HEIGHT - 1],
  ],
  4: [
    [0, HEIGHT - 1],
    [1, HEIGHT - 1],
  ],
  5: [
    [0, 0],
    [0, 1],
  ],
  6: [
    [HEIGHT - 1, 0],
    [HEIGHT - 1, 1],
  ],
  7: [
    [HEIGHT - 1, R],
    [HEIGHT - 1, R - 1],
  ],
  8: [
    [0, R],
    [0, R - 1],
  ],
};

describe("an image turned as its orientation wants", () => {
  it.each(Object.entries(CORNERS))("%s", async (orientation, corners) => {
    const image = orientedImage(stored, Number(orientation));
    const { widthPx, heightPx, tileWidthPx, tileHeightPx } = image.info.levels[0]!;
    const found = new Map<string, number[]>();
    for (let row = 0; row * tileHeightPx < heightPx; row++)
      for (let col = 0; col * tileWidthPx < widthPx; col++) {
        const tile = await image.readTile(0, col, row, 0);
        for (let i = 0; i < tile.widthPx * tile.heightPx; i++) {
          const at = [
            col * tileWidthPx + (i % tile.widthPx),
            row * tileHeightPx + Math.floor(i / tile.widthPx),
          ];
          found.set(tile.data.subarray(2 * i, 2 * i + 2).join(), at);
        }
      }
    expect(found.size).toBe(WIDTH * HEIGHT);
    expect([found.get("0,0"), found.get("1,0")]).toEqual(corners);
    // A turn or a mirroring: neighbours stay neighbours.
    for (const [key, [x, y]] of found) {
      const [sx, sy] = key.split(",").map(Number) as [number, number];
      const below = found.get(`${sx},${sy + 1}`);
      if (below && Math.abs(below[0]! - x!) + Math.abs(below[1]! - y!) !== 1)
        expect([key, below]).toBe("beside");
    }
  });

  it("is the image itself without one", () => {
    expect([0, 1, 9].map((orientation) => orientedImage(stored, orientation))).toEqual([
      stored,
      stored,
      stored,
    ]);
  });
});
