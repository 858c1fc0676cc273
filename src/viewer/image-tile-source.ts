import OpenSeadragon from "openseadragon";
import "./image-drawer-fix.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ChannelView, ImageInfo, ImageLevel, ImageSource } from "../io/image-source.ts";

/** How channels are drawn when nothing else was chosen. */
export const defaultViews = (info: ImageInfo): ChannelView[] =>
  info.channels.map((c) => ({ visible: true, color: c.color, limits: c.limits }));

/** Called for every tile that could not be drawn. */
export type OnTileError = (error: unknown) => void;

/** Gets one tile as a bitmap that the caller owns. */
export type LoadTile = (level: number, col: number, row: number, signal: AbortSignal) => Promise<ImageBitmap>;

interface TileJob {
  readonly controller: AbortController;
}

/**
 * OpenSeadragon's view of a pyramid of ours. `osdLevel` runs the other way (0 is the smallest). Levels need not
 * be powers of two nor cover the image to the pixel: each tile's rectangle is computed from the level's own
 * factor and size, so that pixel (x, y) of a level always lies at (x, y) · downsample.
 */
export class ImageTileSource extends OpenSeadragon.TileSource {
  readonly #levels: readonly ImageLevel[];
  readonly #id: string;
  readonly #load: LoadTile;
  readonly #onError: OnTileError;
  readonly #drawnAs = new Map<string, number>();
  readonly #viewers = new Set<OpenSeadragon.Viewer>();
  #revision = 0;
  #refreshing = false;
  static #count = 0;

  constructor(info: ImageInfo, load: LoadTile, onError: OnTileError) {
    super({
      width: info.widthPx,
      height: info.heightPx,
      tileWidth: info.levels[0]?.tileWidthPx ?? 256,
      tileHeight: info.levels[0]?.tileHeightPx ?? 256,
      tileOverlap: 0,
      minLevel: 0,
      maxLevel: info.levels.length - 1,
    } as OpenSeadragon.TileSourceOptions);
    this.#levels = [...info.levels].reverse();
    this.#id = `image-${ImageTileSource.#count++}`;
    this.#load = load;
    this.#onError = onError;
    // OpenSeadragon's constructor memoizes a scale of its own over the prototype's.
    this.getLevelScale = (osdLevel) => 1 / this.#level(osdLevel).downsample;
  }

  override getTileWidth(osdLevel: number): number {
    return this.#level(osdLevel).tileWidthPx;
  }

  override getTileHeight(osdLevel: number): number {
    return this.#level(osdLevel).tileHeightPx;
  }

  override getNumTiles(osdLevel: number): OpenSeadragon.Point {
    const level = this.#level(osdLevel);
    return new OpenSeadragon.Point(
      Math.ceil(level.widthPx / level.tileWidthPx),
      Math.ceil(level.heightPx / level.tileHeightPx),
    );
  }

  /** The tile under a viewport point; points past a level's last pixel belong to its last tile. */
  override getTileAtPoint(osdLevel: number, point: OpenSeadragon.Point): OpenSeadragon.Tile {
    const level = this.#level(osdLevel);
    const count = this.getNumTiles(osdLevel);
    const widthScaled = this.dimensions.x / level.downsample;
    const at = (v: number, tilePx: number, n: number) =>
      Math.min(n - 1, Math.max(0, Math.floor((v * widthScaled) / tilePx)));
    // The types say Tile; the code wants column and row as a point.
    return new OpenSeadragon.Point(
      at(point.x, level.tileWidthPx, count.x),
      at(point.y, level.tileHeightPx, count.y),
    ) as unknown as OpenSeadragon.Tile;
  }

  /**
   * The tile in viewport units, or with `isSource` the used part of its bitmap in pixels. A level rounded up in
   * size holds a last pixel that lies partly outside the image: that part is left out of both.
   */
  override getTileBounds(osdLevel: number, x: number, y: number, isSource?: boolean): OpenSeadragon.Rect {
    const level = this.#level(osdLevel);
    const px = x * level.tileWidthPx;
    const py = y * level.tileHeightPx;
    const right = Math.min(level.widthPx, this.dimensions.x / level.downsample);
    const bottom = Math.min(level.heightPx, this.dimensions.y / level.downsample);
    const width = Math.min(level.tileWidthPx, right - px);
    const height = Math.min(level.tileHeightPx, bottom - py);
    if (isSource) return new OpenSeadragon.Rect(0, 0, width, height);
    const scale = level.downsample / this.dimensions.x;
    return new OpenSeadragon.Rect(px * scale, py * scale, width * scale, height * scale);
  }

