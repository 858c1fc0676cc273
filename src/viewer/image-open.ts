import type OpenSeadragon from "openseadragon";
import {
  type ImageDescriptor,
  type ImageFile,
  openImageInWorkers,
  prepareImageWorker,
} from "../../workers/image-client.ts";
import type { FoundPart, WorkerFile } from "../../workers/protocol.ts";
import { CentiscopeError, isAbort } from "../core/errors.ts";
import { sniffImage } from "../core/image-sniff.ts";
import type { ChannelView, ImageInfo } from "../io/image-source.ts";
import { deepZoomImage, type GetFile } from "./image-dzi.ts";
import { iiifImage } from "./image-iiif.ts";
import { ImageTileSource, type OnTileError, tileSourceOf } from "./image-tile-source.ts";

/** What is to be opened: one image, and the files that belong to it (a Deep Zoom folder has many). */
export interface ImageCandidate {
  readonly name: string;
  /** Absent: told by content. */
  readonly kind?: FoundPart["kind"];
  readonly files: readonly WorkerFile[];
}

/** An open image, ready for `viewer.addTiledImage({ tileSource })`. */
export interface OpenedImage {
  readonly info: ImageInfo;
  readonly tileSource: OpenSeadragon.TileSource;
  /** Redraws the visible tiles without flashing; absent where tiles come drawn (Deep Zoom, IIIF). */
  readonly setChannels?: (views: readonly ChannelView[]) => void;
  /** Hears of each tile that could not be drawn; returns how to stop. */
  onTileError(listener: OnTileError): () => void;
  /** Ends workers and frees memory. The tile source is of no use afterwards. */
  close(): void;
}

/** Starts the worker of the first image that is drawn by ours. */
export function prepareImages(): void {
  prepareImageWorker();
}

/**
 * Opens a TIFF, OME-TIFF, SVS, PNG, JPEG, WebP, an OME-Zarr, a Deep Zoom pyramid (address or dropped folder) or a IIIF image.
 * Rejects with a CentiscopeError naming the file, or with the signal's reason.
 */
export async function openImage(candidate: ImageCandidate, signal?: AbortSignal): Promise<OpenedImage> {
  signal?.throwIfAborted();
  const file = candidate.files.find((f) => /\.dzi$/i.test(f.path)) ?? candidate.files[0];
  if (!file) throw new CentiscopeError("image-unknown", { file: candidate.name });
  const name = file.path.split("/").at(-1) || candidate.name;
  const errors = new Set<OnTileError>();
  const report: OnTileError = (error) => {
    for (const listener of errors) listener(error);
  };
  const onTileError = (listener: OnTileError) => {
    errors.add(listener);
    return () => errors.delete(listener);
  };
  const named = (nameIn: (file: WorkerFile) => string): ImageDescriptor["files"] => {
    const others = candidate.files.filter((one) => one !== file);
    return [imageFile(file, nameIn(file)), ...others.map((one) => imageFile(one, nameIn(one)))];
  };
  const decoded = async (descriptor: ImageDescriptor): Promise<OpenedImage> => {
    const image = await openImageInWorkers(descriptor, signal);
    const close = () => {
      errors.clear();
      image.close();
    };
    return { info: image.info, ...tileSourceOf(image, report), onTileError, close };
  };
  switch (candidate.kind === "zarr-image" ? "zarr" : await formatOf(file)) {
    case "dzi": {
      const getFile = fileGetter(candidate.files, file, name);
      const base = withoutExtension(file.kind === "url" ? file.url : file.path);
      const xml = await (await getFile(file.kind === "url" ? file.url : file.path, signal)).text();
      const properties = await vipsProperties(candidate.files, base);
      if (file.kind === "blob" && !candidate.files.some((f) => f.path.startsWith(`${base}_files/`))) {
        const folder = `${withoutExtension(name)}_files`;
        throw new CentiscopeError("dzi-tiles-missing", { file: name, folder });
      }
      const { info, load } = deepZoomImage(xml, name, base, getFile, properties);
      const tileSource = new ImageTileSource(info, load, report);
      return { info, tileSource, onTileError, close: () => errors.clear() };
    }
    case "iiif": {
      const url = file.kind === "url" ? file.url : file.path;
      const text = await (file.kind === "url" ? await fetchFile(url, name, signal) : file.blob).text();
      return { ...iiifImage(text, url, name), onTileError, close: () => errors.clear() };
    }
    case "zarr": {
      const folder = file.path.lastIndexOf("/") + 1;
      return decoded({ name: candidate.name, zarr: true, files: named((one) => one.path.slice(folder)) });
    }
    default:
      return decoded({ name, files: named(nameOf) });
  }
}

const nameOf = ({ path }: WorkerFile): string => path.split("/").at(-1) ?? path;

const imageFile = (file: WorkerFile, name: string): ImageFile =>
  file.kind === "blob" ? { kind: "blob", blob: file.blob, name } : { kind: "url", url: file.url, name };

/** Files tell by content; an address by its ending, as the worker that reads it tells TIFF from the rest. */
async function formatOf(file: WorkerFile): Promise<string | undefined> {
  if (file.kind === "blob") {
    return sniffImage(new Uint8Array(await file.blob.slice(0, 4096).arrayBuffer()));
  }
  const path = new URL(file.url).pathname;
  if (/\.(dzi|xml)$/i.test(path)) return "dzi";
  return /\/info\.json$/i.test(path) ? "iiif" : undefined;
}

/** `a/slide.dzi?x` → `a/slide`; a query is not carried to the tiles. */
const withoutExtension = (path: string): string => path.replace(/[?#].*$/, "").replace(/\.[^./]*$/, "");

function fileGetter(files: readonly WorkerFile[], descriptor: WorkerFile, name: string): GetFile {
  if (descriptor.kind === "url") return (url, signal) => fetchFile(url, name, signal);
  const blobs = new Map(files.flatMap((f) => (f.kind === "blob" ? [[f.path, f.blob] as const] : [])));
  return async (path) => {
    const blob = blobs.get(path);
    if (blob) return blob;
    const tile = path.split("/").slice(-2).join("/");
    throw new CentiscopeError("image-tile-missing", { file: name, tile, detail: "–" });
  };
}

async function fetchFile(url: string, name: string, signal?: AbortSignal): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    if (isAbort(cause) || signal?.aborted) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CentiscopeError("image-unreachable", { file: name, detail }, { cause });
  }
  if (response.ok) return response.blob();
  const status = response.status;
  if (/_files\//.test(url)) {
    const tile = url.split("/").slice(-2).join("/");
    throw new CentiscopeError("image-tile-missing", { file: name, tile, detail: `HTTP ${status}` });
  }
  if (status === 404 || status === 410) throw new CentiscopeError("http-not-found", { file: name, status });
  throw new CentiscopeError("image-unreachable", { file: name, detail: `HTTP ${status}` });
}

/** libvips' own facts beside dropped tiles; not asked of servers, where it would mostly be a 404. */
async function vipsProperties(files: readonly WorkerFile[], base: string): Promise<string | null> {
  const found = files.find((f) => f.path === `${base}_files/vips-properties.xml`);
  return found?.kind === "blob" ? found.blob.text() : null;
}
