import { expose, transfer } from "comlink";
import { errorFacts } from "../src/core/errors.ts";
import { BlobSource } from "../src/io/blob.ts";
import { HttpSource } from "../src/io/http.ts";
import { type DecodedImage, openDecodedImage } from "./image-decode.ts";
import type { ImageAnswer, ImageWorkerApi } from "./image-protocol.ts";

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

const api: ImageWorkerApi = {
  open: (d) =>
    answer(async () => {
      file = d.name;
      const [source, ...more] = d.files.map((one) =>
        one.kind === "blob" ? new BlobSource(one.blob, one.name) : new HttpSource(one.url, one.name),
      );
      image = await openDecodedImage(source!, undefined, more);
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
