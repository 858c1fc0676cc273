import type { WorkerFile } from "../../workers/protocol.ts";
import { deepZoomLevels, parseDeepZoom } from "../core/image-dzi.ts";
import { chunkPath, groupAttributes, parseMultiscale } from "../core/ome-zarr.ts";
import { sha256 } from "../core/sha256.ts";
import { BlobSource } from "../io/blob.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { HttpSource } from "../io/http.ts";
import { slideCheck, slideKey } from "../io/slide-key.ts";
import type { Inspected, SlidePart } from "./slide-contract.ts";

/** Of a table in many pieces the first tell it. */
const PIECES = 8;

export interface SlideIdentity {
  readonly slideKey: string;
  /** Tells slides of one key apart; null when the content cannot be read again, or tells too little. */
  readonly check: string | null;
}

/**
 * By what a slide's annotations find it again, wherever it was opened from and whatever it is called: the content of
 * its image, else of its table. Where that cannot be read a second time, by its place and name, which prove nothing.
 */
export async function slideIdentity(parts: Inspected, signal: AbortSignal): Promise<SlideIdentity> {
  const part = parts.image ?? parts.expression;
  if (!part) throw new Error("nothing is known of the slide");
  try {
    const { files, enough } = await tellingFiles(part, signal);
    const [key, check] = await Promise.all([slideKey(files, signal), slideCheck(files, signal)]);
    return { slideKey: key, check: enough ? check : null };
  } catch {
    signal.throwIfAborted();
    const places = part.files.map((file) =>
      file.kind === "url" ? file.url : `${file.path} ${file.blob.size}`,
    );
    const text = ["centiscope place 1", ...places].join("\n");
    return { slideKey: sha256(new TextEncoder().encode(text)), check: null };
  }
}

/** Files whose content tells the slide, or, not `enough`, only its kind. */
interface Telling {
  readonly files: readonly ByteSource[];
  readonly enough: boolean;
}

async function tellingFiles(part: SlidePart, signal: AbortSignal): Promise<Telling> {
  if (part.kind === "store") return { files: [storeDescription(part)], enough: true };
  if (part.kind === "zarr-image") return zarrPieces(part, signal);
  const descriptor = part.files.find(({ path }) => /\.dzi$/i.test(path));
  if (!descriptor) return { files: part.files.slice(0, PIECES).map(sourceOf), enough: true };
  const source = sourceOf(descriptor);
  const tile = await overviewTile(part, descriptor, source, signal);
  return tile ? { files: [source, tile], enough: true } : { files: [source], enough: false };
}

/** A store's own description names its source and every file's size; a zip stands for itself. */
function storeDescription({ files }: SlidePart): ByteSource {
  const [first] = files;
  if (!first) throw new Error("a store without files");
  const tops = files.filter(({ path }) => /(^|\/)zarr\.json$/.test(path));
  if (first.kind === "url" && tops.length === 0 && !/\.zip$/i.test(first.path)) {
    const { origin, pathname, search } = new URL(first.url);
    return new HttpSource(`${origin}${pathname.replace(/\/+$/, "")}/zarr.json${search}`);
  }
  return sourceOf(tops.reduce((a, b) => (a.path.length <= b.path.length ? a : b), tops[0] ?? first));
}

/** A descriptor holds little but the size; the smallest picture of the whole slide tells it from others. */
async function overviewTile(
  part: SlidePart,
  descriptor: WorkerFile,
  source: ByteSource,
  signal: AbortSignal,
): Promise<ByteSource | null> {
  const xml = new TextDecoder().decode(await source.read(0, await source.size(signal), signal));
  const dzi = parseDeepZoom(xml, source.name);
  const folder = deepZoomLevels(dzi).at(-1)?.folder ?? 0;
  const beside = (path: string): string =>
    `${path.replace(/[?#].*$/, "").replace(/\.[^./]*$/, "")}_files/${folder}/0_0.${dzi.extension}`;
  if (descriptor.kind === "url") return new HttpSource(beside(descriptor.url));
  const found = part.files.find(({ path }) => path === beside(descriptor.path));
  return found ? sourceOf(found) : null;
}

/** An OME-Zarr's metadata hold little but its size; the middle chunk of its smallest level tells it from others. */
async function zarrPieces({ files }: SlidePart, signal: AbortSignal): Promise<Telling> {
  const [metadata] = files;
  if (!metadata) throw new Error("an image without files");
  const beside = (path: string): ByteSource | null => {
    if (metadata.kind === "url")
      return new HttpSource(new URL(path + new URL(metadata.url).search, metadata.url).href);
    const folder = metadata.path.slice(0, metadata.path.lastIndexOf("/") + 1);
    const found = files.find((file) => file.path === folder + path);
    return found ? sourceOf(found) : null;
  };
  const json = async (source: ByteSource) =>
    JSON.parse(new TextDecoder().decode(await source.read(0, await source.size(signal), signal)));
  const source = sourceOf(metadata);
  const image = parseMultiscale(groupAttributes(await json(source)));
  if (typeof image === "string") throw new Error(image);
  const level = image.datasets.at(-1)!.path;
  const array = beside(`${level}/${/zarr\.json$/.test(metadata.path) ? "zarr.json" : ".zarray"}`);
  if (!array) return { files: [source], enough: false };
  const place = chunkPath(await json(array), (chunks) => chunks >> 1);
  const chunk = place === null ? null : beside(`${level}/${place}`);
  const there = await chunk?.read(0, 1, signal).catch(() => null);
  return chunk && there
    ? { files: [source, array, chunk], enough: true }
    : { files: [source, array], enough: false };
}

function sourceOf(file: WorkerFile): ByteSource {
  const name = file.path.split("/").at(-1) ?? file.path;
  return file.kind === "url" ? new HttpSource(file.url, name) : new BlobSource(file.blob, name);
}
