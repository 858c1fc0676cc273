import { expose, transfer } from "comlink";
import { errorFacts } from "../src/core/errors.ts";
import { BlobSource } from "../src/io/blob.ts";
import type { ByteSource } from "../src/io/byte-source.ts";
import type { FileTree } from "../src/io/file-tree.ts";
import { HttpSource } from "../src/io/http.ts";
import { HttpTree } from "../src/io/http-tree.ts";
import { ListTree } from "../src/io/list-tree.ts";
import { type DecodedImage, openDecodedImage, openDecodedZarr } from "./image-decode.ts";
import type { ImageAnswer, ImageDescriptor, ImageFile, ImageWorkerApi } from "./image-protocol.ts";

let image: DecodedImage | undefined;
let file = "";
const running = new Map<number, AbortController>();

async function answer<T>(work: () => Promise<T>): Promise<ImageAnswer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, facts: errorFacts(error, file) };
  }
}

function openFiles({ files }: ImageDescriptor): Promise<DecodedImage> {
  const [source, ...more] = files.map(sourceOf);
  return openDecodedImage(source!, undefined, more);
}

function sourceOf(file: ImageFile): ByteSource {
  return file.kind === "blob" ? new BlobSource(file.blob, file.name) : new HttpSource(file.url, file.name);
}

/** The folder that an OME-Zarr's metadata lies in. */
function treeOf({ name, files }: ImageDescriptor): FileTree {
  const [first] = files;
  if (first.kind === "url") {
    const { search } = new URL(first.url);
    const tree = new HttpTree(new URL(`.${search}`, first.url).href);
    return { name, open: (path, sizeBytes) => tree.open(path, sizeBytes) };
  }
  const inside = files.map((file) => ({ path: file.name, source: sourceOf(file) }));
  return new ListTree(name, inside);
}

const api: ImageWorkerApi = {
  open: (d) =>
    answer(async () => {
      file = d.name;
      image = d.zarr ? await openDecodedZarr(treeOf(d), d.files[0].name) : await openFiles(d);
      return image.info;
    }),
  async tile(request, level, col, row, views) {
    const controller = new AbortController();
    running.set(request, controller);
    const result = await answer(async () => {
      if (!image) throw new Error("no image is open");
      const { widthPx, heightPx, rgba } = await image.draw(level, col, row, views, controller.signal);
      return createImageBitmap(new ImageData(rgba, widthPx, heightPx), { colorSpaceConversion: "none" });
    });
    running.delete(request);
    return result.ok ? transfer(result, [result.value]) : result;
  },
  abort: (request) => running.get(request)?.abort(),
};

expose(api);
