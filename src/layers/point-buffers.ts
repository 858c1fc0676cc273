import { Buffer, type Device } from "@luma.gl/core";
import type { PointTile } from "../core/expression.ts";

/** A tile on the GPU, and where its rows lie: quanta, inclusive. */
export interface PointBuffer {
  readonly buffer: Buffer;
  readonly rows: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/**
 * One GPU buffer per tile key, kept while the tile is drawn and afterwards as long as `limitBytes` allows, least
 * recently drawn dropped first: panning back uploads nothing.
 */
export class PointBuffers {
  readonly #device: Device;
  readonly #limitBytes: number;
  /** In order of last use. */
  readonly #buffers = new Map<string, PointBuffer>();
  #bytes = 0;
  /** Bytes sent to the GPU so far. */
  uploadedBytes = 0;

  constructor(device: Device, limitBytes: number) {
    this.#device = device;
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): PointBuffer | undefined {
    return this.#buffers.get(key);
  }

  /** Makes every tile ready to draw; uploads only what is not there. Tiles without rows are skipped. */
  sync(tiles: readonly PointTile[]): void {
    for (const tile of tiles) {
      if (tile.rows === 0) continue;
      const found = this.#buffers.get(tile.key);
      if (found && found.rows === tile.rows) {
        this.#buffers.delete(tile.key);
        this.#buffers.set(tile.key, found);
        continue;
      }
      if (found) this.#drop(tile.key, found);
      const data = tile.data.subarray(0, 4 * tile.rows);
      const buffer = this.#device.createBuffer({ usage: Buffer.VERTEX, data });
      this.#buffers.set(tile.key, { buffer, rows: tile.rows, ...extent(data) });
      this.#bytes += data.byteLength;
      this.uploadedBytes += data.byteLength;
    }
    if (this.#bytes <= this.#limitBytes) return;
    const drawn = new Set(tiles.map((tile) => tile.key));
    for (const [key, buffer] of this.#buffers) {
      if (this.#bytes <= this.#limitBytes) break;
      if (!drawn.has(key)) this.#drop(key, buffer);
    }
  }

  destroy(): void {
    for (const [key, buffer] of this.#buffers) this.#drop(key, buffer);
  }

  #drop(key: string, { buffer, rows }: PointBuffer): void {
    buffer.destroy();
    this.#buffers.delete(key);
    this.#bytes -= 8 * rows;
  }
}

function extent(data: Uint16Array): Pick<PointBuffer, "minX" | "minY" | "maxX" | "maxY"> {
  let minX = 65_535;
  let minY = 65_535;
  let maxX = 0;
  let maxY = 0;
  for (let i = 0; i < data.length; i += 4) {
    const x = data[i]!;
    const y = data[i + 1]!;
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return { minX, minY, maxX, maxY };
}
