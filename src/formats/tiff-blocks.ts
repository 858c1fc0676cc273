import { CentiscopeError } from "../core/errors.ts";
import {
  completeJpeg,
  convertYCbCr,
  decodeNative,
  decodePortable,
  hasNativeDecoder,
  parseJpegFrame,
} from "./image-jpeg.ts";
import { decodeJpeg2000, parseJpeg2000Frame } from "./image-jpeg2000.ts";
import type { RawTile, Samples } from "./image-raw.ts";
import { decodeDeflate, decodeLzw, decodePackBits, decodeZstd } from "./tiff-codecs.ts";
import { isJpeg2000, type TiffDirectory } from "./tiff-directory.ts";
import { TAG } from "./tiff-fields.ts";
import type { TiffReader } from "./tiff-ifd.ts";
import { applyPalette, type BlockShape, invertGrey, rowBytes, toSamples } from "./tiff-pixels.ts";

/** Offsets are fetched this many at a time, so that a slide of a million tiles opens at once. */
const OFFSET_PAGE = 4096;
const MAX_TABLE_BYTES = 1 << 16;

/** Decodes the blocks (tiles or strips) of one directory. */
export class TiffBlocks {
  readonly directory: TiffDirectory;
  readonly #reader: TiffReader;
  readonly #aperio: boolean;
  readonly #offsetPages = new Map<number, Promise<{ offsets: number[]; counts: number[] }>>();
  #tables: Promise<Uint8Array | undefined> | undefined;
  #palette: Promise<number[]> | undefined;

  /** @param aperio the file is written by Aperio's software, whose numbers for JPEG 2000 others use as well */
  constructor(reader: TiffReader, directory: TiffDirectory, aperio: boolean) {
    this.#reader = reader;
    this.directory = directory;
    this.#aperio = aperio;
  }

  /** Samples of a decoded block: planes that the file keeps apart come one by one. */
  get blockSamples(): number {
    const d = this.directory;
    if (d.photometric === 3) return 3;
    return d.planar ? 1 : d.samplesPerPixel;
  }

  /** Where the block's bytes lie, checked against the file's size; length 0 = a sparse (empty) block. */
  async extent(col: number, row: number, plane: number): Promise<{ start: number; length: number }> {
    const d = this.directory;
    const perStored = d.storedBlockHeightPx;
    const storedRows = Math.ceil(d.heightPx / perStored);
    const firstRow = row * d.blockHeightPx;
    const storedRow = d.tiled ? row : Math.floor(firstRow / perStored);
    const index = plane * storedRows * d.blockCols + storedRow * d.blockCols + col;
    const page = await this.#offsetPage(Math.floor(index / OFFSET_PAGE));
    const offset = page.offsets[index % OFFSET_PAGE] ?? 0;
    const count = page.counts[index % OFFSET_PAGE] ?? 0;
    if (offset === 0 || count === 0) return { start: 0, length: 0 };
    this.#reader.checkExtent(offset, count, `tile ${index}`);
    if (d.tiled || perStored === d.blockHeightPx) return { start: offset, length: count };
    const bytesPerRow = rowBytes(d, this.#shape(row));
    const skip = (firstRow - storedRow * perStored) * bytesPerRow;
    const length = Math.min(this.#shape(row).heightPx * bytesPerRow, Math.max(0, count - skip));
    return { start: offset + skip, length };
  }

  /** One block as values; RGB is RGB whatever the file's colour space. */
  async read(col: number, row: number, plane: number, signal?: AbortSignal): Promise<RawTile> {
    const shape = this.#shape(row);
    const { start, length } = await this.extent(col, row, plane);
    signal?.throwIfAborted();
    if (length === 0) return this.#empty(shape);
    const bytes = await this.#reader.block(start, length, !this.directory.tiled, signal);
    signal?.throwIfAborted();
    try {
      return await this.#decode(bytes, shape);
    } catch (error) {
      if (error instanceof CentiscopeError) throw error;
      throw this.#corrupt(col, row, error);
    }
  }

  /** Strips of uncompressed images may be cut into blocks that do not cross a stored strip. */
  #shape(row: number): BlockShape {
    const d = this.directory;
    const heightPx = d.tiled
      ? d.blockHeightPx
      : Math.min(d.blockHeightPx, d.heightPx - row * d.blockHeightPx);
    return { widthPx: d.blockWidthPx, heightPx, samples: d.planar ? 1 : d.samplesPerPixel };
  }

  #empty(shape: BlockShape): RawTile {
    const d = this.directory;
    const samples = this.blockSamples;
    const bytes = new Uint8Array(rowBytes(d, shape) * shape.heightPx);
    const white = d.photometric === 2 || d.photometric === 6 || d.photometric === 3;
    const data = white
      ? (toSamples(bytes, { ...d, predictor: 1 }, { ...shape, samples }, true).fill(
          2 ** d.bitsPerSample - 1,
        ) as Samples)
      : toSamples(bytes, { ...d, predictor: 1 }, shape, true);
    return { widthPx: shape.widthPx, heightPx: shape.heightPx, samples, data };
  }

