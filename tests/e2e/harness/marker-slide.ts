import OpenSeadragon from "openseadragon";
import type { Affine } from "../../../src/core/affine.ts";
import { applyAffine, applyAffineToBounds, invertAffine } from "../../../src/core/affine.ts";
import type { PointTile } from "../../../src/core/expression.ts";
import { type Bounds, bounds, imagePx, um } from "../../../src/core/space.ts";

/** A synthetic slide: red discs on black at known image pixels, in tiles that are painted when asked for. */
export interface MarkerSlide {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Distance of markers, image px. The first lies at half of it. */
  readonly pitchPx: number;
  readonly radiusPx: number;
  readonly umToImagePx: Affine<"um", "imagePx">;
}

const TILE = 512;

/** A tile source whose tiles are drawn here; levels halve, the last has one tile. */
export function markerTiles(slide: MarkerSlide): OpenSeadragon.TileSource {
  const maxLevel = Math.ceil(Math.log2(Math.max(slide.widthPx, slide.heightPx) / TILE));
  const source = new OpenSeadragon.TileSource({
    width: slide.widthPx,
    height: slide.heightPx,
    tileSize: TILE,
    tileOverlap: 0,
    minLevel: 0,
    maxLevel,
  });
  source.getLevelScale = (level) => 1 / 2 ** (maxLevel - level);
  source.getTileUrl = (level, x, y) => `marker:${slide.name}/${level}/${x}/${y}`;
  source.getTileHashKey = (level, x, y) => `${slide.name}/${level}/${x}/${y}`;
  source.downloadTileStart = (job) => {
    const [level = 0, x = 0, y = 0] = (job.src ?? "").split("/").slice(-3).map(Number);
    const canvas = paintTile(slide, 2 ** (maxLevel - level), x, y);
    const context = canvas.getContext("2d");
    job.finish(context, null, "context2d");
  };
  source.downloadTileAbort = () => {};
  return source;
}

function paintTile(slide: MarkerSlide, downsample: number, col: number, row: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(TILE, Math.ceil(slide.widthPx / downsample) - col * TILE);
  canvas.height = Math.min(TILE, Math.ceil(slide.heightPx / downsample) - row * TILE);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no 2D canvas");
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(1 / downsample, 0, 0, 1 / downsample, -col * TILE, -row * TILE);
  context.fillStyle = "#f00";
  const reach = TILE * downsample;
  const first = (at: number) => Math.max(0, Math.floor((at - slide.radiusPx) / slide.pitchPx - 0.5));
  for (let i = first(col * reach); (i + 0.5) * slide.pitchPx < (col + 1) * reach + slide.radiusPx; i++) {
    for (let j = first(row * reach); (j + 0.5) * slide.pitchPx < (row + 1) * reach + slide.radiusPx; j++) {
      context.beginPath();
      context.arc((i + 0.5) * slide.pitchPx, (j + 0.5) * slide.pitchPx, slide.radiusPx, 0, 2 * Math.PI);
      context.fill();
    }
  }
  return canvas;
}

/** Where the markers lie, image px. */
export function markersOf(slide: MarkerSlide): [x: number, y: number][] {
  const markers: [number, number][] = [];
  for (let x = 0.5 * slide.pitchPx; x < slide.widthPx; x += slide.pitchPx)
    for (let y = 0.5 * slide.pitchPx; y < slide.heightPx; y += slide.pitchPx) markers.push([x, y]);
  return markers;
}

/** The slide in µm. */
export function boundsOf(slide: MarkerSlide): Bounds<"um"> {
  const back = invertAffine(slide.umToImagePx);
  if (!back) throw new Error("singular");
  return applyAffineToBounds(back, bounds<"imagePx">(0, 0, slide.widthPx, slide.heightPx));
}

/** One point on each marker, in tiles of 16 384 quanta as the readers make them. */
export function markerPoints(slide: MarkerSlide, quantumUm: number): PointTile[] {
  const back = invertAffine(slide.umToImagePx);
  if (!back) throw new Error("singular");
  const box = boundsOf(slide);
  const side = 16_384 * quantumUm;
  const tiles = new Map<string, { col: number; row: number; rows: number[] }>();
  for (const [x, y] of markersOf(slide)) {
    const at = applyAffine(back, imagePx(x, y));
    const col = Math.floor((at[0] - box.minX) / side);
    const row = Math.floor((at[1] - box.minY) / side);
    const key = `${slide.name}/${col}/${row}`;
    const tile = tiles.get(key) ?? { col, row, rows: [] };
    tiles.set(key, tile);
    tile.rows.push(
      Math.round((at[0] - box.minX - col * side) / quantumUm),
      Math.round((at[1] - box.minY - row * side) / quantumUm),
      0,
      1,
    );
  }
  return [...tiles].map(([key, { col, row, rows }]) => ({
    key,
    originUm: um(box.minX + col * side, box.minY + row * side),
    quantumUm,
    rows: rows.length / 4,
    data: Uint16Array.from(rows),
  }));
}