  override getTileUrl(osdLevel: number, x: number, y: number): string {
    return `${this.#id}/${osdLevel}/${x}_${y}`;
  }

  override hasTransparency(): boolean {
    return false;
  }

  override downloadTileStart(context: OpenSeadragon.ImageJob): void {
    const controller = new AbortController();
    context.userData = { controller } satisfies TileJob;
    const tile = context.tile;
    this.#watch(tile);
    const revision = this.#revision;
    this.#fetch(tile, controller.signal).then(
      (bitmap) => {
        this.#drawnAs.set(this.getTileUrl(tile.level, tile.x, tile.y), revision);
        context.finish(bitmap, null, "imageBitmap");
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        this.#onError(error);
        context.fail(error instanceof Error ? error.message : String(error), null);
      },
    );
  }

  override downloadTileAbort(context: OpenSeadragon.ImageJob): void {
    (context.userData as TileJob | undefined)?.controller.abort();
  }

  /**
   * Draws every visible tile anew and swaps them in together, the old picture standing meanwhile. Calls during a
   * refresh are merged into one more.
   */
  refresh(): void {
    this.#revision++;
    if (this.#refreshing) return;
    void this.#refreshUntilCurrent();
  }

  override destroy(): void {
    for (const viewer of this.#viewers) viewer.removeHandler("tile-invalidated", this.#redraw);
    this.#viewers.clear();
    this.#drawnAs.clear();
  }

  async #refreshUntilCurrent(): Promise<void> {
    this.#refreshing = true;
    try {
      for (let done = -1; done !== this.#revision; ) {
        done = this.#revision;
        await Promise.all([...this.#viewers].map((viewer) => viewer.requestInvalidate(true)));
      }
    } finally {
      this.#refreshing = false;
    }
  }

  readonly #redraw = async (event: OpenSeadragon.ViewerEventMap["tile-invalidated"]): Promise<void> => {
    const { tile, tiledImage } = event;
    if (tiledImage?.source !== this || !tile) return;
    const key = this.getTileUrl(tile.level, tile.x, tile.y);
    if ((this.#drawnAs.get(key) ?? 0) === this.#revision) return;
    try {
      const bitmap = await this.#fetch(tile, new AbortController().signal);
      if (await event.outdated()) bitmap.close();
      else await event.setData(bitmap, "imageBitmap");
    } catch (error) {
      this.#onError(error);
    }
  };

  #fetch(tile: OpenSeadragon.Tile, signal: AbortSignal): Promise<ImageBitmap> {
    return this.#load(this.#levels.length - 1 - tile.level, tile.x, tile.y, signal);
  }

  /** The navigator's tiles are announced by the viewer that owns it. */
  #watch(tile: OpenSeadragon.Tile): void {
    const own = (tile.tiledImage as unknown as { viewer?: OpenSeadragon.Viewer })?.viewer;
    const viewer = (own as { viewer?: OpenSeadragon.Viewer } | undefined)?.viewer ?? own;
    if (!viewer || this.#viewers.has(viewer)) return;
    this.#viewers.add(viewer);
    viewer.addHandler("tile-invalidated", this.#redraw);
  }

  #level(osdLevel: number): ImageLevel {
    const level = this.#levels[osdLevel];
    if (!level) throw new RangeError(`no level ${osdLevel}`);
    return level;
  }
}

/** A tile source over an image source, with the views it draws by. */
export function tileSourceOf(
  image: ImageSource,
  onError: OnTileError,
): { readonly tileSource: ImageTileSource; setChannels(views: readonly ChannelView[]): void } {
  let views: readonly ChannelView[] = defaultViews(image.info);
  const tileSource = new ImageTileSource(
    image.info,
    (level, col, row, signal) => image.tile(level, col, row, views, signal),
    onError,
  );
  return {
    tileSource,
    setChannels(next) {
      if (next.length !== image.info.channels.length) {
        const found = `${next.length} / ${image.info.channels.length}`;
        throw new CentiscopeError("internal", { file: image.info.name, detail: `channel views: ${found}` });
      }
      views = next;
      tileSource.refresh();
    },
  };
}