  async #decode(bytes: Uint8Array<ArrayBuffer>, shape: BlockShape): Promise<RawTile> {
    const d = this.directory;
    const picture = await this.#picture(bytes, shape);
    if (picture) {
      if (d.photometric === 0) invertGrey(picture.data, d.bitsPerSample);
      return picture;
    }
    const limit = rowBytes(d, shape) * shape.heightPx;
    const decoded = await inflate(d.lowBitFirst ? reversedBits(bytes) : bytes, d.compression, limit);
    const values = toSamples(decoded, d, shape, this.#reader.littleEndian);
    if (d.photometric !== 3) return { ...shape, data: values };
    const rgb = applyPalette(values, await this.#paletteValues(), d.bitsPerSample);
    return { ...shape, samples: 3, data: rgb };
  }

  /** A block that is a picture file of its own; undefined where it is not. */
  async #picture(bytes: Uint8Array<ArrayBuffer>, shape: BlockShape): Promise<RawTile | undefined> {
    const d = this.directory;
    if (d.compression === 7) return this.#jpeg(bytes, shape);
    if (isJpeg2000(d)) return this.#jpeg2000(bytes, shape);
    return d.compression === 50001 ? webp(bytes, shape) : undefined;
  }

  async #jpeg(bytes: Uint8Array<ArrayBuffer>, shape: BlockShape): Promise<RawTile> {
    const d = this.directory;
    this.#tables ??= this.#loadTables();
    const tables = await this.#tables;
    const frame = parseJpegFrame(bytes);
    if (frame?.bits !== 8) throw new Error("no 8-bit JPEG frame");
    if (frame.components !== shape.samples || frame.widthPx > shape.widthPx + 15) {
      throw new Error(`JPEG of ${frame.widthPx} × ${frame.heightPx}, ${frame.components} components`);
    }
    if (frame.heightPx > shape.heightPx + 15) throw new Error(`JPEG of ${frame.heightPx} rows`);
    // Bio-Formats says YCbCr of planes that are red, green and blue; no RGB has fewer samples of a colour (libvips).
    const ycc = frame.components === 3 && (d.photometric === 6 || (d.photometric === 2 && frame.subsampled));
    const at = { widthPx: frame.widthPx, heightPx: frame.heightPx };
    if (hasNativeDecoder()) {
      const whole = completeJpeg(bytes, tables, ycc ? 1 : 0);
      const { rgba } = await decodeNative(whole, "image/jpeg");
      return toBlock({ ...at, samples: frame.components, data: pick(rgba, frame.components) }, shape);
    }
    const data = await decodePortable(bytes, tables, frame);
    if (ycc) convertYCbCr(data);
    return toBlock({ ...at, samples: frame.components, data }, shape);
  }

  async #jpeg2000(bytes: Uint8Array, shape: BlockShape): Promise<RawTile> {
    const d = this.directory;
    const frame = parseJpeg2000Frame(bytes);
    if (!frame) throw new Error("no JPEG 2000 codestream");
    const { widthPx, heightPx, components, bits, signed } = frame;
    if (components !== shape.samples || widthPx > shape.widthPx || heightPx > shape.heightPx)
      throw new Error(`JPEG 2000 of ${widthPx} × ${heightPx}, ${components} components`);
    if (signed || bits > d.bitsPerSample || bits > 8 !== d.bitsPerSample > 8)
      throw new Error(`JPEG 2000 of ${bits} bits${signed ? ", signed" : ""}`);
    // Aperio's 33003 is YCbCr whatever the field says, its 33005 RGB. Bio-Formats writes RGB under 33003.
    const said = d.photometric === 6 && d.compression !== 33005;
    const ycc = said || (this.#aperio && d.compression === 33003);
    return toBlock(await decodeJpeg2000(bytes, frame, ycc), shape);
  }

  async #loadTables(): Promise<Uint8Array | undefined> {
    const field = this.directory.ifd.fields.get(TAG.JPEGTables);
    return field ? this.#reader.bytes(field, MAX_TABLE_BYTES) : undefined;
  }

  #paletteValues(): Promise<number[]> {
    const field = this.directory.ifd.fields.get(TAG.ColorMap);
    if (!field) throw this.#reader.badField(TAG.ColorMap, "–");
    this.#palette ??= this.#reader.numbers(field, undefined, 3 << 8);
    return this.#palette;
  }

  #offsetPage(index: number): Promise<{ offsets: number[]; counts: number[] }> {
    const cached = this.#offsetPages.get(index);
    if (cached) return cached;
    const { offsets, byteCounts } = this.directory;
    const first = index * OFFSET_PAGE;
    const count = Math.min(OFFSET_PAGE, Math.min(offsets.count, byteCounts.count) - first);
    const page = Promise.all([
      this.#reader.numbersAt(offsets, first, count),
      this.#reader.numbersAt(byteCounts, first, count),
    ]).then(([o, c]) => ({ offsets: o, counts: c }));
    this.#offsetPages.set(index, page);
    page.catch(() => this.#offsetPages.delete(index));
    return page;
  }

  #corrupt(col: number, row: number, error: unknown): CentiscopeError {
    const detail = error instanceof Error ? error.message : String(error);
    const file = this.#reader.source.name;
    return new CentiscopeError(
      "image-tile-corrupt",
      { file, col, row, level: "?", detail },
      { cause: error },
    );
  }
}

