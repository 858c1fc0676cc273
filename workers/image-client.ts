import type { ChannelView, ImageInfo, ImageSource } from "../src/io/image-source.ts";
import type { ImageDescriptor } from "./image-protocol.ts";
import { ImageSlot, type StartWorker } from "./image-slot.ts";

export type { ImageDescriptor, ImageFile } from "./image-protocol.ts";

const TILE_SECONDS = 20;
/** Tiles under way per worker; the rest wait here, where an abort costs nothing and no deadline runs. */
const IN_FLIGHT = 6;

/** Started before there is an image; the next one takes it. */
let spare: Worker | undefined;

const newWorker: StartWorker = () =>
  new Worker(new URL("./image.worker.ts", import.meta.url), { type: "module", name: "image" });

const startWorker: StartWorker = () => {
  const worker = spare ?? newWorker();
  spare = undefined;
  return worker;
};

/** Starts the worker that the next image is opened in. */
export function prepareImageWorker(): void {
  if (spare) return;
  const worker = newWorker();
  spare = worker;
  worker.addEventListener("error", (event) => {
    if (spare !== worker) return;
    event.preventDefault();
    spare = undefined;
  });
}

/**
 * Opens a TIFF-family image, an OME-Zarr, PNG, JPEG or WebP in workers of its own: two where the machine has four cores.
 * Rejects with a CentiscopeError naming the file, or with the signal's reason.
 */
export async function openImageInWorkers(
  descriptor: ImageDescriptor,
  signal?: AbortSignal,
  start: StartWorker = startWorker,
): Promise<ImageSource> {
  signal?.throwIfAborted();
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2;
  const slots = Array.from({ length: cores >= 4 ? 2 : 1 }, () => new ImageSlot(descriptor, start));
  const first = slots[0]!;
  const close = () => {
    for (const slot of slots) slot.close();
  };
  try {
    const info = await orAbort(first.open(), signal);
    return new WorkerImage(info, slots, close);
  } catch (error) {
    close();
    throw error;
  }
}

interface Turn {
  readonly begin: () => void;
}

class WorkerImage implements ImageSource {
  readonly info: ImageInfo;
  readonly close: () => void;
  readonly #lanes: readonly { readonly slot: ImageSlot; readonly queue: Turn[]; running: number }[];
  #nextRequest = 1;

  constructor(info: ImageInfo, slots: readonly ImageSlot[], close: () => void) {
    this.info = info;
    this.close = close;
    this.#lanes = slots.map((slot) => ({ slot, queue: [], running: 0 }));
  }

  async tile(
    level: number,
    col: number,
    row: number,
    channels: readonly ChannelView[],
    signal?: AbortSignal,
  ): Promise<ImageBitmap> {
    signal?.throwIfAborted();
    // By position, so that each worker's cache holds its own half of the tiles.
    const lane = this.#lanes[(col + row) % this.#lanes.length]!;
    if (lane.running >= IN_FLIGHT) await waitTurn(lane.queue, signal);
    else lane.running++;
    const request = this.#nextRequest++;
    const stop = () => lane.slot.abort(request);
    signal?.addEventListener("abort", stop, { once: true });
    const work = (async () => {
      await lane.slot.open();
      signal?.throwIfAborted();
      return lane.slot.call(TILE_SECONDS, "decoding a tile", (api) =>
        api.tile(request, level, col, row, [...channels]),
      );
    })();
    const done = () => {
      signal?.removeEventListener("abort", stop);
      const next = lane.queue.shift();
      if (next) next.begin();
      else lane.running--;
    };
    work.then(
      (bitmap) => {
        done();
        if (signal?.aborted) bitmap.close();
      },
      () => done(),
    );
    return orAbort(work, signal);
  }
}

/** Resolves when a running tile hands over its place; leaves the queue on abort. */
function waitTurn(queue: Turn[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      const at = queue.indexOf(turn);
      if (at >= 0) queue.splice(at, 1);
      reject(signal?.reason);
    };
    const turn: Turn = {
      begin: () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      },
    };
    queue.push(turn);
    signal?.addEventListener("abort", leave, { once: true });
  });
}

/** The promise, or the signal's reason as soon as it aborts. */
function orAbort<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
