import { type Remote, transfer, wrap } from "comlink";
import type { AreaGeometry } from "../src/core/annotation.ts";
import type { OutlineLevel } from "../src/core/outline.ts";
import { type PackedArea, packArea } from "../src/core/packed-area.ts";
import type { PlaneMap } from "../src/core/plane-map.ts";
import type { RegionMeasure } from "../src/geometry/region-measure.ts";
import type { OutlineWorkerApi } from "./outline-protocol.ts";

const SECONDS = 120;

/** One worker for all areas that wait; it ends when none does. */
class OutlineWorker {
  readonly #worker = new Worker(new URL("./outline.worker.ts", import.meta.url), {
    type: "module",
    name: "outlines",
  });
  readonly #api: Remote<OutlineWorkerApi> = wrap<OutlineWorkerApi>(this.#worker);
  waiting = 0;

  async call<T>(ask: (api: Remote<OutlineWorkerApi>) => Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const died = new Promise<never>((_, reject) => {
        const end = () => reject(new Error("the worker of outlines died"));
        this.#worker.addEventListener("error", end);
        timer = setTimeout(end, SECONDS * 1000 * this.waiting);
      });
      return await Promise.race([ask(this.#api), died]);
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#worker.terminate();
  }
}

let live: OutlineWorker | undefined;

async function inWorker<T>(ask: (api: Remote<OutlineWorkerApi>) => Promise<T>): Promise<T> {
  live ??= new OutlineWorker();
  const worker = live;
  worker.waiting++;
  try {
    return await worker.call(ask);
  } catch (error) {
    if (live === worker) live = undefined;
    worker.end();
    throw error;
  } finally {
    worker.waiting--;
    if (worker.waiting === 0) {
      worker.end();
      if (live === worker) live = undefined;
    }
  }
}

function handed(area: PackedArea): PackedArea {
  const { corners, ringEnds, polygonEnds } = area;
  return transfer(area, [corners.buffer, ringEnds.buffer, polygonEnds.buffer]);
}

/** As `outlineDetail`, in a worker; the area's arrays are handed over. Rejects when the worker dies. */
export const outlineInWorker = (area: PackedArea, quantaPerUnit: number): Promise<OutlineLevel[]> =>
  inWorker((api) => api.detail(handed(area), quantaPerUnit));

/** As `measureGeometry`, in a worker; null where that throws. Rejects when the worker dies. */
export const measureInWorker = (
  { region, shape }: AreaGeometry,
  toUm: PlaneMap,
): Promise<RegionMeasure | null> => inWorker((api) => api.measure(handed(packArea(region)), shape, toUm));