/** A copy, each byte's bits the other way round. */
function reversedBits(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte) => {
    const quarters = ((byte & 0x55) << 1) | ((byte >> 1) & 0x55);
    const halves = ((quarters & 0x33) << 2) | ((quarters >> 2) & 0x33);
    return ((halves & 0x0f) << 4) | (halves >> 4);
  });
}

async function inflate(bytes: Uint8Array<ArrayBuffer>, compression: number, limit: number) {
  switch (compression) {
    case 5:
      return decodeLzw(bytes, limit);
    case 8:
    case 32946:
      return decodeDeflate(bytes, limit);
    case 32773:
      return decodePackBits(bytes, limit);
    case 50000:
      return decodeZstd(bytes, limit);
    default:
      return bytes;
  }
}

async function webp(bytes: Uint8Array<ArrayBuffer>, shape: BlockShape): Promise<RawTile> {
  const { widthPx, heightPx, rgba } = await decodeNative(bytes, "image/webp");
  return toBlock({ widthPx, heightPx, samples: shape.samples, data: pick(rgba, shape.samples) }, shape);
}

/** The first `samples` of each RGBA quadruple. */
function pick(rgba: Uint8ClampedArray, samples: number): Uint8Array {
  if (samples === 4) return new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.length);
  const out = new Uint8Array((rgba.length / 4) * samples);
  for (let i = 0, o = 0; i < rgba.length; i += 4) {
    for (let s = 0; s < samples; s++) out[o++] = rgba[i + s]!;
  }
  return out;
}

/** A tile of the block's own size: encoders may pad to whole MCUs or cut the last rows. */
function toBlock(tile: RawTile, shape: BlockShape): RawTile {
  if (tile.widthPx === shape.widthPx && tile.heightPx === shape.heightPx) return tile;
  const n = tile.samples;
  const values = tile.data as Uint8Array | Uint16Array;
  const data = new (values instanceof Uint16Array ? Uint16Array : Uint8Array)(
    shape.widthPx * shape.heightPx * n,
  );
  const width = Math.min(tile.widthPx, shape.widthPx) * n;
  for (let y = 0; y < Math.min(tile.heightPx, shape.heightPx); y++) {
    const from = y * tile.widthPx * n;
    data.set(values.subarray(from, from + width), y * shape.widthPx * n);
  }
  return { widthPx: shape.widthPx, heightPx: shape.heightPx, samples: n, data };
}
