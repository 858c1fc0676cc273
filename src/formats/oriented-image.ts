import type { ImageInfo, ImageLevel } from "../io/image-source.ts";
import { copyRect, type RawImage, type RawTile, samplesLike, tileBox } from "./image-raw.ts";

/** A rectangle in pixels of a level, its corner and its size. */
interface Rect {
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * How stored pixels are found from shown ones, by TIFF's Orientation (TIFF 6.0 §8, Exif 2.3 4.6.4): columns and rows
 * change places, then each may run the other way.
 */
const turnOf = (orientation: number) => ({
  transposed: orientation >= 5,
  mirrorX: [2, 3, 7, 8].includes(orientation),
  mirrorY: [3, 4, 6, 7].includes(orientation),
});

type Turn = ReturnType<typeof turnOf>;

/** The image as its orientation (2–8) wants it shown; the same image for 1 and for what is no orientation. */
export function orientedImage(image: RawImage, orientation: number): RawImage {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const turn = turnOf(orientation);
  const { info } = image;
  return {
    info: turn.transposed ? transposedInfo(info) : info,
    places: image.places,
    alpha: image.alpha,
    async readTile(level, col, row, plane, signal) {
      const stored = info.levels[level];
      if (!stored) throw new RangeError(`no level ${level}`);
      const shown = turn.transposed ? transposedLevel(stored) : stored;
      const at = storedRect(turn, stored, tileBox(shown, col, row));
      const window = await readWindow(stored, at, (c, r) => image.readTile(level, c, r, plane, signal));
      return turned(window, turn);
    },
    close: () => image.close(),
  };
}

const transposedLevel = (level: ImageLevel): ImageLevel => ({
  widthPx: level.heightPx,
  heightPx: level.widthPx,
  tileWidthPx: level.tileHeightPx,
  tileHeightPx: level.tileWidthPx,
  downsample: level.downsample,
});

const transposedInfo = (info: ImageInfo): ImageInfo => ({
  ...info,
  widthPx: info.heightPx,
  heightPx: info.widthPx,
  levels: info.levels.map(transposedLevel),
  umPerPx: info.umPerPx && [info.umPerPx[1], info.umPerPx[0]],
});

/** Where in the stored level the pixels of a shown rectangle lie. */
function storedRect({ transposed, mirrorX, mirrorY }: Turn, level: ImageLevel, shown: Rect): Rect {
  const { x, y, widthPx, heightPx } = transposed
    ? { x: shown.y, y: shown.x, widthPx: shown.heightPx, heightPx: shown.widthPx }
    : shown;
  return {
    x: mirrorX ? level.widthPx - x - widthPx : x,
    y: mirrorY ? level.heightPx - y - heightPx : y,
    widthPx,
    heightPx,
  };
}

/** A rectangle of a level out of its tiles. */
async function readWindow(
  level: ImageLevel,
  at: Rect,
  read: (col: number, row: number) => Promise<RawTile>,
): Promise<RawTile> {
  const { tileWidthPx: tw, tileHeightPx: th } = level;
  const { widthPx, heightPx } = at;
  let out: RawTile | undefined;
  const part = async (c: number, r: number) => {
    const tile = await read(c, r);
    const { samples } = tile;
    out ??= { widthPx, heightPx, samples, data: samplesLike(tile.data, widthPx * heightPx * samples) };
    const x0 = Math.max(c * tw, at.x);
    const y0 = Math.max(r * th, at.y);
    const w = Math.min(c * tw + tile.widthPx, at.x + widthPx) - x0;
    const h = Math.min(r * th + tile.heightPx, at.y + heightPx) - y0;
    copyRect(tile, x0 - c * tw, y0 - r * th, out, x0 - at.x, y0 - at.y, w, h);
  };
  const parts: Promise<void>[] = [];
  for (let r = Math.floor(at.y / th); r * th < at.y + heightPx; r++)
    for (let c = Math.floor(at.x / tw); c * tw < at.x + widthPx; c++) parts.push(part(c, r));
  await Promise.all(parts);
  if (!out) throw new RangeError("empty window");
  return out;
}

function turned(tile: RawTile, { transposed, mirrorX, mirrorY }: Turn): RawTile {
  const { samples: n, data: from } = tile;
  const [widthPx, heightPx] = transposed ? [tile.heightPx, tile.widthPx] : [tile.widthPx, tile.heightPx];
  const data = samplesLike(from, from.length);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const [column, line] = transposed ? [y, x] : [x, y];
      const fromX = mirrorX ? tile.widthPx - 1 - column : column;
      const fromY = mirrorY ? tile.heightPx - 1 - line : line;
      const start = (fromY * tile.widthPx + fromX) * n;
      for (let k = 0; k < n; k++) data[(y * widthPx + x) * n + k] = from[start + k]!;
    }
  return { widthPx, heightPx, samples: n, data };
}
